"""`client.gateway.systemone.stream` over both transports, and what they have in common."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy
import PIL.Image
import pytest

from tests.faults.raw_server import raw_server, response
from tests.sync_async import entered
from vlmrun import AsyncVLMRun, VLMRun
from vlmrun.common.video import SampledFrame
from vlmrun.errors import APIError, InputError, InputTypeError
from vlmrun.testing import Decision, Server

IMAGE = Path(__file__).parents[2] / "examples/inputs/invoice.png"
OPEN = {"is_open": {"type": "noul"}}


@pytest.fixture(params=["http", "ws"])
def transport(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def stream(client: Any, transport: str) -> Callable[..., Any]:
    """Return a stream that is not open yet."""

    def create(questions: Any = OPEN, **arguments: Any) -> Any:
        return client.gateway.systemone.stream(questions, **{"transport": transport, **arguments})

    return create


def test_decisions_arrive_in_the_order_of_the_images(
    stream: Callable[..., Any], server: Server
) -> None:
    """The first of three requests is answered last."""
    images = [PIL.Image.new("RGB", (8 + n, 8)) for n in range(9)]
    with entered(stream(concurrency=1)) as opened:
        alone = [opened.send(image).raw["stand_in"]["content"][0]["sha256"] for image in images]
    others = [threading.Semaphore(0) for _ in range(3)]

    @server.on_decide
    def script(decision: Decision) -> dict[str, Any]:
        # By the image: the threads of the server may begin in another order.
        number = alone.index(decision.facts[0]["sha256"])
        if number % 3:
            others[number // 3].release()
        else:
            assert others[number // 3].acquire(timeout=20)
            assert others[number // 3].acquire(timeout=20)
        return {}

    with entered(stream(concurrency=3)) as opened:
        decisions = list(opened.map(images))
        assert opened.count == 9
    assert [each.index for each in decisions] == [*range(9)]
    facts = [each.response.raw["stand_in"]["content"][0]["sha256"] for each in decisions]
    assert facts == alone


def test_responses_have_the_same_form(stream: Callable[..., Any], transport: str) -> None:
    with entered(stream()) as opened:
        raw = opened.send(IMAGE).raw
    of_sessions = {"frame", "latency_ms"} if transport == "ws" else set()
    assert raw.keys() - of_sessions == {"model", "answers", "usage", "stand_in"}


def test_frames_of_a_video_keep_index_and_timestamp(stream: Callable[..., Any]) -> None:
    pixels = numpy.zeros((4, 4, 3), "uint8")
    frames = [SampledFrame(30, 1.0, pixels), SampledFrame(60, 2.0, pixels), IMAGE, str(IMAGE)]
    with entered(stream()) as opened:
        found = [(each.index, each.timestamp_s) for each in opened.map(iter(frames))]
    assert found == [(30, 1.0), (60, 2.0), (2, None), (3, None)]


def test_the_state_of_a_stream_and_of_one_image(stream: Callable[..., Any], server: Server) -> None:
    states: list[Any] = []

    @server.on_decide
    def script(decision: Decision) -> dict[str, Any]:
        states.append(decision.state)
        return {"is_open": 1}

    with entered(stream(state="Is the door open?")) as opened:
        assert opened.send(IMAGE).nouls["is_open"].noul == 1
        opened.send(IMAGE, state={"door": 2})
        opened.send(IMAGE)
        assert opened.questions == OPEN
    assert states == ["Is the door open?", {"door": 2}, "Is the door open?"]


def test_no_more_images_are_taken_than_needed(stream: Callable[..., Any]) -> None:
    taken: list[int] = []

    def images() -> Iterator[Path]:
        for number in range(1000):
            taken.append(number)
            yield IMAGE

    with entered(stream(concurrency=2)) as opened:
        results = opened.map(images())
        assert taken == []
        for _ in range(3):
            next(results)
        # Twice as many as are in flight, and those that were returned.
        assert len(taken) <= 3 + 2 * 2


@pytest.mark.parametrize("concurrency", [1, 4])
@pytest.mark.parametrize(
    ("bad", "error", "message"),
    [
        (b"not an image", InputError, r"images\[2\] is not an image"),
        (numpy.zeros((4, 4)), InputTypeError, r"images\[2\] is an array of .* type float64"),
        (None, KeyError, "of the source"),
    ],
    ids=["bytes", "array", "source"],
)
def test_an_error_is_raised_in_its_place(
    stream: Callable[..., Any], bad: Any, error: type[Exception], message: str, concurrency: int
) -> None:
    """Also one of the source, while the decisions before it are under way."""

    def images() -> Iterator[Any]:
        yield from [IMAGE, IMAGE]
        if bad is None:
            raise KeyError("of the source")
        yield from [bad, IMAGE]

    with entered(stream(concurrency=concurrency)) as opened:
        results = opened.map(images())
        assert [next(results).index, next(results).index] == [0, 1]
        with pytest.raises(error, match=message) as caught:
            next(results)
        if bad is not None:
            assert vars(caught.value)["missing"] == (2,)
        assert list(results) == []
        assert opened.send(IMAGE).nouls


def test_an_error_has_the_decisions_that_arrived_behind_it(
    stream: Callable[..., Any], server: Server
) -> None:
    """They are paid for, and would be lost otherwise."""
    images = [PIL.Image.new("RGB", (8 + n, 8)) for n in range(4)]
    with entered(stream()) as opened:
        alone = [opened.send(image).raw["stand_in"]["content"][0]["sha256"] for image in images]
    arrived = [threading.Event() for _ in images]

    @server.on_decide
    def script(decision: Decision) -> dict[str, Any]:
        number = alone.index(decision.facts[0]["sha256"])
        if number == 1:  # answered last, so that those after it have arrived
            assert arrived[2].wait(30)
            assert arrived[3].wait(30)
            raise ZeroDivisionError("cannot be read")
        if number:
            arrived[number].set()
        return {"is_open": number / 10}

    with entered(stream(concurrency=4)) as opened:
        results = opened.map(images)
        assert next(results).index == 0
        with pytest.raises(APIError) as caught:
            next(results)
        assert list(results) == []
    error = caught.value
    assert error.missing[0] == 1
    found = [(each.index, each.response.nouls["is_open"].noul) for each in error.results]
    # The server may send the failure before an answer that its script has returned.
    assert found == [(n, n / 10) for n in (2, 3) if n not in error.missing]
    assert sorted([*error.missing, *(index for index, _ in found)]) == [1, 2, 3]


def test_a_stream_is_open_in_its_with_statement(stream: Callable[..., Any]) -> None:
    unopened = stream()
    assert not unopened.is_open
    for use in (lambda: unopened.send(IMAGE), lambda: unopened.map([IMAGE])):
        with pytest.raises(InputError, match="The stream is not open"):
            use()
    with entered(unopened) as opened:
        assert opened.is_open
        results = opened.map([IMAGE] * 10)
        next(results)
    assert not opened.is_open
    with pytest.raises(InputError, match="The stream is not open"):
        next(results)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"questions": {}}, "questions is empty"),
        ({"concurrency": 0}, "concurrency must be 1 or more, got 0"),
        ({"quality": 101}, "quality must be 1 to 100, got 101"),
        ({"transport": "udp"}, "transport cannot be 'udp'"),
        ({"state": 7}, "state must be a str, a dict or a list, got int 7"),
        ({"state": "caf\udce9"}, "state contains a lone surrogate at index 3"),
        ({"extra_body": {"steps": "\ud800"}}, r"extra_body\['steps'\] contains a lone surrogate"),
        ({"steps": 0}, "steps must be 1 to 8"),
        ({"on_event": 7}, "on_event must be a function"),
        ({"timeout": -1}, "timeout"),
        ({"transport": "http", "stride": 2}, "stride is for sessions over a WebSocket"),
        ({"transport": "http", "window": 2}, "window is for sessions over a WebSocket"),
        ({"transport": "ws", "stride": 0}, "stride must be 1 or more, got 0"),
        ({"transport": "ws", "extra_body": {"window": "2"}}, "window must be an int, got '2'"),
        ({"transport": "ws", "window": 2, "detail": "high"}, "combined with detail='high'"),
    ],
)
def test_invalid_arguments(
    stream: Callable[..., Any], server: Server, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        stream(**arguments)
    assert server.requests == []


@pytest.mark.parametrize("images", [IMAGE, b"bytes", "a.png", None, 7])
def test_images_must_be_iterable(stream: Callable[..., Any], images: Any) -> None:
    match = "images must be an iterable of images"
    with entered(stream()) as opened, pytest.raises(InputTypeError, match=match):
        opened.map(images)


def test_images_at_urls_are_fetched(
    stream: Callable[..., Any], server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = response(IMAGE.read_bytes())
    with raw_server(lambda each: each.send(image)) as web, entered(stream()) as opened:
        with pytest.raises(InputError, match="not a public address"):
            opened.send(f"{web.root}/a.png")
        monkeypatch.setenv("VLMRUN_ALLOW_PRIVATE_URLS", "1")
        facts = opened.send(f"{web.root}/a.png").raw["stand_in"]["content"][0]
    assert facts["bytes"] == IMAGE.stat().st_size


def test_only_sessions_have_limits(client: Any) -> None:
    stream = client.gateway.systemone.stream(OPEN)
    for name in ("limits", "stats"):
        with pytest.raises(AttributeError, match=f"HTTP has no {name}: only sessions have them"):
            getattr(stream, name)
    with pytest.raises(AttributeError, match="has no attribute 'limit'"):
        stream.limit


@pytest.mark.filterwarnings("ignore:A call of VLMRun blocks the event loop")
def test_with_and_for_of_the_other_client(server: Server) -> None:
    """Type checkers report it."""
    settings: Any = {"api_key": "test-key", "gateway_url": server.gateway_url}

    async def use_async() -> None:
        async with AsyncVLMRun(**settings) as client:
            stream: Any = client.gateway.systemone.stream(OPEN)
            with pytest.raises(InputTypeError, match="is used with `async with`"), stream:
                pass
            async with stream:
                with pytest.raises(InputTypeError, match="are read with `async for`"):
                    list(stream.map([IMAGE]))

    async def use_sync() -> None:
        with VLMRun(**settings) as client:
            stream: Any = client.gateway.realtime("m")
            with pytest.raises(InputTypeError, match="A stream of VLMRun is used with `with`"):
                async with stream:
                    pass
            with client.gateway.systemone.stream(OPEN) as opened:
                results: Any = opened.map([IMAGE])
                with pytest.raises(InputTypeError, match="are read with `for`"):
                    async for _ in results:
                        pass

    asyncio.run(use_async())
    asyncio.run(use_sync())
