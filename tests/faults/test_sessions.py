"""Sessions over WebSockets whose server breaks off, speaks another dialect, or is slow."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.opened_sockets import OpenedSockets
from tests.faults.raw_server import raw_server, response
from tests.faults.socket_server import (
    CREATED,
    OPEN,
    TINY,
    says,
    says_after,
    socket_server,
)
from tests.leaks import assert_shows_none_of
from tests.sync_async import entered
from vlmrun.errors import (
    APIError,
    InputError,
    NetworkError,
    RequestTimeoutError,
    ResponseDecodeError,
    StreamClosedError,
    StreamError,
    VLMRunError,
)
from vlmrun.testing import FrameOutcome, Server

IMAGE = (Path(__file__).parents[2] / "examples/inputs/invoice.png").read_bytes()
KEY = "test-key-0123456789"


@pytest.fixture
def sockets(monkeypatch: pytest.MonkeyPatch) -> OpenedSockets:
    return OpenedSockets(monkeypatch)


BAD_BEGINNINGS: list[tuple[Callable[[Any], None], type[VLMRunError], str]] = [
    (says("hello"), ResponseDecodeError, "sent 'hello', which is not a message of this protocol"),
    (says(b"\x00\x01"), ResponseDecodeError, "is not a message of this protocol"),
    (says("[]"), ResponseDecodeError, "is not a message of this protocol"),
    (says('{"type": 7}'), ResponseDecodeError, "is not a message of this protocol"),
    (says('{"type": "hi"}'), ResponseDecodeError, "sent 'hi' in place of session.created"),
    (says('{"type": "error", "message": "No"}'), StreamError, "refused the session: No"),
    (says(json.dumps({"type": "error", "message": KEY})), StreamError, "refused the session: …"),
    (says(f"Bad {KEY}"), ResponseDecodeError, "sent 'Bad …', which"),
    (
        lambda connection: connection.close(4401, f"bad {KEY}"),
        StreamClosedError,
        "before the session was open: bad …",
    ),
    (
        lambda connection: connection.close(1013, "too many sessions"),
        StreamClosedError,
        "before the session was open: too many sessions",
    ),
    (
        # `close` would not end the server's thread, which is reading.
        lambda connection: connection.socket.shutdown(socket.SHUT_RDWR),
        StreamClosedError,
        "before the session was open: the connection broke off",
    ),
]


@pytest.mark.parametrize(("script", "error", "message"), BAD_BEGINNINGS)
def test_a_session_that_does_not_begin(
    opened: Callable[..., Any],
    sockets: OpenedSockets,
    script: Callable[[Any], None],
    error: type[VLMRunError],
    message: str,
) -> None:
    with socket_server(script) as url:
        stream = opened(url)
        with pytest.raises(error, match=message) as caught, entered(stream):
            pass
        sockets.assert_nothing_is_left()
    assert not stream.is_open
    assert_shows_none_of(caught.value, KEY)


def test_a_session_that_begins_too_late(
    opened: Callable[..., Any], sockets: OpenedSockets, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("async", "sync"):
        monkeypatch.setattr(f"vlmrun._{module}.streams.opening.OPEN_TIMEOUT", 0.2)
    with socket_server(says()) as url:
        stream = opened(url)
        with pytest.raises(RequestTimeoutError, match=r"not open .*in time"), entered(stream):
            pass
        if sockets.connections:  # on a slow machine, the handshake may be what is too late
            sockets.assert_nothing_is_left()


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (response(b"<html>"), APIError),
        (response(b"", "302 Found", "Location: http://127.0.0.1:9/v1/ws"), APIError),
        (response(b"", "500 Internal Server Error"), APIError),
        (b"SSH-2.0-OpenSSH\r\n", ResponseDecodeError),
        (b"", NetworkError),
    ],
    ids=["HTTP", "redirect", "500", "SSH", "nothing"],
)
def test_a_server_without_websockets(
    opened: Callable[..., Any], content: bytes, error: type[VLMRunError]
) -> None:
    serving = raw_server(lambda connection: connection.send(content))
    with serving as server, pytest.raises(error) as caught, entered(opened(server.url)):
        pass
    assert_shows_none_of(caught.value, KEY)


def test_another_dialect_in_the_middle(opened: Callable[..., Any], sockets: OpenedSockets) -> None:
    with socket_server(says(CREATED, "hello")) as url:
        with entered(opened(url)) as stream:
            with pytest.raises(ResponseDecodeError, match="sent 'hello'"):
                stream.send(IMAGE)
            with pytest.raises(StreamClosedError, match="does not speak this protocol"):
                stream.send(IMAGE)
        sockets.assert_nothing_is_left()


def test_a_frame_over_the_limit_of_the_server(
    opened: Callable[..., Any], sockets: OpenedSockets
) -> None:
    """It is not sent; those before and after it are, and the error of many is in its place."""
    received: list[Any] = []

    def script(connection: Any) -> None:
        connection.recv()
        connection.send('{"type": "session.created", "max_inflight": 4, "max_frame_bytes": 50}')
        for message in connection:
            received.append(message)
            if isinstance(message, str):
                connection.send('{"type": "session.stats"}')
                return
            connection.send('{"type": "decision", "answers": {"is_open": {"type": "new"}}}')

    match = f"has {len(IMAGE)} bytes, and the server accepts frames of at most 50"
    with socket_server(script) as url:
        with entered(opened(url)) as stream:
            with pytest.raises(InputError, match=f"image {match}"):
                stream.send(IMAGE)
            results = stream.map([TINY, IMAGE, TINY])
            assert next(results).index == 0
            with pytest.raises(InputError, match=rf"images\[1\] {match}"):
                next(results)
            assert stream.send(TINY).answers
        sockets.assert_nothing_is_left()
    assert [each for each in received if isinstance(each, bytes)] == [TINY, TINY]


def test_unknown_events_are_passed_on(opened: Callable[..., Any]) -> None:
    events: list[Any] = []

    messages = (
        '{"type": "queue.position", "position": 7}',
        '{"type": "decision", "frame": 99, "answers": {}}',
        '{"type": "decision", "answers": {"is_open": {"type": "new"}}}',
    )
    script = says_after(1, *messages)
    with socket_server(script) as url, entered(opened(url, on_event=events.append)) as stream:
        answer = stream.send(IMAGE).answers["is_open"]
    assert answer.type == "new"
    assert events[0].type == "queue.position"
    assert events[0].model_extra["position"] == 7


def test_a_result_that_does_not_arrive(opened: Callable[..., Any]) -> None:
    with socket_server(says(CREATED)) as url, entered(opened(url, timeout=0.2)) as stream:
        with pytest.raises(RequestTimeoutError, match="sent no result in time"):
            stream.send(IMAGE)
        with pytest.raises(RequestTimeoutError, match="sent no result in time"):
            list(stream.map([IMAGE] * 9))


def test_an_error_without_a_frame_is_about_all_of_them(opened: Callable[..., Any]) -> None:
    error = json.dumps({"type": "error", "error": {"message": "Overloaded", "code": "busy"}})
    with socket_server(says_after(4, error)) as url, entered(opened(url)) as stream:
        results = stream.map([IMAGE] * 9)
        with pytest.raises(StreamError, match="Overloaded"):
            next(results)
        assert list(results) == []


@pytest.mark.slow
@pytest.mark.parametrize("killed", [1, 3, 7])
def test_connections_killed_midway(client: Any, server: Server, killed: int) -> None:
    """All frames get a result in the end, each one once."""
    left = [*range(60)]
    done: list[int] = []
    missing = 0
    outcomes = {killed: FrameOutcome.lost()}
    server.on_frame(lambda frame: outcomes.get(frame.number))
    for session in range(10):
        if session == 2:
            server.on_frame(None)
        found, error = results_of(client, len(left))
        done += [left[index] for index in found]
        if error is None:
            break
        # What was sent without a result may be sent again; nothing has both.
        missing += len(error.missing)
        assert not {*error.missing} & {*found}
        left = [number for number in left if number not in done]
    assert sorted(done) == [*range(60)]
    assert 2 <= missing <= 2 * 2 * 4


def results_of(client: Any, count: int) -> tuple[list[int], Any]:
    """Return the indexes of the frames with results, and the error that ended the session."""
    found = []
    with entered(client.gateway.systemone.stream(OPEN, transport="ws")) as stream:
        try:
            for decision in stream.map([IMAGE] * count):
                found.append(decision.index)
        except StreamClosedError as error:
            return found + [each.index for each in error.results], error
    return found, None


class Item:
    """A frame of a video that counts itself."""

    alive = 0
    most = 0

    def __init__(self, index: int) -> None:
        self.index, self.timestamp_s, self.frame = index, index / 30, TINY
        Item.alive += 1
        Item.most = max(Item.most, Item.alive)

    def __del__(self) -> None:
        Item.alive -= 1


@pytest.mark.slow
def test_ten_thousand_frames(client: Any) -> None:
    """However slow either side is, no more frames are held than twice those in flight."""
    Item.alive = Item.most = 0
    taken = 0

    def frames() -> Iterator[Item]:
        nonlocal taken
        for index in range(10_000):
            taken += 1
            yield Item(index)

    stream = client.gateway.systemone.stream(OPEN, transport="ws", concurrency=8)
    with entered(stream) as opened:
        for expected, decision in enumerate(opened.map(frames())):
            assert decision.index == expected
            assert taken - expected <= 2 * 8 + 1
    assert opened.stats["answered"] == 10_000
    assert Item.most <= 2 * 8 + 4
    assert threading.active_count() < 60
