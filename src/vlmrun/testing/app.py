"""The ASGI application: records each request, lets faults happen, and passes the rest on."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

import anyio
from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Message, Receive, Scope, Send

from vlmrun.testing.connection import break_off, reset, send_part
from vlmrun.testing.faults import Fault
from vlmrun.testing.recording import Request, record_of

if TYPE_CHECKING:
    from vlmrun.testing.server import Server


class App:
    """The stand-in server as an ASGI application.

    Attributes:
        server: Its `vlmrun.testing.Server`: requests, faults, results.
    """

    def __init__(
        self, inner: Starlette, begin: Callable[[Request], Fault | None], server: Server
    ) -> None:
        self._inner = inner
        self._begin = begin
        self._closing = anyio.Event()
        self.server = server

    def stop_waiting(self) -> None:
        """End all delays; called in the event loop's thread when the server closes."""
        self._closing.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        request = record_of(scope, f"req_{uuid.uuid4().hex}")
        request.operation = self._operation(scope)
        exchange = _Exchange(request, scope, receive, send)
        fault = self._begin(request)
        # A client that goes away in the middle of its request is nothing to report.
        with suppress(ClientDisconnect):
            if fault is None:
                await self._inner(scope, exchange.receive, exchange.send)
            elif await self._waited(fault.delay):
                request.fault = True
                await self._meet(fault, exchange)

    async def _waited(self, delay: float) -> bool:
        """Wait; False if the server closes in the meantime."""
        with anyio.move_on_after(delay):
            await self._closing.wait()
            return False
        return True

    def _operation(self, scope: Scope) -> str | None:
        for route in self._inner.routes:
            match, _ = route.matches(scope)
            if match is Match.FULL:
                return getattr(route, "name", None)
        return None

    async def _meet(self, fault: Fault, exchange: _Exchange) -> None:
        scope, receive = exchange.scope, exchange.raw_receive
        if fault.reset == "before_reading":
            await reset(scope, receive)
            return
        if fault.reset == "after_reading":
            await exchange.drain()
            await reset(scope, receive)
            return
        if fault.status is None and not fault.touches_answer:
            await self._inner(scope, exchange.receive, exchange.send)
            return
        answer = _Answer()
        if fault.status is None:
            await self._inner(scope, exchange.receive, answer.take)
        else:
            content, media_type = fault.content()
            response = Response(content, fault.status, media_type=media_type)
            await response(scope, receive, answer.take)
        await exchange.drain()
        if fault.reset == "after_handling":
            await reset(scope, receive)
            return
        answer.alter(fault)
        await self._send(answer, fault, exchange)

    async def _send(self, answer: _Answer, fault: Fault, exchange: _Exchange) -> None:
        body = bytes(answer.body)
        cut = len(body) // 2 if fault.reset and fault.truncate is None else fault.truncate
        if cut is None or (cut >= len(body) and not fault.reset):
            await exchange.send(answer.start)
            await exchange.send({"type": "http.response.body", "body": body})
            return
        await send_part(exchange.send, answer.start, body[:cut])
        end = reset if fault.reset else break_off
        await end(exchange.scope, exchange.raw_receive)


class _Exchange:
    """A request's two channels, with what passes through them written down."""

    def __init__(self, request: Request, scope: Scope, receive: Receive, send: Send) -> None:
        self.request, self.scope = request, scope
        self.raw_receive, self._raw_send = receive, send
        headers = Headers(scope=scope)
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
            # A client that is still sending would take an early answer for a broken connection.
            await self.drain()
            MutableHeaders(scope=message)["x-request-id"] = self.request.id
            self.request.status = message["status"]
        await self._raw_send(message)

    async def drain(self) -> None:
        """Read what is left of the body."""
        while not self._is_read:
            await self.receive()


class _Answer:
    """An answer that is held back until it is complete."""

    def __init__(self) -> None:
        self.start: Message = {}
        self.body = bytearray()

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
        else:
            self.body += message.get("body", b"")

    def alter(self, fault: Fault) -> None:
        """Give it the fault's body and headers."""
        headers = MutableHeaders(scope=self.start)
        if fault.body is not None:
            self.body = bytearray(fault.content()[0])
            headers["content-length"] = str(len(self.body))
        for name, value in fault.headers.items():
            headers[name] = value
