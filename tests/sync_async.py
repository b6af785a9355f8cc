"""One interface to the sync and the async client, so that one test body covers both."""

from __future__ import annotations

import asyncio
import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from vlmrun import AsyncVLMRun, VLMRun


@contextmanager
def entered(manager: Any) -> Iterator[Any]:
    """Enter a context manager of either client; yield what it returns."""
    is_blocking = isinstance(manager, _Blocking)
    enter, leave = ("__aenter__", "__aexit__") if is_blocking else ("__enter__", "__exit__")
    value = getattr(manager, enter)()
    try:
        yield value
    finally:
        getattr(manager, leave)(*sys.exc_info())


class ClientFactory:
    """Creates clients of one kind, and closes them.

    Attributes:
        clients: The `VLMRun` or `AsyncVLMRun` objects, oldest first.
    """

    clients: list[Any]

    def client(self, **settings: Any) -> Any:
        """Create a client whose methods are called like those of `VLMRun`."""
        raise NotImplementedError

    def close(self) -> None:
        """Close all clients."""
        raise NotImplementedError


class SyncClientFactory(ClientFactory):
    """Creates `VLMRun` clients."""

    def __init__(self) -> None:
        self.clients: list[Any] = []

    def client(self, **settings: Any) -> Any:
        self.clients.append(VLMRun(**settings))
        return self.clients[-1]

    def close(self) -> None:
        for client in self.clients:
            client.close()


class AsyncClientFactory(ClientFactory):
    """Creates `AsyncVLMRun` clients; one event loop runs each of their coroutines at once."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self.clients: list[Any] = []

    def client(self, **settings: Any) -> Any:
        self.clients.append(AsyncVLMRun(**settings))
        return _Blocking(self.clients[-1], self._loop)

    def close(self) -> None:
        for client in self.clients:
            self._loop.run_until_complete(client.aclose())
        # As `asyncio.run` does: httpx leaves the generators of a response that was not read to
        # its end, and they would warn when they are collected after the loop was closed.
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()


class _Blocking:
    """A proxy of an object of the async client that awaits every result."""

    def __init__(self, target: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._target = target
        self._loop = loop

    def __getattr__(self, name: str) -> Any:
        return self._wrap(getattr(self._target, name))

    def __repr__(self) -> str:
        return repr(self._target)

    def _wrap(self, value: Any) -> Any:
        if inspect.isawaitable(value):
            return self._wrap(self._loop.run_until_complete(value))
        if inspect.isasyncgen(value) or hasattr(value, "__anext__"):
            return self._iterate(value)
        if callable(value) and not isinstance(value, type):
            return lambda *args, **kwargs: self._wrap(value(*args, **kwargs))
        if type(value).__module__.startswith(("vlmrun._async", "openai.resources")):
            return _Blocking(value, self._loop)
        return value

    def _iterate(self, generator: Any) -> Iterator[Any]:
        try:
            while True:
                try:
                    yield self._loop.run_until_complete(generator.__anext__())
                except StopAsyncIteration:
                    return
        finally:
            # As the loop would after the end of the generator's last reference.
            if inspect.isasyncgen(generator):
                self._loop.run_until_complete(generator.aclose())
