"""Sessions of the mock server, as clients other than those of this package use them."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from vlmrun.testing import Frame, FrameOutcome, Server

IMAGE = (Path(__file__).parents[2] / "examples/inputs/invoice.png").read_bytes()
CREATE = {
    "type": "session.create",
    "model": "google/diffusiongemma-26b-a4b-it",
    "questions": {"team": {"type": "choice", "criteria": {"billing": None, "sales": None}}},
    "max_inflight": 2,
}


class Session:
    """A session that is open."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        assert self.send(CREATE).receive()["type"] == "session.created"

    def send(self, *messages: Any) -> Session:
        for message in messages:
            is_frame = isinstance(message, bytes)
            self._connection.send(message if is_frame else json.dumps(message))
        return self

    def receive(self) -> dict[str, Any]:
        event: dict[str, Any] = json.loads(self._connection.recv(30))
        return event


@pytest.fixture
def session(server: Server) -> Iterator[Callable[[str], Session]]:
    with ExitStack() as stack:

        def create(path: str = "/v1/ws/systemone") -> Session:
            root = server.gateway_url.removesuffix("/v1").replace("http", "ws")
            headers = {"Authorization": "Bearer key"}
            opened = connect(root + path, additional_headers=headers, proxy=None)
            return Session(stack.enter_context(opened))

        yield create


def decide(id: str, content: bytes) -> dict[str, Any]:
    url = f"data:image/png;base64,{base64.b64encode(content).decode()}"
    part = {"type": "image_url", "image_url": {"url": url}}
    return {"type": "decide", "id": id, "content": [part]}


def test_frames_and_messages_have_the_same_facts(session: Callable[..., Session]) -> None:
    opened = session()
    by_frame = opened.send(IMAGE).receive()
    by_message = opened.send(decide("a", IMAGE)).receive()
    assert (by_frame["frame"], by_message["id"]) == (1, "a")
    assert by_frame["stand_in"]["content"] == by_message["stand_in"]["content"]
    assert by_frame["answers"]["team"]["confidence"] == 0


def test_a_frame_is_about_the_state_that_was_sent_before_it(
    session: Callable[..., Session], server: Server
) -> None:
    """Also if it is read only after the next one was sent."""
    states: dict[int, Any] = {}
    is_next_read = threading.Event()

    def script(frame: Frame) -> None:
        if frame.number == 1:
            assert is_next_read.wait(30)
        states[frame.number] = frame.state
        is_next_read.set()

    server.on_frame(script)
    opened = session().send(IMAGE, {"type": "state", "state": "Next"}, IMAGE)
    assert {opened.receive()["type"], opened.receive()["type"]} == {"decision"}
    assert states == {1: "", 2: "Next"}


def test_a_session_is_not_idle_while_the_server_is_busy(
    session: Callable[..., Session], server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    is_late, go_on = threading.Event(), threading.Event()
    monkeypatch.setattr("vlmrun.testing.http.session.monotonic", lambda: now)

    def script(frame: Frame) -> None:
        nonlocal now
        now += 1000
        is_late.set()
        assert go_on.wait(30)

    server.on_frame(script)
    opened = session().send(IMAGE)
    assert is_late.wait(30)
    # The server looks at its clock before each message, also before one that it does not know.
    for _ in range(2):
        assert opened.send({"type": "unknown"}).receive()["type"] == "error"
    go_on.set()
    assert opened.receive()["type"] == "decision"


def test_a_lone_surrogate_is_an_invalid_message(session: Callable[..., Session]) -> None:
    opened = session().send({"type": "state", "state": "\ud800"})
    assert opened.receive()["type"] == "error"
    assert opened.send(IMAGE).receive()["type"] == "decision"


def test_a_frame_without_content(session: Callable[..., Session]) -> None:
    assert session().send(b"").receive()["message"].startswith("The frame is empty.")


def test_the_older_dialect_ends_a_session_after_an_error(
    session: Callable[..., Session], server: Server
) -> None:
    server.limit_sessions(older_dialect=True)
    server.on_frame(lambda frame: FrameOutcome.failed("It is blank"))
    opened = session("/typesafe/ws").send(decide("a", IMAGE))
    event = opened.receive()
    assert (event["type"], event["id"], event["message"]) == ("error", "a", "It is blank")
    with pytest.raises(ConnectionClosed):
        opened.receive()
