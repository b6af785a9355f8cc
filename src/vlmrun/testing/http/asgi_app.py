"""The ASGI application: records each request, applies faults, and forwards to the router."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import suppress
from time import monotonic

import anyio
from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from vlmrun.testing.faults import Fault
from vlmrun.testing.http.broken_connections import close_connection, reset_connection, send_partial
from vlmrun.testing.recorded_requests import NOTES_KEY, Request, record_of

# What the service might have refused, and this server accepted.
NOTE_HEADER = "x-mock-server-note"

# Called with each message of each response before it is sent, for all servers of this process.
# The tests of this package check every response against the contract with it.
response_observers: list[Callable[[Request, Message], None]] = []


class App:
    """The ASGI application of a mock server."""

    def __init__(
        self,
        router: Starlette,
        begin: Callable[[Request], Fault | None],
        end: Callable[[Request], None],
    ) -> None:
        self._router = router
        self._begin = begin
        self._end = end
        # Delays wait for this event instead of sleeping, so that closing the server is fast.
        self._closing = anyio.Event()

    def stop_waiting(self) -> None:
        """End all delays; called in the thread of the event loop when the server closes."""
        self._closing.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "websocket":
            await self._open_session(scope, receive, send)
            return
        if scope["type"] != "http":
            await self._router(scope, receive, send)
            return
        request = record_of(scope, f"req_{uuid.uuid4().hex}")
        request.operation = self._operation(scope)
        scope[NOTES_KEY] = request.notes
        exchange = _Exchange(request, scope, receive, send)
        fault = self._begin(request)
        started = monotonic()
        try:
            # A client may disconnect in the middle of its request; that is not an error here.
            with suppress(ClientDisconnect):
                if fault is None:
                    await self._router(scope, exchange.receive, exchange.send)
                elif await self._delay(fault.delay):
                    request.fault = True
                    await self._apply(fault, exchange)
        finally:
            request.duration = monotonic() - started
            self._end(request)

    async def _open_session(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one WebSocket, from the handshake to its end."""
        request = record_of(scope, f"req_{uuid.uuid4().hex}")
        request.operation = self._operation(scope)
        scope[NOTES_KEY] = request.notes
        fault = self._begin(request)
        started = monotonic()

        async def receive_recorded() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive":
                request.feed_message(message.get("text"), message.get("bytes"))
            return message

        async def send_observed(message: Message) -> None:
            if message["type"] == "websocket.http.response.start":
                request.status = message["status"]
            elif message["type"] == "websocket.accept":
                request.status = 101
            for observe in response_observers:
                observe(request, message)
            await send(message)

        try:
            if fault is None:
                await self._router(scope, receive_recorded, send_observed)
            elif await self._delay(fault.delay):
                request.fault = True
                await self._refuse_session(fault, scope, receive_recorded, send_observed)
        finally:
            request.duration = monotonic() - started
            self._end(request)

    async def _refuse_session(
        self, fault: Fault, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Apply a fault to a handshake."""
        if fault.reset in ("before_reading", "after_reading"):
            await reset_connection(scope, receive)
        elif fault.status is None:
            await self._router(scope, receive, send)
        else:
            content, media_type = fault.content()
            await receive()  # the handshake
            response = Response(content, fault.status, dict(fault.headers), media_type)
            await WebSocket(scope, receive, send).send_denial_response(response)

    async def _delay(self, seconds: float) -> bool:
        """Wait; return False if the server closes in the meantime."""
        with anyio.move_on_after(seconds):
            await self._closing.wait()
            return False
        return True

    def _operation(self, scope: Scope) -> str | None:
        for route in self._router.routes:
            match, _ = route.matches(scope)
            if match is Match.FULL:
                return getattr(route, "name", None)
        return None

    async def _apply(self, fault: Fault, exchange: _Exchange) -> None:
        scope, receive = exchange.scope, exchange.raw_receive
        if fault.reset == "before_reading":
            await reset_connection(scope, receive)
            return
        if fault.reset == "after_reading":
            await exchange.drain()
            await reset_connection(scope, receive)
            return
        if fault.status is None and not fault.changes_response:
            await self._router(scope, exchange.receive, exchange.send)
            return
        response = _BufferedResponse()
        if fault.status is None:
            await self._router(scope, exchange.receive, response.send)
        else:
            content, media_type = fault.content()
            error = Response(content, fault.status, media_type=media_type)
            await error(scope, receive, response.send)
        # Closing a connection with unread data resets it, and the client may lose the response
        # (https://www.rfc-editor.org/rfc/rfc9112#section-9.6).
        await exchange.drain()
        if fault.reset == "after_handling":
            await reset_connection(scope, receive)
            return
        response.apply(fault)
        await self._send(response, fault, exchange)

    async def _send(self, response: _BufferedResponse, fault: Fault, exchange: _Exchange) -> None:
        body = bytes(response.body)
        # A reset in the body is only visible if the client gets a part of it.
        cut = len(body) // 2 if fault.reset and fault.truncate is None else fault.truncate
        if cut is None or (cut >= len(body) and not fault.reset):
            await exchange.send(response.start)
            await exchange.send({"type": "http.response.body", "body": body})
            return
        await send_partial(exchange.send, response.start, body[:cut])
        end = reset_connection if fault.reset else close_connection
        await end(exchange.scope, exchange.raw_receive)


class _Exchange:
    """The receive and send channels of one request, which record what passes through them."""

    def __init__(self, request: Request, scope: Scope, receive: Receive, send: Send) -> None:
        self.request, self.scope = request, scope
        self.raw_receive, self._raw_send = receive, send
        headers = Headers(scope=scope)
        # A request without these headers has no body
        # (https://www.rfc-editor.org/rfc/rfc9112#section-6.3).
        self._is_read = "content-length" not in headers and "transfer-encoding" not in headers

    async def receive(self) -> Message:
        message = await self.raw_receive()
        if message["type"] == "http.request":
            self.request.feed(message.get("body", b""))
            self._is_read = self._is_read or not message.get("more_body", False)
        else:
            self._is_read = True
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            # A client that is still sending its body would treat an early response, after which
            # the server closes the connection, as a broken connection.
            await self.drain()
            headers = MutableHeaders(scope=message)
            headers["x-request-id"] = self.request.id
            if self.request.path.startswith("/typesafe/"):
                headers["x-typesafe-request-id"] = self.request.id
            for note in self.request.notes:
                # The note quotes the request, which may have any characters.
                ascii_note = note.encode("ascii", "backslashreplace").decode("ascii")
                headers.append(NOTE_HEADER, ascii_note)
            self.request.status = message["status"]
        for observe in response_observers:
            observe(self.request, message)
        await self._raw_send(message)

    async def drain(self) -> None:
        """Read the rest of the body."""
        while not self._is_read:
            await self.receive()


class _BufferedResponse:
    """A response that is held back until it is complete."""

    def __init__(self) -> None:
        self.start: Message = {}
        self.body = bytearray()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
        else:
            self.body += message.get("body", b"")

    def apply(self, fault: Fault) -> None:
        """Replace the body and add the headers of a fault."""
        headers = MutableHeaders(scope=self.start)
        if fault.body is not None:
            self.body = bytearray(fault.content()[0])
            headers["content-length"] = str(len(self.body))
        for name, value in fault.headers.items():
            headers[name] = value
