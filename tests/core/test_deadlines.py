"""Deadlines against a clock that the test sets: of an attempt, of a call, and of a wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpcore
import pytest

import vlmrun._async.http.deadline_backend as async_backend
import vlmrun._sync.http.deadline_backend as sync_backend
from vlmrun._core import polling, request_context
from vlmrun._core.polling import PollSchedule
from vlmrun._core.request_context import RequestContext
from vlmrun._core.settings import Settings


class Clock:
    """Replaces `time.monotonic`."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    for module in (async_backend, sync_backend, polling, request_context):
        monkeypatch.setattr(module, "monotonic", clock)
    return clock


def context(timeout: float | None, deadline: float | None) -> RequestContext:
    settings = Settings(None, "https://example.com/v1", timeout, deadline, 5, {})
    return RequestContext.begin(settings)


class TestRequestContext:
    @pytest.mark.parametrize(
        ("timeout", "deadline", "expires"),
        [(None, None, None), (10, None, 130), (None, 40, 140), (10, 40, 130), (10, 35, 130)],
    )
    def test_an_attempt_expires_at_the_timeout_or_the_deadline(
        self, clock: Clock, timeout: float | None, deadline: float | None, expires: float | None
    ) -> None:
        call = context(timeout, deadline)
        clock.now += 20
        assert call.attempt_expires() == expires

    def test_the_deadline_does_not_move_and_the_rest_is_never_negative(self, clock: Clock) -> None:
        call = context(10, 40)
        clock.now += 35
        assert (call.attempt_expires(), call.remaining()) == (140, 5)
        clock.now += 6
        assert (call.attempt_expires(), call.remaining()) == (140, 0)

    def test_within_shortens_the_deadline_and_never_extends_it(self, clock: Clock) -> None:
        call = context(None, 40)
        assert call.within(10).expires == 110
        assert call.within(90).expires == 140
        assert call.within(None) is call
        assert context(None, None).within(10).expires == 110


@pytest.mark.usefixtures("real_pauses")
class TestPollSchedule:
    def test_pauses_grow_up_to_the_longest(self, clock: Clock) -> None:
        schedule = PollSchedule.start(None, None)
        pauses = [schedule.next_pause(0) for _ in range(10)]
        assert pauses[:4] == [0.25, 0.375, 0.5625, 0.84375]
        assert pauses[-2:] == [5.0, 5.0]

    def test_the_last_poll_is_placed_so_that_it_ends_in_time(self, clock: Clock) -> None:
        schedule = PollSchedule.start(10, None)
        clock.now += 9.5
        # 0.5 s are left, of which the poll may take 0.4.
        assert schedule.next_pause(0.2) == pytest.approx(0.1)
        assert schedule.next_pause(0.3) is None

    def test_the_earlier_of_timeout_and_deadline_ends_the_wait(self, clock: Clock) -> None:
        assert PollSchedule.start(10, 105)[1:] == (105, "the deadline of the call")
        assert PollSchedule.start(10, 200)[1:] == (110, "10 s")

    def test_a_retry_after_is_waited_for_unless_the_time_ends_before(self, clock: Clock) -> None:
        schedule = PollSchedule.start(10, None)
        assert schedule.next_pause(0, at_least=7) == 7
        assert schedule.next_pause(0, at_least=10) is None
        assert PollSchedule.start(None, None).next_pause(0, at_least=3600) == 60


# Both clients, behind one function: read from a stream with a timeout.
def read_sync(inner: Any, timeouts: Any) -> bytes:
    return sync_backend._DeadlineStream(inner).read(1, timeouts.get("read"))


def read_async(inner: Any, timeouts: Any) -> bytes:
    class Inner(httpcore.AsyncNetworkStream):
        async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
            data: bytes = inner.read(max_bytes, timeout)
            return data

    return asyncio.run(async_backend._DeadlineStream(Inner()).read(1, timeouts.get("read")))


class Inner(httpcore.NetworkStream):
    """Records the timeout of each read."""

    def __init__(self) -> None:
        self.timeouts: list[float | None] = []

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self.timeouts.append(timeout)
        return b"x"


@pytest.mark.parametrize(
    ("read", "cls"),
    [(read_sync, sync_backend.DeadlineTimeout), (read_async, async_backend.DeadlineTimeout)],
    ids=["sync", "async"],
)
class TestDeadlineTimeout:
    def test_p27_each_stage_gets_what_is_left(
        self, clock: Clock, read: Callable[..., bytes], cls: Any
    ) -> None:
        timeouts = cls(expires=110)
        assert [timeouts.get(stage) for stage in ("connect", "write", "read", "pool")] == [10] * 4
        clock.now = 108
        assert [timeouts.get(stage) for stage in ("connect", "write", "read", "pool")] == [2] * 4
        assert timeouts.get("unknown") is None

    def test_p27_each_read_gets_what_is_left_though_httpcore_looked_it_up_before(
        self, clock: Clock, read: Callable[..., bytes], cls: Any
    ) -> None:
        timeouts = cls(expires=110)
        found = {"read": timeouts.get("read")}
        inner = Inner()
        for clock.now in (100, 109, 115):
            read(inner, found)
        assert inner.timeouts == [10, 1, 0.001]

    def test_a_deadline_that_is_moved_counts_from_the_next_read_on(
        self, clock: Clock, read: Callable[..., bytes], cls: Any
    ) -> None:
        timeouts = cls(expires=110)
        found = {"read": timeouts.get("read")}
        inner = Inner()
        clock.now = 109
        timeouts.expires = 139
        read(inner, found)
        assert inner.timeouts == [30]
