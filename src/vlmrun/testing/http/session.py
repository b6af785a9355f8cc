"""One session over a WebSocket: its messages, its frames in flight, its end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.websockets import WebSocket, WebSocketDisconnect

from vlmrun.testing.contract.openapi import Contract
from vlmrun.testing.contract.request_validation import InvalidRequest, find_problems, parse_json
from vlmrun.testing.generation.session_frames import FrameOutcome, SessionLimits
from vlmrun.testing.handlers.sessions import SessionHandler
from vlmrun.testing.http.broken_connections import reset_connection

# Seconds for the first message.
_CREATE_TIMEOUT = 30
_NORMAL, _POLICY_VIOLATION = 1000, 1008
_MESSAGES = {"state": "SessionState", "decide": "SessionDecide", "session.close": "SessionClose"}


class _Ended(Exception):
    """The session is over."""


class ServerSession:
    """A session, from the handshake to its end.

    Args:
        websocket: The connection, not accepted yet.
        contract: The schemas of the messages.
        limits: The limits of the session.
        handler: Knows the model and the questions.
        takes_frames: Whether binary messages are frames; otherwise an error closes the session.
    """

    def __init__(
        self,
        websocket: WebSocket,
        contract: Contract,
        limits: SessionLimits,
        handler: SessionHandler,
        takes_frames: bool,
    ) -> None:
        self._websocket = websocket
        self._contract = contract
        self._limits = limits
        self._handler = handler
        self._takes_frames = takes_frames
        self._max_inflight = 1
        self._state: Any = ""
        self._frames = self._messages = self._answered = self._dropped = self._in_flight = 0
        self._started = monotonic()
        self._tasks: set[asyncio.Task[None]] = set()
        self._sending = asyncio.Lock()
        self._over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def run(self) -> None:
        """Serve the session."""
        await self._websocket.accept()
        try:
            if await self._create():
                await self._serve()
        except (WebSocketDisconnect, _Ended):
            pass
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _create(self) -> bool:
        """Receive the first message; return whether it opens the session."""
        message, text = await self._receive(_CREATE_TIMEOUT), None
        if message is not None:
            text = message.get("text")
        value = _parsed(text)
        problem = self._problem(self._handler.schema, value)
        if problem is None:
            try:
                await run_in_threadpool(self._handler.begin, value)
            except (HTTPException, InvalidRequest) as error:
                problem = _message_of(error)
        if problem is not None:
            await self._send(_error(problem))
            await self._close(_POLICY_VIOLATION, "invalid session.create")
            return False
        self._max_inflight = min(value.get("max_inflight") or 1, self._limits.max_inflight)
        created = {
            "type": "session.created",
            "model": value["model"],
            "max_inflight": self._max_inflight,
            "expires_in": self._limits.expires_in,
        }
        if self._takes_frames:
            created["max_frame_bytes"] = self._limits.max_frame_bytes
        await self._send(created)
        return True

    async def _serve(self) -> None:
        idle_since = monotonic()
        while True:
            expires = self._started + self._limits.expires_in - monotonic()
            idle = idle_since + self._limits.idle_timeout - monotonic()
            message = await self._receive(min(expires, idle))
            if message is None and self._in_flight and idle < expires:
                idle_since = monotonic()  # the session is not idle while the server is busy
                continue
            if message is None:
                await self._finish("expired" if expires <= idle else "idle")
                return
            if message.get("bytes") is not None:
                idle_since = monotonic()
                await self._on_frame(message["bytes"])
            else:
                value = _parsed(message.get("text"))
                if isinstance(value, dict) and value.get("type") == "decide":
                    idle_since = monotonic()
                await self._on_message(value)

    async def _on_frame(self, content: bytes) -> None:
        if not self._takes_frames:
            await self._refuse("Frames are sent in decide messages here")
            return
        self._frames += 1
        number = self._frames
        if len(content) > self._limits.max_frame_bytes:
            too_large = f"The frame has more than {self._limits.max_frame_bytes} bytes"
            await self._send({**_error(too_large), "frame": number})
            return
        self._handler.newest.append(content)
        if number % self._handler.stride:
            return
        if self._in_flight >= self._max_inflight:
            self._dropped += 1
            await self._send({"type": "frame.dropped", "frame": number, "reason": "busy"})
        else:
            self._start({"frame": number}, number, list(self._handler.newest))

    async def _on_message(self, value: Any) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        known = _MESSAGES if self._handler.takes_messages else {"session.close": "SessionClose"}
        if kind not in known:
            await self._refuse(f"{kind!r} is not one of {', '.join(known)}")
            return
        problem = self._problem(known[kind], value)
        if problem is not None:
            await self._refuse(problem, value.get("id"))
        elif kind == "session.close":
            await self._drain()
            await self._finish("")
        elif kind == "state":
            # It is about the frames that follow.
            self._state = value["state"]
        else:
            self._messages += 1
            # It is never dropped: others wait until there is room.
            while self._in_flight >= self._max_inflight:
                await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
            self._start({"id": value["id"]}, self._messages, value.get("content") or [])

    def _start(self, about: dict[str, Any], number: int, parts: Sequence[Any]) -> None:
        self._in_flight += 1
        result = partial(self._handler.result, number, parts, about.get("id"), self._state)
        task = asyncio.ensure_future(self._answer(about, result))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, about: dict[str, Any], result: Callable[[], Any]) -> None:
        started = monotonic()
        outcome: Any
        try:
            outcome = await run_in_threadpool(result)
        except (HTTPException, InvalidRequest) as error:
            outcome = FrameOutcome.failed(_message_of(error))
        except Exception as error:  # of the script of a test
            outcome = FrameOutcome.failed(f"{type(error).__name__}: {error}", "internal_error")
        self._in_flight -= 1
        if not isinstance(outcome, FrameOutcome):
            self._answered += 1
            await self._send({**outcome, **about, "latency_ms": (monotonic() - started) * 1000})
            return
        if outcome.event is not None:
            self._dropped += outcome.event["type"] == "frame.dropped"
            await self._send({**outcome.event, **about})
            if outcome.event["type"] == "error" and not self._takes_frames:
                await self._close(_POLICY_VIOLATION, "invalid message")
        if outcome.ends == "lost":
            await reset_connection(self._websocket.scope, self._websocket.receive)
            self._set_over()
        elif outcome.ends is not None and outcome.code == _NORMAL:
            await self._finish(outcome.ends)
        elif outcome.ends is not None:
            await self._close(outcome.code or _NORMAL, outcome.ends)

    async def _receive(self, timeout: float) -> dict[str, Any] | None:
        """Return the next message; None if there is none in time."""
        receiving = asyncio.ensure_future(self._websocket.receive())
        try:
            futures: set[asyncio.Future[Any]] = {receiving, self._over}
            await asyncio.wait(
                futures, timeout=max(0.0, timeout), return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            if not receiving.done():
                receiving.cancel()
        if self._over.done():
            raise _Ended
        if not receiving.done() or receiving.cancelled():
            return None
        message: dict[str, Any] = dict(receiving.result())
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code") or _NORMAL)
        return message

    async def _refuse(self, problem: str, id: Any = None) -> None:
        about = {"id": id} if isinstance(id, str) else {}
        await self._send({**_error(problem), **about})
        if not self._takes_frames:
            await self._close(_POLICY_VIOLATION, "invalid message")
            raise _Ended

    async def _drain(self) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _finish(self, reason: str) -> None:
        """Send the numbers of the session, and close it."""
        await self._send(
            {
                "type": "session.stats",
                "frames": self._frames + self._messages,
                "answered": self._answered,
                "dropped": self._dropped,
                "seconds": monotonic() - self._started,
                "cost": 0,
            }
        )
        await self._close(_NORMAL, reason)

    async def _close(self, code: int, reason: str) -> None:
        async with self._sending:
            if not self._over.done():
                self._set_over()
                with suppress(WebSocketDisconnect):
                    await self._websocket.close(code, reason)

    def _set_over(self) -> None:
        if not self._over.done():
            self._over.set_result(None)

    async def _send(self, event: dict[str, Any]) -> None:
        async with self._sending:
            if not self._over.done():
                try:
                    await self._websocket.send_text(json.dumps(event))
                except WebSocketDisconnect:
                    self._set_over()

    def _problem(self, schema: str, value: Any) -> str | None:
        """Return why a message does not conform to a schema of the contract, if it does not."""
        problems = find_problems(self._contract, f"/components/schemas/{schema}", value, [])
        if not problems:
            return None
        where = ".".join(map(str, problems[0]["loc"]))
        return f"{where}: {problems[0]['msg']}" if where else str(problems[0]["msg"])


def _parsed(text: Any) -> Any:
    value, _ = parse_json((text or "").encode())
    return value


def _error(message: str) -> dict[str, Any]:
    error = {"message": message, "type": "invalid_request_error", "code": None, "param": None}
    return {"type": "error", "message": message, "error": error}


def _message_of(error: HTTPException | InvalidRequest) -> str:
    if isinstance(error, InvalidRequest):
        return str(error.problems[0]["msg"])
    detail: Any = error.detail
    return str(detail["error"]["message"] if isinstance(detail, dict) else detail)
