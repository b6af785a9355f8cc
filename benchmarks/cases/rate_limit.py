"""Time of many executions at a service with a rate limit, and those that are lost to it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

from installation import Installation
from measurement import Measurement

from vlmrun import VLMRun
from vlmrun.errors import APIError
from vlmrun.testing import Fault, serve

COUNT = 200
WORKERS = 12
PER_SECOND = 5
TARGET = 1.15

# The first second accepts as many as each later one.
IDEAL = (COUNT - PER_SECOND) / PER_SECOND


def measure(installation: Installation) -> Iterator[Measurement]:
    """Submit executions with the default settings, and with the limit as `rate_limit`."""
    for name, limit in (("default settings", None), ("rate_limit=", f"{PER_SECOND}/second")):
        seconds, lost = _submit_all(limit)
        label = f"rate limit: {COUNT} executions, {WORKERS} threads, {name}"
        yield Measurement(f"{label}: time / ideal", [seconds / IDEAL], "x", TARGET)
        yield Measurement(f"{label}: lost", [lost], "", 0)


def _submit_all(limit: str | None) -> tuple[float, int]:
    with serve() as server:
        above = f"{PER_SECOND}/second"
        server.inject(Fault("execute_agent", status=429, above=above, times=None))
        with VLMRun("benchmark", server.url, rate_limit=limit) as client:

            def submit(number: int) -> bool:
                try:
                    client.agent.execute(prompt=f"Read document {number}")
                except APIError:
                    return False
                return True

            started = monotonic()
            with ThreadPoolExecutor(WORKERS) as executor:
                accepted = list(executor.map(submit, range(COUNT)))
            return monotonic() - started, accepted.count(False)
