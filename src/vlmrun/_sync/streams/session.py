# Derived from _async/streams/session.py by `make generate`. Do not edit.
"""A session over a WebSocket: frames are sent, and their results arrive in any order."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from copy import copy
from itertools import count
from time import monotonic
from typing import Any

from vlmrun._redaction import redact
from vlmrun._requests import sessions as messages
from vlmrun._runtime.sync_runtime import Wakeup, notify
from vlmrun._runtime.sync_websocket import Lock, Socket
from vlmrun._runtime.websocket_options import CLOSE_TIMEOUT, SocketClosed
from vlmrun.errors import (
    FrameDroppedError,
    InputError,
    RequestTimeoutError,
    ResponseDecodeError,
    StreamClosedError,
    StreamError,
    VLMRunError,
)
from vlmrun.types.realtime import (
    FrameDropped,
    SessionCreated,
    SessionDecision,
    SessionEnded,
    SessionError,
    SessionEvent,
    SessionResult,
    SessionStats,
)

logger = logging.getLogger("vlmrun")

# The state of a frame in a session without states.
NO_STATE: Any = object()

# The number of messages to receive after a deadline: there may be two for each frame in flight.
_MAX_OVERDUE = 100


class Ticket:
    """A frame in a session.

    Args:
        index: Its index, for errors.
        content: The image.
        state: The state that it is about.
        parts: Its form in a message; None to send it as a frame.
        expires: When its result must be there (monotonic seconds).

    Attributes:
        outcome: The event about it, or an error; None as long as there is neither.
        has_result: Whether a result is expected: of the frames of a stride, only for the last one.
        window: The images that its result is about: those before it, and itself.
    """

    __slots__ = (
        "content",
        "expires",
        "has_result",
        "index",
        "outcome",
        "parts",
        "state",
        "window",
    )

    def __init__(
        self,
        index: int,
        content: bytes,
        *,
        state: Any = NO_STATE,
        parts: list[dict[str, Any]] | None = None,
        expires: float | None = None,
    ) -> None:
        self.index = index
        self.content = content
        self.state = state
        self.parts = parts
        self.expires = expires
        self.has_result = True
        self.window: tuple[bytes, ...] = (content,)
        self.outcome: SessionEvent | VLMRunError | None = None


class Session:
    """An open session.

    Several tasks may use it at the same time: whoever waits for a result receives the results of
    all. There is no task that receives, so that none can be left over, and nothing is read ahead.

    Args:
        socket: The open WebSocket.
        created: The first message of the server.
        max_inflight: The number of frames that may be in flight.
        on_event: Called with each event that is not a result.
        stride: The number of frames from one result to the next.
        window: The number of frames that a result is about.

    Attributes:
        created: The limits of the server.
        max_inflight: As passed.
        stats: The last message of the server; None before the end.
        ended: Why the session ended; None as long as it is open.
    """

    def __init__(
        self,
        socket: Socket,
        created: SessionCreated,
        max_inflight: int,
        on_event: Callable[[Any], Any] | None,
        stride: int = 1,
        window: int = 1,
    ) -> None:
        self.created = created
        self.max_inflight = max_inflight
        self.stats: SessionStats | None = None
        self.ended: SessionEnded | None = None
        self._socket = socket
        self._on_event = on_event
        self._stride = stride
        self._newest: deque[bytes] = deque(maxlen=window)
        self._state: Any = ""
        # By the number of a frame, or the id of a message; in the order in which they were sent.
        self._pending: dict[int | str, Ticket] = {}
        self._frames = 0
        self._ids = count()
        self._sending = Lock()
        # Never held while anything is waited for.
        self._lock = Lock()
        self._is_receiving = False
        self._waiting: list[Wakeup] = []

    @property
    def has_room(self) -> bool:
        """Whether another frame may be sent now."""
        return self._in_flight() < self.max_inflight

    def _in_flight(self) -> int:
        """Return the number of frames whose results are still expected.

        Late frames are still known, since a server may respond to them in order, without numbers.
        """
        now = monotonic()
        expiries = [ticket.expires for ticket in list(self._pending.values())]
        return sum(each is None or each > now for each in expiries)

    def check_size(self, where: str, content: bytes) -> None:
        """Raise `InputError` if an image is larger than the server accepts."""
        limit = self.created.max_frame_bytes
        if limit is not None and len(content) > limit:
            raise InputError(
                f"{where} has {len(content)} bytes, and the server accepts frames of at most "
                f"{limit}",
                suggestion="Scale it down, or lower quality",
            )

    def submit(self, ticket: Ticket) -> None:
        """Send a frame, as soon as the session has room for it.

        Raises:
            StreamClosedError: The session has ended.
            RequestTimeoutError: There was no room in time.
        """
        with self._sending:
            if ticket.state is not NO_STATE and ticket.state != self._state:
                # What is in flight is about the state before.
                self.receive_until(lambda: not self._in_flight(), ticket.expires)
                self._send(messages.state_message(ticket.state))
                self._state = ticket.state
            self.receive_until(lambda: self.has_room, ticket.expires)
            self._check_open()
            self._send(self._registered(ticket))

    def settle(self, ticket: Ticket) -> None:
        """Wait for the outcome of a frame.

        Raises:
            RequestTimeoutError: There was none in time.
        """
        try:
            self.receive_until(lambda: ticket.outcome is not None, ticket.expires)
        except RequestTimeoutError:
            # A session may run for days, and late frames stay in it.
            ticket.content, ticket.window, ticket.parts = b"", (), None
            raise

    def poll(self) -> None:
        """Receive what has arrived, without waiting for more."""
        with suppress(RequestTimeoutError):
            self.receive_until(lambda: not self._pending, 0)

    def close(self, is_complete: bool) -> None:
        """End the session, and close the connection.

        Args:
            is_complete: Whether to wait for the results in flight and for the numbers.
        """
        try:
            if is_complete and self.ended is None:
                self._say_goodbye()
        finally:
            # First, so that those who still receive know why the connection is closed.
            self._end(SessionEnded("closed"))
            self._socket.close()

    def _say_goodbye(self) -> None:
        with suppress(RequestTimeoutError, ResponseDecodeError):
            self._send(messages.CLOSE)
            expires = monotonic() + CLOSE_TIMEOUT
            self.receive_until(lambda: self.stats is not None, expires)

    def _registered(self, ticket: Ticket) -> str | bytes:
        """Return what to send for a frame, whose outcome is expected from now on."""
        ticket.outcome = None
        if ticket.parts is not None:
            id = str(next(self._ids))
            self._pending[id] = ticket
            return messages.decide_message(id, ticket.parts)
        self._frames += 1
        self._newest.append(ticket.content)
        ticket.has_result = self._frames % self._stride == 0
        if ticket.has_result:
            ticket.window = tuple(self._newest)
            self._pending[self._frames] = ticket
        return ticket.content

    def _send(self, message: str | bytes) -> None:
        try:
            self._socket.send(message)
        except SocketClosed as closed:
            # Results that arrived before are still to be received.
            with suppress(RequestTimeoutError):
                self.receive_until(lambda: False, monotonic() + CLOSE_TIMEOUT)
            self._end(_ended(closed, self._socket.secrets))

    def receive_until(self, is_done: Callable[[], bool], expires: float | None) -> None:
        """Receive messages until a condition is true, or the session has ended.

        Args:
            is_done: The condition.
            expires: The deadline (monotonic seconds). What has arrived by then is received, also
                if this is called later, since the caller may have been busy with other things.

        Raises:
            RequestTimeoutError: The condition is not true in time.
        """
        overdue = 0
        while not is_done() and self.ended is None:
            remaining = None if expires is None else max(0.0, expires - monotonic())
            overdue += remaining == 0
            # A server that never stops sending must not be read from forever.
            is_late = overdue > _MAX_OVERDUE or not self._await_message(is_done, remaining)
            if is_late and overdue:
                raise RequestTimeoutError("The server sent no result in time")

    def _await_message(self, is_done: Callable[[], bool], timeout: float | None) -> bool:
        """Receive a message, or wait until another caller has; return whether there was one."""
        with self._lock:
            if is_done():  # another caller has received it since
                return True
            others = Wakeup() if self._is_receiving else None
            if others is None:
                self._is_receiving = True
            else:
                self._waiting.append(others)
        if others is not None:
            return others.wait(timeout)
        try:
            self._receive(timeout)
        except TimeoutError:
            return False
        finally:
            with self._lock:
                self._is_receiving = False
            self._wake()
        return True

    def _wake(self) -> None:
        """Wake those that wait for the receiving call: one of them may have to receive."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
        for each in waiting:
            each.wake()

    def _receive(self, timeout: float | None) -> None:
        """Receive a message; raise `TimeoutError` if there is none in time."""
        try:
            message = self._socket.receive(timeout)
        except SocketClosed as closed:
            self._end(_ended(closed, self._socket.secrets))
            return
        try:
            event = messages.event_of(message, self._socket.secrets)
        except ResponseDecodeError as error:
            self._fail_all(error)
            self._end(SessionEnded("unreadable"))
            raise
        self._handle(event)

    def _handle(self, event: SessionEvent) -> None:
        if isinstance(event, (SessionDecision, SessionResult, FrameDropped)):
            ticket = self._take(event)
            if ticket is not None:
                ticket.outcome = event
            if not isinstance(event, FrameDropped):
                return
        elif isinstance(event, SessionError):
            self._fail(event)
        elif isinstance(event, SessionStats):
            self.stats = event
        notify(self._on_event, event, "on_event")

    def _take(self, event: Any) -> Ticket | None:
        """Remove the frame that an event is about, and return it."""
        # That of a result is the id of a completion.
        id = None if isinstance(event, SessionResult) else getattr(event, "id", None)
        key = id if event.frame is None else event.frame
        if key is None:  # a server that answers in order
            key = next(iter(self._pending), None)
        return None if key is None else self._pending.pop(key, None)

    def _fail(self, event: SessionError) -> None:
        error = StreamError(event.text, error_type=event.code)
        error.event = event
        if event.frame is None and event.id is None:
            # It may be about any of them, and those that it is about get no result.
            self._fail_all(error)
            return
        ticket = self._take(event)
        if ticket is not None:
            ticket.outcome = error
        elif self._on_event is None:
            # Of a frame without a result of its own; the message may repeat what is in the image.
            logger.warning(
                "the server reported an error about frame %s: %s (pass on_event for more)",
                event.frame,
                event.code,
            )

    def _fail_all(self, error: VLMRunError) -> None:
        for ticket in self._pending.values():
            # Several callers may wait: each of them gets an error of its own.
            ticket.outcome = copy(error)
        self._pending.clear()

    def _check_open(self) -> None:
        if self.ended is not None:
            raise self.closed_error()

    def closed_error(self) -> StreamClosedError:
        """Return the error for a session that has ended."""
        reason = "closed" if self.ended is None else self.ended.reason
        error = StreamClosedError(f"The stream has ended: {_EXPLAINED.get(reason, reason)}")
        error.reason = reason
        return error

    def _end(self, ended: SessionEnded) -> None:
        if self.ended is not None:
            return
        self.ended = ended
        self._fail_all(self.closed_error())
        self._wake()
        if ended.reason != "closed":
            notify(self._on_event, ended, "on_event")


_EXPLAINED = {
    "lost": "the connection broke off",
    "idle": "the server received no frames for too long",
    "expired": "its time has expired",
    "closed": "it was closed",
    "unreadable": "the server does not speak this protocol",
}


def _ended(closed: SocketClosed, secrets: Sequence[str]) -> SessionEnded:
    if closed.code is None:
        return SessionEnded("lost")
    reason = redact(closed.reason, secrets)
    return SessionEnded(reason or f"closed by the server ({closed.code})", closed.code)


def dropped_error(dropped: FrameDropped | None) -> FrameDroppedError:
    """Return the error for a frame that the server has dropped."""
    error = FrameDroppedError(f"The server dropped the frame: {dropped and dropped.reason}")
    error.event = dropped
    return error
