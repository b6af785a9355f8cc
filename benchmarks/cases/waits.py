"""Requests of many waits at the same time, and the delay with which they notice the ends."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from random import Random
from time import monotonic

from installation import Installation
from measurement import Measurement

from vlmrun import AsyncVLMRun
from vlmrun._core.polling import pause_at_age
from vlmrun.testing import Outcome, Server, serve
from vlmrun.testing.state.jobs import Job, Pace

COUNT = 1000
SHORTEST, LONGEST = 1.0, 30.0
MOST_REQUESTS = 1 / 50
LATEST = 1.0

# Delays up to this part of the time of a job do not count.
TOLERATED = 0.05

Wait = Callable[[AsyncVLMRun, str], Awaitable[None]]


def measure(installation: Installation) -> Iterator[Measurement]:
    """Wait for the same executions with a loop for each, with `wait`, and with `wait_many`."""
    loops, late = asyncio.run(_each(_loop))
    label = f"waits: {COUNT} executions of {SHORTEST:g} to {LONGEST:g} s"
    yield Measurement(f"{label}, a loop for each: delay", [late], " s")
    for name, (requests, late) in (
        ("wait in tasks", asyncio.run(_each(_wait))),
        ("wait_many", asyncio.run(_together())),
    ):
        ratio = requests / loops
        yield Measurement(f"{label}, {name}: requests / loops", [ratio], "x", MOST_REQUESTS)
        yield Measurement(f"{label}, {name}: delay", [late], " s", LATEST)


async def _loop(client: AsyncVLMRun, id: str) -> None:
    age = 0.0
    while (await client.executions.get(id)).status != "completed":
        pause = pause_at_age(age)
        age += pause
        await asyncio.sleep(pause)


async def _wait(client: AsyncVLMRun, id: str) -> None:
    await client.executions.wait(id)


async def _each(wait: Wait) -> tuple[int, float]:
    """Wait in a task each; return the number of requests, and the longest delay in seconds."""
    with serve() as server:
        async with AsyncVLMRun("benchmark", server.url) as client:
            jobs, delays = _start_jobs(server), list[float]()

            async def wait_for(job: Job) -> None:
                await wait(client, job.id)
                delays.append(_delay(job))

            await asyncio.gather(*map(wait_for, jobs))
            return len(server.requests), max(delays)


async def _together() -> tuple[int, float]:
    with serve() as server:
        async with AsyncVLMRun("benchmark", server.url) as client:
            jobs = {job.id: job for job in _start_jobs(server)}
            delays = [
                _delay(jobs[item.input]) async for item in client.executions.as_completed(jobs)
            ]
            return len(server.requests), max(delays)


def _start_jobs(server: Server) -> list[Job]:
    chance = Random(COUNT)
    jobs = []
    for number in range(COUNT):
        pace = Pace(seconds=chance.uniform(SHORTEST, LONGEST))
        job = Job(f"job-{number}", {"name": "benchmark"}, Outcome({"number": number}), pace)
        server._state.executions[job.id] = job
        jobs.append(job)
    return jobs


def _delay(job: Job) -> float:
    seconds = job.pace.seconds or 0.0
    return max(0.0, monotonic() - job._started - seconds * (1 + TOLERATED))
