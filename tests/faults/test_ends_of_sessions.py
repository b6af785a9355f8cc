"""Sessions that end with their client or their server, and frames without a result."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from websockets.utils import accept_key

from tests.faults.opened_sockets import OpenedSockets
from tests.faults.raw_server import Connection, raw_server
from tests.faults.socket_server import (
    CREATED,
    OPEN,
    TINY,
    decision,
    says_after,
    socket_server,
    until_closed,
)
from tests.sync_async import entered
from vlmrun import AsyncVLMRun, VLMRun
from vlmrun.errors import ConfigurationError, RequestTimeoutError, StreamClosedError, StreamError
from vlmrun.testing import FrameOutcome, Server


def test_closing_a_client_ends_its_sessions(
    connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    sockets = OpenedSockets(monkeypatch)
    with socket_server(says_after(2, decision(frame=1))) as url:
        client = connect(gateway_url=url)
        with entered(client.gateway.systemone.stream(OPEN, transport="ws")) as stream:
            results = stream.map([TINY] * 9)
            assert next(results).index == 0
            assert stream.is_open
            client.close()
            assert not stream.is_open
            sockets.assert_nothing_is_left()
            with pytest.raises(StreamClosedError, match="it was closed") as caught:
                next(results)
            assert caught.value.missing[0] == 1
            with pytest.raises(StreamClosedError, match="it was closed"):
                stream.send(TINY)
        with (
            pytest.raises(ConfigurationError, match="The client is closed"),
            entered(client.gateway.systemone.stream(OPEN, transport="ws")),
        ):
            pass


def test_closing_a_client_ends_what_other_threads_wait_for() -> None:
    is_sent = threading.Event()

    def script(connection: Any) -> None:
        connection.recv()
        connection.send(CREATED)
        connection.recv()
        is_sent.set()
        until_closed(connection)

    with socket_server(script) as url, ThreadPoolExecutor() as pool:
        client = VLMRun("key", gateway_url=url)
        with client.gateway.systemone.stream(OPEN, transport="ws") as stream:
            sending = pool.submit(stream.send, TINY)
            assert is_sent.wait(30)
            client.close()
            with pytest.raises(StreamClosedError, match="it was closed"):
                sending.result(30)


def test_closing_a_client_while_a_session_is_opened() -> None:
    is_opening, may_go_on = threading.Event(), threading.Event()

    def script(connection: Any) -> None:
        connection.recv()
        is_opening.set()
        may_go_on.wait(30)
        connection.send(CREATED)
        until_closed(connection)

    async def main(url: str) -> None:
        client = AsyncVLMRun("key", gateway_url=url)
        opening = asyncio.ensure_future(
            client.gateway.systemone.stream(OPEN, transport="ws").__aenter__()
        )
        assert await asyncio.to_thread(is_opening.wait, 30)
        await client.close()
        may_go_on.set()
        with pytest.raises(StreamClosedError, match="it was closed"):
            await opening

    with socket_server(script) as url:
        asyncio.run(main(url))


def test_frames_without_a_result_take_no_place(opened: Callable[..., Any]) -> None:
    created = json.dumps({"type": "session.created", "max_inflight": 1})
    late, prompt = (decision(frame=number, latency_ms=number) for number in (1, 2))
    with socket_server(says_after(2, late, prompt, created=created)) as url:
        stream = opened(url, timeout=0.05)
        with entered(stream):
            with pytest.raises(RequestTimeoutError, match="sent no result in time"):
                stream.send(TINY)
            stream._timeout = 30.0
            # Not the result of the frame before, which arrives late.
            assert stream.send(TINY).raw["latency_ms"] == 2


@pytest.mark.parametrize("has_callback", [False, True])
def test_an_error_about_a_frame_without_a_decision(
    opened: Callable[..., Any], caplog: pytest.LogCaptureFixture, has_callback: bool
) -> None:
    problem = {"type": "error", "frame": 1, "code": "blank", "message": "It is blank"}
    events: list[Any] = []
    arguments = {"on_event": events.append} if has_callback else {}
    with (
        socket_server(says_after(2, json.dumps(problem), decision(frame=2))) as url,
        entered(opened(url, stride=2, window=2, **arguments)) as stream,
    ):
        assert [each.index for each in stream.map([TINY] * 2)] == [1]
        assert [each.text for each in events[:1]] == ["It is blank"] * has_callback
    logged = [each.getMessage() for each in caplog.records if each.levelname == "WARNING"]
    expected = "the server reported an error about frame 1: blank (pass on_event for more)"
    assert logged == ([] if has_callback else [expected])


def test_a_dropped_frame_that_is_sent_again_has_its_decision(
    server: Server, connect: Callable[..., Any]
) -> None:
    server.on_frame(lambda frame: FrameOutcome.dropped("busy") if frame.id is None else None)
    stream = connect().gateway.systemone.stream(OPEN, transport="ws")
    with entered(stream) as opened:
        assert opened.send(TINY).nouls["is_open"].noul == 0.5
        assert [each.response.answers.keys() for each in opened.map([TINY] * 3)] == [
            OPEN.keys()
        ] * 3


def test_a_server_that_closes_a_session_and_not_its_connection(
    opened: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Websockets waits for the end of the connection, without a limit."""
    monkeypatch.setattr("vlmrun._runtime.websocket_options.CLOSE_TIMEOUT", 0.2)

    def close_session(connection: Connection) -> None:
        (key,) = re.findall(rb"(?i)sec-websocket-key: (\S+)", server.requests[-1])
        connection.send(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept_key(key.decode()).encode() + b"\r\n\r\n",
            b"\x88\x09\x03\xe8too old",
        )
        connection.over.wait(30)

    with raw_server(close_session) as server:
        stream = opened(f"{server.root}/v1", timeout=None)
        with pytest.raises(StreamClosedError, match="session was open: too old"), entered(stream):
            pass


@pytest.mark.parametrize("is_over", [False, True])
def test_an_error_has_the_results_behind_it(opened: Callable[..., Any], is_over: bool) -> None:
    """Also if the session ends: what has arrived is paid for."""
    error = json.dumps({"type": "error", "frame": 2, "message": "It is blank"})
    arrived = [decision(frame=1), decision(frame=3), *([] if is_over else [error])]

    def script(connection: Any) -> None:
        connection.recv()
        connection.send(CREATED)
        for _ in range(4):
            connection.recv()
        for message in arrived:
            connection.send(message)
        if not is_over:
            until_closed(connection)

    with socket_server(script) as url, entered(opened(url, concurrency=4)) as stream:
        results = stream.map([TINY] * 4)
        assert next(results).index == 0
        with pytest.raises(StreamError) as caught:
            next(results)
        assert list(results) == []
    assert isinstance(caught.value, StreamClosedError) == is_over
    assert caught.value.missing == (1, 3)
    assert [each.index for each in caught.value.results] == [2]
