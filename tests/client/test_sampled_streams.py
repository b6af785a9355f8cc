"""A decision for every `stride` frames of a session, about the newest `window` of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.sync_async import entered
from vlmrun.errors import (
    ConfigurationError,
    FrameDroppedError,
    InputError,
    PermissionDeniedError,
)
from vlmrun.testing import FrameOutcome, Server

IMAGE = (Path(__file__).parents[2] / "examples/inputs/invoice.png").read_bytes()


@pytest.fixture
def stream(client: Any) -> Callable[..., Any]:
    def create(**arguments: Any) -> Any:
        questions = {"is_open": {"type": "noul"}}
        return client.gateway.systemone.stream(questions, transport="ws", **arguments)

    return create


def drops(number: int) -> Callable[..., Any]:
    return lambda frame: FrameOutcome.dropped("rate") if frame.number == number else None


@pytest.fixture
def images() -> list[bytes]:
    # Trailing bytes are not read, and tell the images apart.
    return [IMAGE + bytes([n]) for n in range(10)]


def digests(images: list[bytes]) -> list[str]:
    return [hashlib.sha256(image).hexdigest() for image in images]


@pytest.mark.parametrize("is_extra", [False, True])
def test_decisions_of_a_stride(
    stream: Callable[..., Any], server: Server, images: list[bytes], is_extra: bool
) -> None:
    sampling: dict[str, Any] = {"stride": 3, "window": 2}
    sampling = {"extra_body": sampling} if is_extra else sampling
    with entered(stream(**sampling)) as opened:
        found = {each.index: each.response for each in opened.map(images)}
        with pytest.raises(InputError, match="and stride is 3"):
            opened.send(IMAGE)
    # The last frame is of a stride that does not end.
    assert [*found] == [2, 5, 8]
    for index, response in found.items():
        facts = [each["sha256"] for each in response.raw["stand_in"]["content"]]
        assert facts == digests(images[index - 1 : index + 1])
    assert opened.stats["frames"] == opened.count == 10
    create = server.requests[0].messages[0]
    assert (create["stride"], create["window"]) == (3, 2)


def test_a_dropped_frame_is_sent_again_with_its_window(
    stream: Callable[..., Any], server: Server, images: list[bytes]
) -> None:
    server.on_frame(drops(4))
    with entered(stream(stride=2, window=4)) as opened:
        responses = [each.response for each in opened.map(images)]
    assert len(responses) == 5
    facts = [each["sha256"] for each in responses[1].raw["stand_in"]["content"]]
    assert facts == digests(images[:4])


def test_a_window_that_no_message_has_room_for(
    stream: Callable[..., Any], server: Server, images: list[bytes]
) -> None:
    server.on_frame(drops(9))
    with entered(stream(window=9)) as opened:
        results = opened.map(images)
        assert [next(results).index for _ in range(8)] == [*range(8)]
        with pytest.raises(FrameDroppedError, match="rate"):
            next(results)


def test_the_older_dialect_has_no_frames(
    stream: Callable[..., Any], server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.limit_sessions(older_dialect=True)
    with pytest.raises(PermissionDeniedError), entered(stream(stride=2)):
        pass
    assert [each.path for each in server.requests] == ["/v1/ws/systemone"]
    monkeypatch.setenv("TYPESAFE_BASE_URL", server.gateway_url)
    match = "no route for stride and window"
    with pytest.raises(ConfigurationError, match=match), entered(stream(window=2)):
        pass
