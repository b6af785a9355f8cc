"""Parts of the async client and its resources; `sync_client_class` has the same names."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from vlmrun._runtime.async_runtime import in_thread
from vlmrun._validation import check_callable
from vlmrun.errors import InputTypeError

if TYPE_CHECKING:
    from vlmrun._core.connection import Connection
    from vlmrun._core.limits import Limits

T = TypeVar("T")

CLIENT_CLASS_NAME = "httpx.AsyncClient"


_imported: set[str] = set()


async def import_transport() -> None:
    """Import what sends requests in a thread, unless that is done."""
    # `sys.modules` has a module while another thread imports it, and would wait for that.
    if not _imported:
        name = "vlmrun._async.http.transport"
        await in_thread(import_module, name)
        _imported.add(name)


async def import_ahead(load: Callable[[], None]) -> None:
    """Run a function that imports modules, in a thread: the event loop would stand still."""

    def load_all() -> None:
        load()
        # The locks of httpcore's pool import it when they are first used.
        with suppress(ImportError):
            import_module("anyio._backends._asyncio")

    await in_thread(load_all)


def check_callback(name: str, value: Any) -> None:
    """Raise `InputTypeError` unless a value is None or can be called."""
    check_callable(name, value)


def warn_if_blocking() -> None:
    """Do nothing: calls of the async client do not block the event loop."""


class OtherWithStatement:
    """Explains that AsyncVLMRun is not used with `with`.

    Type checkers report it, since they do not see these methods. aiohttp's session has them, too.
    """

    _misused = "AsyncVLMRun"
    _remedy = "In code that is not asynchronous: with VLMRun() as client"

    if not TYPE_CHECKING:

        def __enter__(self):
            raise InputTypeError(
                f"{self._misused} is used with `async with`, not with `with`",
                suggestion=self._remedy,
            )

        def __exit__(self, *_):
            """Do nothing; Python looks it up before it enters."""


class OtherStreamStatement(OtherWithStatement):
    """Explains that a stream of AsyncVLMRun is not used with `with`."""

    _misused = "A stream of AsyncVLMRun"
    _remedy = "async with ... as stream; in code that is not asynchronous, use VLMRun"


class OtherForStatement:
    """Explains that the results of a stream of AsyncVLMRun are not read with `for`."""

    if not TYPE_CHECKING:

        def __iter__(self):
            raise InputTypeError(
                "Results of AsyncVLMRun are read with `async for`, not with `for`",
                suggestion="async for result in ...; in code that is not asynchronous, use VLMRun",
            )


def is_own_kind(http_client: object) -> bool:
    """Return whether a user's HTTP client is asynchronous."""
    has_methods = hasattr(http_client, "aclose") and hasattr(http_client, "build_request")
    return has_methods and not isinstance(http_client, type)


def async_counterpart(resource: T) -> T:
    """Return the same resource of an async client with the same settings: itself."""
    return resource


def async_chat_class(own: Callable[[], T]) -> Callable[[], T]:
    """Return what finds the class of the async client's chat: what finds that of this client."""
    return own


class CounterpartState:
    """Shared state for the async client of a sync client; async clients need none."""

    def __init__(self, connection: Connection, limits: Limits) -> None:
        """Take what `sync_client_class` needs."""

    def end(self) -> None:
        """Do nothing; `sync_client_class` ends the transport of the async client here."""
