"""Sessions over WebSockets: dropped frames, errors, their ends, and both dialects."""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.sync_async import entered
from vlmrun import AsyncVLMRun, VLMRun
from vlmrun.errors import (
    AuthenticationError,
    ConfigurationError,
    FrameDroppedError,
    InputError,
    NetworkError,
    PermissionDeniedError,
    ResourceNotFoundError,
    StreamClosedError,
    StreamError,
)
from vlmrun.testing import Fault, Frame, FrameOutcome, Server
from vlmrun.types import (
    FrameDropped,
    SessionEnded,
    SessionError,
    SessionStats,
)

IMAGE = (Path(__file__).parents[2] / "examples/inputs/invoice.png").read_bytes()
OPEN = {"is_open": {"type": "noul"}}
MODEL = "zai-org/glm-ocr"


@pytest.fixture
def events() -> list[Any]:
    return []


@pytest.fixture
def stream(client: Any, events: list[Any]) -> Callable[..., Any]:
    def create(**arguments: Any) -> Any:
        return client.gateway.systemone.stream(
            OPEN, transport="ws", on_event=events.append, **arguments
        )

    return create


@pytest.fixture
def realtime(client: Any, events: list[Any]) -> Callable[..., Any]:
    def create(**arguments: Any) -> Any:
        return client.gateway.realtime(MODEL, on_event=events.append, **arguments)

    return create


def scripted(outcomes: dict[int, Any]) -> Callable[[Frame], Any]:
    return lambda frame: outcomes.get(frame.number)


class TestSessions:
    def test_limits_and_stats(self, stream: Callable[..., Any], events: list[Any]) -> None:
        opened = stream(concurrency=12)
        assert (opened.limits, opened.stats) == ({}, {})
        with entered(opened):
            assert opened.limits["max_inflight"] == 8
            assert [each.index for each in opened.map([IMAGE] * 20)] == [*range(20)]
        assert (opened.stats["frames"], opened.stats["cost"]) == (20, 0)
        assert events == [SessionStats(**opened.stats)]

    def test_the_messages_on_the_wire(self, stream: Callable[..., Any], server: Server) -> None:
        with entered(stream(samples=2, concurrency=2, extra_body={"steps": 3})) as opened:
            opened.send(IMAGE)
            opened.send(IMAGE, state="Is it?")
        (session,) = server.requests
        assert (session.path, session.status) == ("/v1/ws/systemone", 101)
        assert session.headers["authorization"] == "Bearer test-key-0123456789"
        assert session.headers["user-agent"].startswith("vlmrun-python/")
        create, *messages = session.messages
        assert create == {
            "type": "session.create",
            "model": "google/diffusiongemma-26b-a4b-it",
            "questions": OPEN,
            "samples": 2,
            "steps": 3,
            "max_inflight": 2,
        }
        frame = {"bytes": len(IMAGE)}
        assert messages == [
            frame,
            {"type": "state", "state": "Is it?"},
            frame,
            {"type": "session.close"},
        ]

    def test_a_detail_needs_messages(self, stream: Callable[..., Any], server: Server) -> None:
        with entered(stream(detail="high")) as opened:
            opened.send(IMAGE)
        message = server.requests[0].messages[1]
        assert (message["type"], message["id"]) == ("decide", "0")
        assert message["content"][0]["image_url"]["detail"] == "high"

    def test_results_of_any_model(
        self, realtime: Callable[..., Any], server: Server, events: list[Any]
    ) -> None:
        with entered(realtime(method="markdown")) as session:
            assert str(len(IMAGE)) in session.send(IMAGE).text
            server.on_frame(lambda frame: {"page": frame.number})
            found = [(each.index, each.response.text) for each in session.map([IMAGE] * 3)]
        assert found == [(n, f'{{"page": {n + 2}}}') for n in range(3)]
        assert server.requests[0].messages[0] == {
            "type": "session.create",
            "model": MODEL,
            "method": "markdown",
        }
        assert session.stats["frames"] == 4

    def test_the_older_dialect(self, stream: Callable[..., Any], server: Server) -> None:
        server.limit_sessions(older_dialect=True)
        with entered(stream(state="Is it?")) as opened:
            assert [each.index for each in opened.map([IMAGE] * 9)] == [*range(9)]
        first, second = server.requests
        assert (first.path, second.path) == ("/v1/ws/systemone", "/typesafe/ws")
        assert [each["type"] for each in second.messages[:3]] == [
            "session.create",
            "state",
            "decide",
        ]

    def test_a_base_url_of_its_own(
        self, stream: Callable[..., Any], server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        root = server.gateway_url.removesuffix("/v1")
        monkeypatch.setenv("TYPESAFE_BASE_URL", f"{root}/typesafe/")
        with entered(stream()) as opened:
            opened.send(IMAGE)
        assert server.requests[0].path == "/v1/ws/systemone"


class TestDroppedFrames:
    def test_a_decision_is_asked_for_once_more(
        self, stream: Callable[..., Any], server: Server, events: list[Any]
    ) -> None:
        server.on_frame(scripted({2: FrameOutcome.dropped("rate"), 5: FrameOutcome.dropped()}))
        with entered(stream(concurrency=2)) as opened:
            assert [each.index for each in opened.map([IMAGE] * 6)] == [*range(6)]
        dropped = [each for each in events if isinstance(each, FrameDropped)]
        # In any order: other frames are decided while the server works on the second one.
        assert {each.frame: each.reason for each in dropped} == {2: "rate", 5: "busy"}
        kinds = [each.get("type", "frame") for each in server.requests[0].messages]
        assert (kinds.count("frame"), kinds.count("decide")) == (6, 2)

    def test_a_result_says_so(
        self, realtime: Callable[..., Any], server: Server, events: list[Any]
    ) -> None:
        server.on_frame(scripted({2: FrameOutcome.dropped("rate"), 4: FrameOutcome.dropped()}))
        with entered(realtime()) as session:
            results = list(session.map([IMAGE] * 3))
            with pytest.raises(FrameDroppedError, match="dropped the frame: busy") as caught:
                session.send(IMAGE)
        assert [each.dropped and each.dropped.reason for each in results] == [None, "rate", None]
        assert [each.response is None for each in results] == [False, True, False]
        assert caught.value.event.frame == 4
        assert [type(each) for each in events] == [FrameDropped, FrameDropped, SessionStats]

    def test_a_server_that_is_busy(self, realtime: Callable[..., Any], server: Server) -> None:
        """More frames than it takes are not sent, so none is dropped."""
        server.limit_sessions(max_inflight=1)
        with entered(realtime(concurrency=8)) as session:
            assert all(each.response for each in session.map([IMAGE] * 9))


class TestErrors:
    def test_about_a_frame(
        self, stream: Callable[..., Any], server: Server, events: list[Any]
    ) -> None:
        server.on_frame(scripted({2: FrameOutcome.failed("It is blank")}))
        with entered(stream(concurrency=1)) as opened:
            results = opened.map([IMAGE] * 3)
            assert next(results).index == 0
            with pytest.raises(StreamError, match="It is blank") as caught:
                next(results)
            assert opened.send(IMAGE).nouls
        assert caught.value.event.frame == 2
        assert caught.value.error_type == "invalid_media"
        assert type(events[0]) is SessionError

    def test_a_frame_that_is_too_large(
        self, stream: Callable[..., Any], server: Server, events: list[Any]
    ) -> None:
        server.limit_sessions(max_frame_bytes=1000)
        with entered(stream()) as opened:
            match = rf"image has {len(IMAGE)} bytes, and the server accepts .* at most 1000"
            with pytest.raises(InputError, match=match):
                opened.send(IMAGE)
        assert opened.stats["frames"] == 0

    @pytest.mark.parametrize("reason", ["expired", "idle"])
    def test_the_end_of_a_session(
        self, stream: Callable[..., Any], server: Server, events: list[Any], reason: str
    ) -> None:
        server.on_frame(scripted({3: FrameOutcome.closed(reason)}))
        with entered(stream(concurrency=1)) as opened:
            results = opened.map([IMAGE] * 5)
            assert [next(results).index, next(results).index] == [0, 1]
            with pytest.raises(StreamClosedError) as caught:
                next(results)
            with pytest.raises(StreamClosedError):
                opened.send(IMAGE)
        assert (caught.value.reason, caught.value.missing) == (reason, (2,))
        assert [type(each) for each in events] == [SessionStats, SessionEnded]
        assert events[1] == SessionEnded(reason, 1000)
        assert opened.stats["answered"] == 2

    def test_a_session_ends_without_frames(
        self, stream: Callable[..., Any], server: Server, events: list[Any]
    ) -> None:
        server.limit_sessions(idle_timeout=0.05)
        over = threading.Event()
        server.on_response = lambda request: over.set()
        with entered(stream()) as opened:
            assert over.wait(30)
            with pytest.raises(StreamClosedError, match="received no frames for too long"):
                opened.send(IMAGE)
        assert events[-1] == SessionEnded("idle", 1000)

    def test_a_lost_connection_reports_what_has_no_result(
        self, stream: Callable[..., Any], server: Server, events: list[Any]
    ) -> None:
        """Of the frames in flight, the last one has a result, and the one before breaks off."""
        answered = threading.Semaphore(0)

        def script(frame: Frame) -> Any:
            if frame.number == 5:
                answered.acquire(timeout=30)
                return FrameOutcome.lost()
            return {"is_open": frame.number / 10}

        server.on_frame(script)
        with entered(stream(concurrency=2)) as opened:
            results = opened.map([IMAGE] * 9)
            assert [next(results).index for _ in range(4)] == [0, 1, 2, 3]
            answered.release()
            with pytest.raises(StreamClosedError, match="the connection broke off") as caught:
                next(results)
        error = caught.value
        assert error.reason == "lost"
        assert error.missing[0] == 4
        answered_later = {each.index for each in error.results}
        assert answered_later.isdisjoint(error.missing)
        assert all(isinstance(each.response.nouls["is_open"].noul, float) for each in error.results)
        assert SessionEnded("lost") in events

    def test_an_image_that_was_taken_and_not_sent_is_missing(
        self, stream: Callable[..., Any], server: Server
    ) -> None:
        """The source may be a camera, which does not return it again."""
        server.on_frame(scripted({1: FrameOutcome.closed("maintenance")}))
        with entered(stream()) as opened:
            results = opened.map([IMAGE] * 3)
            with pytest.raises(StreamClosedError):
                opened.send(IMAGE)
            with pytest.raises(StreamClosedError, match="maintenance") as caught:
                next(results)
        assert caught.value.missing == (0,)

    def test_refused_sessions(self, client: Any, server: Server) -> None:
        systemone = client.gateway.systemone
        unknown = systemone.stream(OPEN, transport="ws", model="no")
        match = "refused the session: The model 'no' does not"
        with pytest.raises(StreamError, match=match), entered(unknown):
            pass
        invalid = systemone.stream(OPEN, transport="ws", extra_body={"new": 1})
        with pytest.raises(StreamError, match="new: Extra inputs"), entered(invalid):
            pass

    @pytest.mark.parametrize(
        ("status", "error"),
        [(401, AuthenticationError), (403, PermissionDeniedError), (404, ResourceNotFoundError)],
    )
    def test_refused_handshakes(
        self, stream: Callable[..., Any], server: Server, status: int, error: type[Exception]
    ) -> None:
        server.inject(Fault(path="*ws*", status=status, times=None))
        with pytest.raises(error), entered(stream()):
            pass

    def test_handshakes_are_retried(self, stream: Callable[..., Any], server: Server) -> None:
        server.inject(
            Fault("stream_decisions", status=429, headers={"Retry-After": "0"}),
            Fault("stream_decisions", status=503),
            Fault("stream_decisions", reset="before_reading"),
        )
        with entered(stream()) as opened:
            assert opened.send(IMAGE).nouls
        assert [each.status for each in server.requests] == [429, 503, None, 101]

    def test_without_an_api_key(self, server: Server) -> None:
        client = VLMRun(base_url=server.url, gateway_url=server.gateway_url, require_api_key=False)
        with client, pytest.raises(AuthenticationError, match="Sessions need an API key"):
            client.gateway.realtime(MODEL).__enter__()

    def test_nothing_listens(self, connect: Callable[..., Any]) -> None:
        client = connect(gateway_url="http://127.0.0.1:9/v1", max_retries=0)
        with (
            pytest.raises(NetworkError, match="could not be opened"),
            entered(client.gateway.realtime(MODEL)),
        ):
            pass

    def test_an_http_client_cannot_open_sockets(self, server: Server) -> None:
        import httpx

        with httpx.Client() as http_client:
            client = VLMRun("key", gateway_url=server.gateway_url, http_client=http_client)
            for create in (
                lambda: client.gateway.realtime(MODEL),
                lambda: client.gateway.systemone.stream(OPEN, transport="ws"),
            ):
                with pytest.raises(ConfigurationError, match="http_client cannot open WebSockets"):
                    create()
            assert client.gateway.systemone.stream(OPEN).questions == OPEN


def test_p23_the_api_key_is_not_logged(
    stream: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with entered(stream()) as opened:
        opened.send(IMAGE)
    assert "test-key-0123456789" not in caplog.text


def test_a_cancelled_task_leaves_nothing(server: Server) -> None:
    entered_script = threading.Event()
    go_on = threading.Event()

    def script(frame: Frame) -> None:
        entered_script.set()
        go_on.wait(30)

    async def main() -> None:
        server.on_frame(script)
        async with AsyncVLMRun("test-key", gateway_url=server.gateway_url) as client:

            async def use() -> None:
                async with client.gateway.systemone.stream(OPEN, transport="ws") as stream:
                    await stream.send(IMAGE)

            task = asyncio.create_task(use())
            await asyncio.to_thread(entered_script.wait, 30)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(main())
    go_on.set()
    assert server.requests[0].messages[-1] == {"bytes": len(IMAGE)}


def test_no_thread_is_left(server: Server) -> None:
    before = set(threading.enumerate())
    with VLMRun("test-key", gateway_url=server.gateway_url) as client:
        for transport in ("http", "ws"):
            with client.gateway.systemone.stream(OPEN, transport=transport) as stream:
                for _ in stream.map([IMAGE] * 100):
                    break
    left = set(threading.enumerate()) - before
    # The mock server runs the scripts of tests in threads of its own.
    assert [each.name for each in left if "AnyIO" not in each.name] == []


def test_a_stream_that_nobody_closes_ends_with_its_last_reference(server: Server) -> None:
    before = set(threading.enumerate())
    with VLMRun("test-key", gateway_url=server.gateway_url) as client:
        stream = client.gateway.systemone.stream(OPEN, transport="ws").__enter__()
        next(stream.map([IMAGE] * 9))
        (thread,) = [
            each for each in set(threading.enumerate()) - before if "recv_events" in each.name
        ]
        del stream
        gc.collect()
        thread.join(30)
        assert not thread.is_alive()
