"""One face for both twins, so that one test body runs on each."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator
from typing import Any

from vlmrun import AsyncVLMRun, VLMRun


class Twin:
    """Makes clients of one kind, and closes them.

    Attributes:
        made: The clients themselves, the oldest first.
    """

    made: list[Any]

    def client(self, **settings: Any) -> Any:
        """A client whose calls are written as those of `VLMRun`."""
        raise NotImplementedError

    def close(self) -> None:
        """Close every client that was made."""
        raise NotImplementedError


class SyncTwin(Twin):
    """`VLMRun` as it is."""

    def __init__(self) -> None:
        self.made: list[Any] = []

    def client(self, **settings: Any) -> Any:
        self.made.append(VLMRun(**settings))
        return self.made[-1]

    def close(self) -> None:
        for client in self.made:
            client.close()


class AsyncTwin(Twin):
    """`AsyncVLMRun`, each of whose coroutines is run to its end in one event loop."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self.made: list[Any] = []

    def client(self, **settings: Any) -> Any:
        self.made.append(AsyncVLMRun(**settings))
        return _Blocking(self.made[-1], self._loop)

    def close(self) -> None:
        for client in self.made:
            self._loop.run_until_complete(client.aclose())
        # As `asyncio.run` does: httpx leaves generators of an answer that was not read to its end.
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()


class _Blocking:
    """An object of the asynchronous client, with the asynchrony taken off."""

    def __init__(self, target: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._target = target
        self._loop = loop

    def __getattr__(self, name: str) -> Any:
        return self._face_of(getattr(self._target, name))

    def __repr__(self) -> str:
        return repr(self._target)

    def _face_of(self, value: Any) -> Any:
        if inspect.isawaitable(value):
            return self._face_of(self._loop.run_until_complete(value))
        if inspect.isasyncgen(value) or hasattr(value, "__anext__"):
            return self._each(value)
        if callable(value) and not isinstance(value, type):
            return lambda *args, **kwargs: self._face_of(value(*args, **kwargs))
        if type(value).__module__.startswith(("vlmrun._async", "openai.resources")):
            return _Blocking(value, self._loop)
        return value

    def _each(self, generator: Any) -> Iterator[Any]:
        while True:
            try:
                yield self._loop.run_until_complete(generator.__anext__())
            except StopAsyncIteration:
                return
