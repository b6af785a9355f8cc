"""The rate limit of a client: what it learns, what it never exceeds, and who waits for it."""

from __future__ import annotations

import heapq
import itertools
import math
import random
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from vlmrun import VLMRun
from vlmrun._core import rate_limiter
from vlmrun._core.rate_limiter import RateLimit, RateLimiter
from vlmrun.errors import InputError, InputTypeError, RateLimitError, RequestTimeoutError
from vlmrun.testing import Fault, Server

Verdict = float | None  # the Retry-After of a refusal; 0 for none; None for an accepted request


class SimulatedTime:
    """A clock, and the events that it reaches."""

    def __init__(self) -> None:
        self.now = 0.0
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        heapq.heappush(self._events, (self.now + seconds, next(self._numbers), action))

    def run(self) -> None:
        while self._events:
            self.now, _, action = heapq.heappop(self._events)
            action()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, real_pauses: None) -> SimulatedTime:
    clock = SimulatedTime()
    monkeypatch.setattr(rate_limiter, "monotonic", lambda: clock.now)
    return clock


def fixed_window(count: int, period: float, has_header: bool) -> Callable[[float], Verdict]:
    """Accept so many requests in each period of the clock."""
    counts: dict[int, int] = {}

    def decide(now: float) -> Verdict:
        window = int(now / period)
        counts[window] = counts.get(window, 0) + 1
        if counts[window] <= count:
            return None
        return math.ceil((window + 1) * period - now) if has_header else 0

    return decide


def sliding_window(count: int, period: float, has_header: bool) -> Callable[[float], Verdict]:
    """Accept so many requests in any period."""
    accepted: deque[float] = deque()

    def decide(now: float) -> Verdict:
        while accepted and accepted[0] <= now - period:
            accepted.popleft()
        if len(accepted) < count:
            accepted.append(now)
            return None
        return math.ceil(accepted[0] + period - now) if has_header else 0

    return decide


def token_bucket(count: int, period: float, has_header: bool) -> Callable[[float], Verdict]:
    """Accept a request for each token; there are as many at first as in one period."""
    state = [float(count), 0.0]

    def decide(now: float) -> Verdict:
        state[0] = min(count, state[0] + (now - state[1]) * count / period)
        state[1] = now
        if state[0] >= 1:
            state[0] -= 1
            return None
        return math.ceil((1 - state[0]) * period / count) if has_header else 0

    return decide


class Workers:
    """Workers that send requests one after the other, as `Retries` does."""

    def __init__(
        self,
        clock: SimulatedTime,
        limiter: RateLimiter,
        service: Callable[[float], Verdict],
        retries: float = 5,
    ) -> None:
        self._clock, self._limiter, self._service = clock, limiter, service
        # Without limit, as for calls with a deadline.
        self._max_retries = retries
        self._random = random.Random(4)
        self._remaining = 0
        self.refused = self.lost = 0
        self.accepted: list[float] = []

    def run(self, requests: int, workers: int) -> float:
        """Send all requests, and return the seconds that it took."""
        self._remaining = requests
        for _ in range(workers):
            self._next()
        self._clock.run()
        return self._clock.now

    def _next(self) -> None:
        if self._remaining:
            self._remaining -= 1
            self._begin(retries=0)

    def _begin(self, retries: int, before: float | None = None) -> None:
        place = self._limiter.join(is_read=False)
        if place is None:
            return self._send(retries, before)

        def look() -> None:
            seconds = place.seconds_left()
            if seconds:
                self._clock.after(seconds, look)
            else:
                self._send(retries, before)

        look()
        return None

    def _send(self, retries: int, before: float | None) -> None:
        sent = self._clock.now

        def arrive() -> None:
            verdict = self._service(self._clock.now)
            self._clock.after(0.01, lambda: self._respond(verdict, sent, retries, before))

        self._clock.after(0.01, arrive)

    def _respond(self, verdict: Verdict, sent: float, retries: int, before: float | None) -> None:
        if verdict is None:
            self._limiter.accepted(is_read=False)
            self.accepted.append(self._clock.now)
            self._next()
            return
        self.refused += 1
        others = self._limiter.refused(False, sent, verdict or None, before)
        retries += not others
        if retries > self._max_retries:
            self.lost += 1
            self._next()
            return
        pause = verdict or min(8.0, 0.5 * 2 ** min(retries, 5)) * self._random.uniform(0.5, 1)
        now = self._clock.now
        self._clock.after(pause, lambda: self._begin(retries, now))


@pytest.mark.parametrize("workers", [12, 64])
@pytest.mark.parametrize("has_header", [True, False], ids=["Retry-After", "no header"])
@pytest.mark.parametrize("service", [fixed_window, sliding_window, token_bucket])
def test_p75_a_limit_is_found_and_used(
    clock: SimulatedTime, service: Any, has_header: bool, workers: int
) -> None:
    run = Workers(clock, RateLimiter(), service(5, 1.0, has_header))
    # Five are accepted at once, and the others take a fifth of a second each.
    assert run.run(200, workers) <= 39 * 1.16
    assert run.lost == 0
    # Those that are sent together at first are refused together; later, few are.
    assert run.refused <= workers + 40


@pytest.mark.parametrize(("has_header", "longer"), [(True, 1.02), (False, 1.15)])
@pytest.mark.parametrize("service", [fixed_window, sliding_window])
@pytest.mark.parametrize(("count", "requests"), [(10, 60), (60, 200), (100, 500)])
def test_p75_a_limit_per_minute_is_used(
    clock: SimulatedTime, service: Any, count: int, requests: int, has_header: bool, longer: float
) -> None:
    run = Workers(clock, RateLimiter(), service(count, 60.0, has_header), retries=math.inf)
    assert run.run(requests, 12) <= (requests - 1) // count * 60 * longer
    assert (run.lost, len(run.accepted)) == (0, requests)


@pytest.mark.parametrize("seconds", [5, 20, 60, 600])
def test_p75_after_an_outage_the_rate_is_soon_what_it_was(
    clock: SimulatedTime, seconds: float
) -> None:
    run = Workers(clock, RateLimiter(), lambda now: 0 if now < seconds else None, retries=math.inf)
    assert run.run(300, 12) <= seconds + 20


def test_p75_without_refusals_nothing_waits(clock: SimulatedTime) -> None:
    run = Workers(clock, RateLimiter(), lambda now: None)
    assert run.run(1000, 50) == pytest.approx(1000 / 50 * 0.02)


@pytest.mark.parametrize("part", [0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5])
@pytest.mark.parametrize(("requests", "slower"), [(2000, 3), (200, 6.5)])
def test_p75_refusals_that_do_not_depend_on_the_rate(
    clock: SimulatedTime, part: float, requests: int, slower: float
) -> None:
    chance = random.Random(3)
    run = Workers(clock, RateLimiter(), lambda now: 0 if chance.random() < part else None)
    # 0.02 s for each request, and the pause after each refusal, make a worker wait by itself.
    alone = requests / 8 * (0.02 + part / (1 - part) * 0.375)
    # It takes some seconds to find out that a lower rate does not help, as a short run shows.
    assert run.run(requests, 8) <= alone * slower
    assert (run.lost, len(run.accepted)) == (0, requests)


@pytest.mark.parametrize("has_header", [True, False], ids=["Retry-After", "no header"])
def test_p75_a_limit_that_allows_no_burst_is_found_and_used(
    clock: SimulatedTime, has_header: bool
) -> None:
    # Each request that is a little too early loses its turn.
    run = Workers(clock, RateLimiter(), token_bucket(1, 0.2, has_header))
    assert run.run(200, 12) <= 200 * 0.2 * 1.15
    assert run.lost == 0


@pytest.mark.parametrize("retry_after", [61.0, 86400.0, 1e9])
def test_p75_a_retry_after_of_days_does_not_stop_other_calls_for_days(
    clock: SimulatedTime, retry_after: float
) -> None:
    limiter = RateLimiter()
    for _ in range(2):
        limiter.refused(True, clock.now, retry_after)
    place = limiter.join(True)
    assert place is not None
    clock.now = 59.0
    assert place.seconds_left() > 0
    clock.now = 60.0
    assert place.seconds_left() == 0


def test_p75_a_limit_that_is_raised_is_used(clock: SimulatedTime) -> None:
    slow, fast = token_bucket(2, 1.0, True), token_bucket(50, 1.0, True)
    run = Workers(clock, RateLimiter(), lambda now: (slow if now < 30 else fast)(now))
    run.run(2000, 20)
    # At first, 20 are accepted in 10 seconds.
    assert sum(1 for each in run.accepted if 90 <= each < 100) >= 60
    assert run.accepted[-1] < 150


@pytest.mark.parametrize(("limit", "least"), [("10/second", 19), ("30/minute", 360)])
def test_p75_a_limit_of_the_caller_is_never_exceeded(
    clock: SimulatedTime, limit: str, least: int
) -> None:
    rate = RateLimit.parse("rate_limit", limit)
    assert rate is not None
    sent: list[float] = []

    def service(now: float) -> Verdict:
        sent.append(now)
        return None

    Workers(clock, RateLimiter(rate), service).run(200, 16)
    assert clock.now >= least
    assert all(
        later - earlier >= rate.period - 1e-6
        for earlier, later in zip(sent, sent[rate.requests :], strict=False)
    )


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (10, InputTypeError),
        ("", InputError),
        ("fast", InputError),
        ("0/minute", InputError),
        ("-1/s", InputError),
        ("5/fortnight", InputError),
        ("1.5/s", InputError),
    ],
)
def test_a_bad_limit_is_refused(
    connect: Callable[..., Any], value: Any, error: type[Exception]
) -> None:
    with pytest.raises(error, match="rate_limit"):
        connect(rate_limit=value)


@pytest.mark.parametrize("value", ["10/minute", "10 / min", "10/m"])
def test_limits_can_be_written_in_several_ways(value: str) -> None:
    assert RateLimit.parse("rate_limit", value) == (10, 60.0)


@pytest.mark.slow
def test_p75_no_job_is_lost_to_a_rate_limit(server: Server) -> None:
    server.inject(Fault("execute_agent", status=429, above="40/second", times=None))
    with VLMRun(api_key="test-key-0123456789", base_url=server.url) as client:

        def submit(number: int) -> str:
            return client.agent.execute(prompt="Read it", metadata={"session_id": str(number)}).id

        with ThreadPoolExecutor(12) as executor:
            ids = set(executor.map(submit, range(120)))
    accepted = [each for each in server.requests if each.status == 201]
    assert len(ids) == len(accepted) == 120


def test_p75_a_call_with_a_deadline_outlasts_refusals(client: Any, server: Server) -> None:
    server.inject(Fault("execute_agent", status=429, times=9))
    options = {"deadline": 60, "max_retries": 2}
    execution = client.agent.execute(prompt="Read it", options=options)
    assert [each.status for each in execution.attempts] == [429] * 9 + [201]


def test_p75_without_a_deadline_refusals_alone_are_retries(client: Any, server: Server) -> None:
    server.inject(Fault("execute_agent", status=429, times=None))
    with pytest.raises(RateLimitError) as caught:
        client.agent.execute(prompt="Read it", options={"max_retries": 2})
    assert len(caught.value.attempts) == 3


def test_p75_copies_share_the_limit_of_a_client(
    connect: Callable[..., Any], server: Server
) -> None:
    client = connect(rate_limit="2/hour")
    client.models.list()
    client.with_options(timeout=5).models.list()
    with pytest.raises(RequestTimeoutError, match="rate limit") as caught:
        client.models.list(options={"deadline": 0.05})
    assert len(server.requests) == 2
    assert caught.value.attempts == ()
    with pytest.raises(RequestTimeoutError) as caught:
        client.agent.execute(prompt="Read it", options={"deadline": 0.05})
    assert caught.value.outcome == "not_sent"


@pytest.mark.parametrize("value", [0, -1, 1.5, "3"])
def test_a_bad_number_of_jobs_is_refused(connect: Callable[..., Any], value: Any) -> None:
    with pytest.raises(InputError, match="max_in_flight"):
        connect(max_in_flight=value)
