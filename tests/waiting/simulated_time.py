"""Simulated time for waits: it passes only while all of them pause, so machines may be slow.

It is the time of timeouts, deadlines, pauses and jobs.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import pytest
from starlette.types import Message

from vlmrun._core.polling import pause_at_age
from vlmrun._runtime import async_runtime, sync_runtime
from vlmrun.testing import Request, Server
from vlmrun.testing.http import asgi_app
from vlmrun.testing.state import jobs
from vlmrun.testing.state.jobs import Job, Outcome, Pace

START = 1_000_000.0

_WITHOUT_IO = ("_core.poll_group", "_core.polling", "_core.rate_limiter", "testing.state.jobs")
_WITH_CLOCK = ("job_polling", "resources.artifacts", "http.attempt", "http.retries")

# Seconds. Deadlines of calls are seen so much later that a request at the very end of a wait is
# still in time; and sockets may really wait this long.
_REQUESTS, _SOCKETS = 0.01, 60.0


class SimulatedTime:
    """A clock for the clients and the mock server of a test.

    Attributes:
        now: The time, in seconds.
        running: The number of waits that run in this test. Time passes once all of them pause.
        durations: The seconds that requests take, by operation; none by default.
    """

    def __init__(self) -> None:
        self.now = START
        self.running = 1
        self.durations: dict[str, float] = {}
        self._lock = threading.Lock()
        self._pauses: dict[Any, float] = {}

    def __call__(self) -> float:
        return self.now

    def end_one(self) -> None:
        """Count a wait that has ended."""
        with self._lock:
            self.running -= 1
            self._advance()

    def begin_pause(self, wakeup: Any, seconds: float | None) -> None:
        """Count a pause, unless it is over."""
        with self._lock:
            if not wakeup.is_woken:
                self._pauses[wakeup] = float("inf") if seconds is None else self.now + seconds
                self._advance()

    def end_pause(self, wakeup: Any) -> None:
        """Count no longer a pause that another wait, or the passing time, ends."""
        with self._lock:
            wakeup.is_woken = True
            self._pauses.pop(wakeup, None)

    def begin_response(self, request: Request, message: Message) -> None:
        """Let the time of a request pass, before the client gets the response."""
        if message["type"] == "http.response.start":
            with self._lock:
                self.now += self.durations.get(request.operation or "", 0.0)

    def _advance(self) -> None:
        if self._pauses and len(self._pauses) == self.running:
            first = min(self._pauses, key=lambda wakeup: self._pauses[wakeup])
            self.now = max(self.now, self._pauses.pop(first))
            first.is_woken = True
            first.really_wake()


def install(time: SimulatedTime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the poller and the mock server use a simulated time."""

    def simulated(real: type[Any]) -> type[Any]:
        class Wakeup(real):  # type: ignore[misc]
            is_woken = False

            def wake(self) -> bool:
                time.end_pause(self)
                return self.really_wake()

            def really_wake(self) -> bool:
                return bool(super().wake())

        return Wakeup

    async def async_sleep(seconds: float) -> None:
        time.now += seconds

    def sync_sleep(seconds: float) -> None:
        time.now += seconds

    async def async_pause(wakeup: Any, seconds: float | None) -> None:
        time.begin_pause(wakeup, seconds)
        await wakeup.wait(60)

    def sync_pause(wakeup: Any, seconds: float | None) -> None:
        time.begin_pause(wakeup, seconds)
        wakeup.wait(60)

    observers = [*asgi_app.response_observers, time.begin_response]
    monkeypatch.setattr(asgi_app, "response_observers", observers)
    monkeypatch.setattr("vlmrun._core.request_context.monotonic", lambda: time.now - _REQUESTS)
    for module in _WITHOUT_IO:
        monkeypatch.setattr(f"vlmrun.{module}.monotonic", time)
    for kind, runtime, pause, sleep in (
        ("_async", async_runtime, async_pause, async_sleep),
        ("_sync", sync_runtime, sync_pause, sync_sleep),
    ):
        monkeypatch.setattr(f"vlmrun.{kind}.waiting.Wakeup", simulated(runtime.Wakeup))
        monkeypatch.setattr(f"vlmrun.{kind}.job_polling.pause_for", pause)
        backend = f"vlmrun.{kind}.http.deadline_backend.monotonic"
        monkeypatch.setattr(backend, lambda: time.now - _SOCKETS)
        for module in _WITH_CLOCK:
            monkeypatch.setattr(f"vlmrun.{kind}.{module}.monotonic", time)
        # Tests reach these with a single wait.
        for module in ("http.rate_limit", "http.transport", "resources.artifacts"):
            monkeypatch.setattr(f"vlmrun.{kind}.{module}.sleep", sleep)


def start_jobs(
    server: Server, durations: Sequence[float], responses: Sequence[Any] | None = None
) -> list[str]:
    """Start executions that take so many seconds, and return their ids."""
    ids = []
    for number, seconds in enumerate(durations):
        response = {"number": number} if responses is None else responses[number]
        job = Job(f"job-{number}", {"name": "test"}, Outcome(response), Pace(seconds=seconds))
        job._started = jobs.monotonic()  # by default, of the time when attrs was told of it
        server._state.executions[job.id] = job
        ids.append(job.id)
    return ids


def count_of_loops(durations: Sequence[float]) -> int:
    """Return the number of requests if each job was polled by a loop of its own."""
    count = 0
    for duration in durations:
        age = 0.0
        count += 1
        while age < duration:
            age += pause_at_age(age)
            count += 1
    return count
