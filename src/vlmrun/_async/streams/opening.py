"""Opening a session over a WebSocket."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from vlmrun._async.http.websocket_connector import SocketConnector, is_absent
from vlmrun._async.streams.session import Session
from vlmrun._core.request_context import RequestContext
from vlmrun._messages import short_repr
from vlmrun._redaction import redact
from vlmrun._requests.sessions import event_of, session_create
from vlmrun._runtime.async_websocket import Socket
from vlmrun._runtime.websocket_options import SocketClosed
from vlmrun.errors import (
    APIError,
    RequestTimeoutError,
    ResponseDecodeError,
    StreamClosedError,
    StreamError,
    VLMRunError,
)
from vlmrun.types.realtime import SessionCreated, SessionError, SessionEvent

# Seconds for the handshake, and for the first message of the server.
OPEN_TIMEOUT = 30.0


class Opening(NamedTuple):
    """The beginning of a session.

    Attributes:
        fields: The fields of the first message.
        max_inflight: The number of frames in flight that the caller wants.
        on_event: Called with each event that is not a result.
        stride: The number of frames from one result to the next.
        window: The number of frames that a result is about.
    """

    fields: dict[str, Any]
    max_inflight: int
    on_event: Callable[[Any], Any] | None
    stride: int = 1
    window: int = 1


class Route(NamedTuple):
    """A place where a session may be opened.

    Attributes:
        path: The path below the base URL.
        context: The settings with the base URL, and the deadline of opening it.
        takes_frames: Whether it takes frames; otherwise images are sent in messages.
    """

    path: str
    context: RequestContext
    takes_frames: bool


async def open_session(
    connector: SocketConnector, routes: Sequence[Route], opening: Opening
) -> tuple[Session, Route]:
    """Open a session at the first route that exists.

    Args:
        connector: Opens WebSockets.
        routes: The routes.
        opening: How to begin it.

    Raises:
        APIError: The server refused it, or could not be reached.
        DependencyError: The extra `ws` is not installed.
    """
    first_error: VLMRunError | None = None
    for route in routes:
        try:
            socket = await connector.open(route.path, route.context, OPEN_TIMEOUT)
        except APIError as error:
            first_error = first_error or error
            if is_absent(error):
                continue
            raise
        timeout = route.context.within(OPEN_TIMEOUT).remaining()
        return await _created(socket, opening, timeout), route
    assert first_error is not None
    raise first_error


async def _created(socket: Socket, opening: Opening, timeout: float | None) -> Session:
    """Return the session; close the connection if there is none."""
    try:
        return await _begin(socket, opening, timeout)
    except BaseException:
        await socket.aclose()
        raise


async def _begin(socket: Socket, opening: Opening, timeout: float | None) -> Session:
    try:
        await socket.send(session_create(opening.fields))
        created = event_of(await socket.receive(timeout), socket.secrets)
    except SocketClosed as closed:
        error = StreamClosedError(
            f"The server closed the connection before the session was open: "
            f"{redact(closed.reason, socket.secrets) or closed.code}"
        )
    except TimeoutError:
        raise RequestTimeoutError("The server did not open the session in time") from None
    else:
        if not isinstance(created, SessionCreated):
            raise _refused(created)
        most = max(1, created.max_inflight or 1)
        return Session(
            socket,
            created,
            min(most, opening.max_inflight),
            opening.on_event,
            stride=opening.stride,
            window=opening.window,
        )
    raise error


def _refused(event: SessionEvent) -> VLMRunError:
    """Return the error for a first message that does not open the session."""
    if isinstance(event, SessionError):
        error = StreamError(
            f"The server refused the session: {event.text}",
            error_type=event.code,
            suggestion="Check the model and the questions",
        )
        error.event = event
        return error
    return ResponseDecodeError(
        f"The server sent {short_repr(event.type)} in place of session.created",
        suggestion="Check the URL of the gateway, or upgrade this package",
        raw=event.raw,
    )
