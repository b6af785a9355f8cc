"""Messages of sessions that arrive late, before the end of the connection, or in another form."""

from __future__ import annotations

import asyncio
import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.faults.socket_server import (
    CREATED,
    OPEN,
    TINY,
    decision,
    says,
    socket_server,
    until_closed,
)
from tests.sync_async import AsyncClientFactory, ClientFactory, entered
from vlmrun import AsyncVLMRun, VLMRun
from vlmrun._runtime.websocket_options import SocketClosed
from vlmrun._sync.streams.session import Session
from vlmrun.errors import (
    FrameDroppedError,
    RequestTimeoutError,
    ResponseDecodeError,
    StreamClosedError,
)
from vlmrun.types import SessionCreated


def dropped(**about: Any) -> str:
    return json.dumps({"type": "frame.dropped", "reason": "rate", **about})


@pytest.mark.parametrize(
    "message",
    [
        '{"type": "session.created", "max_inflight": "8"}',
        '{"type": "session.created", "max_frame_bytes": {}}',
    ],
)
def test_limits_that_are_no_numbers(opened: Callable[..., Any], message: str) -> None:
    match = "is not a message of this protocol"
    with (
        socket_server(says(message)) as url,
        pytest.raises(ResponseDecodeError, match=match),
        entered(opened(url)),
    ):
        pass


@pytest.mark.parametrize("about", [{"frame": [1]}, {"frame": "1"}, {"id": {"a": 1}}, {"id": 7}])
def test_results_about_nothing(opened: Callable[..., Any], about: dict[str, Any]) -> None:
    unknown = json.dumps({"type": "queue.position", **about})
    script = says(CREATED, unknown, decision(**about))
    match = "is not a message of this protocol"
    with socket_server(script) as url, entered(opened(url)) as stream:
        results = stream.map([TINY])
        with pytest.raises(ResponseDecodeError, match=match):
            next(results)


@pytest.mark.parametrize("answers", [None, {}])
def test_a_decision_without_answers(opened: Callable[..., Any], answers: Any) -> None:
    script = says(CREATED, decision(frame=1, answers=answers))
    with socket_server(script) as url, entered(opened(url)) as stream:
        results = stream.map([TINY])
        with pytest.raises(ResponseDecodeError, match="the response has no answers"):
            next(results)


def test_the_end_of_a_session_that_has_dropped_a_frame(opened: Callable[..., Any]) -> None:
    def script(connection: Any) -> None:
        connection.recv()
        connection.send(CREATED)
        for _ in range(3):
            connection.recv()
        connection.send(dropped(frame=1))
        connection.send(decision(frame=3))
        connection.close(1000, "expired")

    with socket_server(script) as url, entered(opened(url)) as stream:
        results = stream.map([TINY] * 3)
        with pytest.raises(StreamClosedError) as caught:
            next(results)
    assert (caught.value.reason, caught.value.missing) == ("expired", (0, 1))
    assert [each.index for each in caught.value.results] == [2]


def test_a_message_that_the_server_drops(opened: Callable[..., Any]) -> None:
    """It must not, so the frame is not sent a third time."""

    def script(connection: Any) -> None:
        connection.recv()
        connection.send(CREATED)
        connection.recv()
        connection.send(dropped(frame=1))
        connection.send(dropped(id=json.loads(connection.recv())["id"]))
        until_closed(connection)

    with socket_server(script) as url, entered(opened(url)) as stream:
        results = stream.map([TINY])
        with pytest.raises(FrameDroppedError, match="rate"):
            next(results)


@pytest.mark.parametrize(
    ("message", "code", "reason"),
    [
        (decision(frame=1, padding="x" * 2000), 1009, "larger than max_response_size"),
        (b"\xff", 1007, "invalid start byte"),
    ],
)
def test_messages_that_the_client_cannot_receive(
    connect: Callable[..., Any], message: str | bytes, code: int, reason: str
) -> None:
    events: list[Any] = []

    def script(connection: Any) -> None:
        connection.recv()
        connection.send(CREATED)
        connection.recv()
        connection.send(message, text=True)
        until_closed(connection)

    with socket_server(script) as url:
        systemone = connect(gateway_url=url, max_response_size=1000).gateway.systemone
        stream = systemone.stream(OPEN, transport="ws", on_event=events.append)
        with entered(stream), pytest.raises(StreamClosedError, match=reason) as caught:
            stream.send(TINY)
    assert caught.value.missing == (0,)
    assert events[-1].code == code


def test_the_deadline_of_opening_a_session(opened: Callable[..., Any]) -> None:
    with (
        socket_server(says()) as url,
        pytest.raises(RequestTimeoutError, match="in time"),
        entered(opened(url, options={"deadline": 0.2})),
    ):
        pass


@pytest.fixture
def silent_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, threading.Event]]:
    """A server that answers nothing: its URL, and the event that it has received two frames."""
    for package in ("async", "sync"):
        monkeypatch.setattr(f"vlmrun._{package}.streams.session.CLOSE_TIMEOUT", 0.1)
    are_sent = threading.Event()

    def script(connection: Any) -> None:
        connection.recv()
        connection.send(CREATED)
        frames = [connection.recv(), connection.recv()]
        assert frames == [TINY, TINY]
        are_sent.set()
        for _ in connection:
            pass

    with socket_server(script) as url:
        yield url, are_sent


def test_a_result_that_another_thread_has_just_received() -> None:
    """It arrives between two checks: to wait for another message could take until the timeout."""
    session = Session(None, SessionCreated(), 1, None)  # type: ignore[arg-type]
    checks = [False, True, True]
    session.receive_until(lambda: checks.pop(0), None)
    assert checks == []


def test_closing_a_stream_ends_what_other_threads_wait_for(
    silent_server: tuple[str, threading.Event],
) -> None:
    url, are_sent = silent_server
    with VLMRun("key", gateway_url=url) as client, ThreadPoolExecutor() as pool:
        with client.gateway.systemone.stream(OPEN, transport="ws") as stream:
            sends = [pool.submit(stream.send, TINY) for _ in range(2)]
            assert are_sent.wait(30)
        for each in sends:
            with pytest.raises(StreamClosedError, match="it was closed"):
                each.result(30)


def test_closing_a_stream_ends_what_other_tasks_wait_for(
    silent_server: tuple[str, threading.Event],
) -> None:
    """They are not cancelled."""
    url, are_sent = silent_server

    async def main() -> list[Any]:
        async with AsyncVLMRun("key", gateway_url=url) as client:
            async with client.gateway.systemone.stream(OPEN, transport="ws") as stream:
                sends = [asyncio.ensure_future(stream.send(TINY)) for _ in range(2)]
                assert await asyncio.to_thread(are_sent.wait, 30)
            return await asyncio.gather(*sends, return_exceptions=True)

    errors = asyncio.run(main())
    assert [type(each) for each in errors] == [StreamClosedError] * 2


class MemorySocket:
    """A socket without a network.

    Attributes:
        now: The time, which is that of the client.
        is_held: Whether decisions arrive only when the client waits for them.
        is_noisy: Whether there are always further messages, one each second.
        is_closed: Whether the server has closed the connection.
    """

    def __init__(self) -> None:
        self.now = 0.0
        self.is_held = True
        self.is_noisy = False
        self.is_closed = False
        self._messages = deque([CREATED])
        self._frames = 0

    def send(self, message: str | bytes) -> None:
        if self.is_closed:
            raise SocketClosed(1011, "restart")
        if isinstance(message, bytes):
            self._frames += 1
            self._messages.append(decision(frame=self._frames))
        elif "session.close" in message:
            self._messages.append('{"type": "session.stats"}')

    def receive(self, timeout: float | None) -> str:
        if self.is_noisy:
            self.now += 1
            return '{"type": "noise"}'
        if not self._messages and self.is_closed:
            raise SocketClosed(1011, "restart")
        if not self._messages or (self.is_held and timeout == 0):
            raise TimeoutError
        return self._messages.popleft()

    def close(self) -> None:
        pass


class AsyncMemorySocket:
    def __init__(self, socket: MemorySocket) -> None:
        self._socket = socket

    async def send(self, message: str | bytes) -> None:
        self._socket.send(message)

    async def receive(self, timeout: float | None) -> str:
        return self._socket.receive(timeout)

    async def aclose(self) -> None:
        self._socket.close()


@pytest.fixture
def socket(factory_type: type[ClientFactory], monkeypatch: pytest.MonkeyPatch) -> MemorySocket:
    """The socket of all sessions, whose clock the clients have."""
    socket = MemorySocket()

    async def connect(options: Any) -> AsyncMemorySocket:
        return AsyncMemorySocket(socket)

    is_async = factory_type is AsyncClientFactory
    package = "vlmrun._async" if is_async else "vlmrun._sync"
    connector = f"{package}.http.websocket_connector.connect_socket"
    monkeypatch.setattr(connector, connect if is_async else lambda options: socket)
    for module in ("session", "socket_stream"):
        monkeypatch.setattr(f"{package}.streams.{module}.monotonic", lambda: socket.now)
    return socket


def test_results_that_arrive_while_the_caller_is_busy(client: Any, socket: MemorySocket) -> None:
    """For longer than the timeout: the results are there in time, though not received yet."""
    stream = client.gateway.systemone.stream(OPEN, transport="ws", timeout=60)
    with entered(stream) as opened:
        results = opened.map([TINY] * 3)
        assert next(results).index == 0
        socket.is_held = False
        for index in (1, 2):
            socket.now += 100
            assert next(results).index == index


def test_results_before_the_end_of_the_connection(client: Any, socket: MemorySocket) -> None:
    """That sending fails is noticed before they are received."""

    def images() -> Iterator[bytes]:
        yield from [TINY] * 2
        socket.is_closed = True
        yield from [TINY] * 2

    stream = client.gateway.systemone.stream(OPEN, transport="ws")
    with entered(stream) as opened:
        results = opened.map(images())
        assert [next(results).index, next(results).index] == [0, 1]
        with pytest.raises(StreamClosedError, match="restart") as caught:
            next(results)
    assert (caught.value.missing, stream.count) == ((2,), 3)


def test_a_server_that_never_stops_sending(client: Any, socket: MemorySocket) -> None:
    stream = client.gateway.systemone.stream(OPEN, transport="ws", timeout=60)
    with entered(stream) as opened:
        socket.is_noisy = True
        with pytest.raises(RequestTimeoutError, match="sent no result in time"):
            opened.send(TINY)
        socket.is_noisy = False
