"""Parts of the sync client and its resources; `async_client_class` has the same names.

Creating a client imports this module, and so it imports as little as possible.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from vlmrun._validation import check_callable
from vlmrun._warnings import warn_caller
from vlmrun.errors import ConfigurationError, InputTypeError

if TYPE_CHECKING:
    from vlmrun._async.context import SharedState
    from vlmrun._core.connection import Connection
    from vlmrun._core.limits import Limits

CLIENT_CLASS_NAME = "httpx.Client"


def import_transport() -> None:
    """Do nothing, as `import_ahead`."""


def import_ahead(load: Callable[[], None]) -> None:
    """Do nothing: a thread imports what it needs when it needs it."""


def check_callback(name: str, value: Any) -> None:
    """Raise `InputTypeError` unless a value is None or can be called without `await`."""
    check_callable(name, value)
    if value is not None:
        # Imported late: it takes a fifth of the time until there is a client.
        from inspect import iscoroutinefunction

        if iscoroutinefunction(value):
            raise cannot_await(name)


def cannot_await(name: str) -> InputTypeError:
    """Return the error for a callback that is a coroutine function."""
    return InputTypeError(
        f"{name} is a coroutine function, which VLMRun cannot await",
        suggestion="Use AsyncVLMRun, or a plain function",
    )


def warn_if_blocking() -> None:
    """Warn that the caller's call blocks a running event loop, with the line of the caller."""
    asyncio = sys.modules.get("asyncio")
    if asyncio is None or asyncio._get_running_loop() is None or _is_notebook():
        return
    warn_caller(
        "A call of VLMRun blocks the event loop until it returns. Use AsyncVLMRun, or "
        "asyncio.to_thread",
        RuntimeWarning,
    )


def _is_notebook() -> bool:
    # The cells of notebooks run in an event loop, and blocking it is what everybody expects there.
    ipython = sys.modules.get("IPython")
    return ipython is not None and ipython.get_ipython() is not None


class OtherWithStatement:
    """Explains that VLMRun is not used with `async with`.

    Type checkers report it, since they do not see these methods. aiohttp's session has them, too.
    """

    _misused = "VLMRun"
    _remedy = "In asynchronous code: async with AsyncVLMRun() as client"

    if not TYPE_CHECKING:

        async def __aenter__(self):
            raise InputTypeError(
                f"{self._misused} is used with `with`, not with `async with`",
                suggestion=self._remedy,
            )

        async def __aexit__(self, *_):
            """Do nothing; Python looks it up before it enters."""


class OtherStreamStatement(OtherWithStatement):
    """Explains that a stream of VLMRun is not used with `async with`."""

    _misused = "A stream of VLMRun"
    _remedy = "In asynchronous code, use AsyncVLMRun"


class OtherForStatement:
    """Explains that the results of a stream of VLMRun are not read with `async for`."""

    if not TYPE_CHECKING:

        def __aiter__(self):
            raise InputTypeError(
                "Results of VLMRun are read with `for`, not with `async for`",
                suggestion="In asynchronous code, use AsyncVLMRun",
            )


def is_own_kind(http_client: object) -> bool:
    """Return whether a user's HTTP client is synchronous."""
    has_methods = hasattr(http_client, "close") and hasattr(http_client, "build_request")
    return has_methods and not isinstance(http_client, type)


def async_counterpart(resource: Any) -> Any:
    """Return the same resource of an async client with the same settings, for its chat.

    The async client's connection pools belong to the event loops it is used in. They are shared by
    a client and its `with_options` copies.

    Raises:
        ConfigurationError: The client uses an HTTP client of the user's, which is synchronous.
    """
    from vlmrun._async.client import AsyncVLMRun
    from vlmrun._async.context import ClientContext

    context = resource._client_context
    if context.shared.connection.http_client is not None:
        raise ConfigurationError(
            "http_client is synchronous, so asynchronous chat cannot go through it",
            suggestion="Use AsyncVLMRun(http_client=httpx.AsyncClient(...)).agent.completions",
        )
    client = AsyncVLMRun._from_context(
        ClientContext("AsyncVLMRun", context.settings, context.shared.counterpart.shared)
    )
    return getattr(client, resource._attribute)


def async_chat_class(own: Callable[[], Any]) -> Callable[[], Any]:
    """Return what finds the class of the async client's chat, for `async_completions`."""

    def find() -> Any:
        from vlmrun._async.resources._chat import chat_class

        return chat_class()

    return find


class CounterpartState:
    """The state of the async client that belongs to a sync client and its copies."""

    def __init__(self, connection: Connection, limits: Limits) -> None:
        self._connection = connection
        self._limits = limits
        self._created: dict[str, SharedState] = {}
        self._has_ended = False

    @property
    def shared(self) -> SharedState:
        """The shared state of the async client, created on first use."""
        from vlmrun._async.context import SharedState

        # dict.setdefault is atomic, so threads that arrive at the same time get the same object.
        created = SharedState(self._connection, self._limits)
        shared = self._created.setdefault("shared", created)
        if self._has_ended:
            shared.transport.end()
        return shared

    def end(self) -> None:
        """Let the async client send nothing more; its pools are closed with their loops."""
        self._has_ended = True
        for shared in self._created.values():
            shared.transport.end()
