"""Speed of many calls at the same time, relative to other clients, and connections they open."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
from installation import Installation, peer
from measurement import Measurement, interleave, ratios
from processes import run_program, run_server

ROUNDS = 7
COUNT = 2000
CONCURRENCY = 64

# The name of a client in processes/get_many.py, the one it is compared with, and the least ratio.
PAIRS = (
    ("vlmrun_async", "httpx_async", 2.0),
    ("vlmrun_async", "httpx2_async", 1.0),
    ("vlmrun_async", "openai_async", None),
    ("vlmrun_async", "aiohttp_async", None),
    ("vlmrun_async + aiohttp", "httpx_async", 5.0),
    ("vlmrun_threads", "httpx_threads", 1.2),
    ("vlmrun_threads", "requests_threads", None),
    ("vlmrun_threads", "official SDK", None),
)

DELAY = 0.3
SLOW_COUNT = 400
SLOW_CONCURRENCY = 100


def measure(installation: Installation) -> Iterator[Measurement]:
    """Measure all clients against a server in another process."""
    names = sorted({name for pair in PAIRS for name in pair[:2]})
    with run_server("processes.execution_server") as server:
        seconds = interleave(
            {name: _runner(installation, name, server.url) for name in names}, ROUNDS
        )
    for own, other, target in PAIRS:
        kind = "threads" if own.endswith("threads") else "in flight"
        what = f"{COUNT:,} gets, {CONCURRENCY} {kind}{' (aiohttp)' if '+' in own else ''}"
        name = f"speed: {what} / {other.partition('_')[0]}"
        yield Measurement(name, ratios(seconds[other], seconds[own]), "x", target, True)
    for own in ("vlmrun_async", "vlmrun_async + aiohttp", "vlmrun_threads"):
        name = (
            f"connections: {SLOW_COUNT} requests of {DELAY} s, {SLOW_CONCURRENCY} at a time, {own}"
        )
        yield Measurement(name, [_connections(installation, own)], "", SLOW_CONCURRENCY)


def _runner(installation: Installation, name: str, base_url: str) -> Callable[[], float]:
    python, client = _environment(installation, name)
    arguments = [client, base_url, str(COUNT), str(CONCURRENCY)]

    def run() -> float:
        seconds: float = json.loads(run_program("processes.get_many", arguments, python))["wall"]
        return seconds

    return run


def _environment(installation: Installation, name: str) -> tuple[Path, str]:
    """Return the interpreter for a client, and the client's name in processes/get_many.py."""
    package, _, kind = name.partition("_")
    if name == "official SDK":
        return peer("vlmrun"), "vlmrun_threads"
    if name == "vlmrun_async + aiohttp":
        return installation.with_extra("aiohttp"), "vlmrun_async"
    return (installation.python if package == "vlmrun" else peer(package)), f"{package}_{kind}"


def _connections(installation: Installation, name: str) -> float:
    python, client = _environment(installation, name)
    with run_server("processes.execution_server", str(DELAY)) as server:
        arguments = [client, server.url, str(SLOW_COUNT), str(SLOW_CONCURRENCY)]
        run_program("processes.get_many", arguments, python)
        return float(httpx.get(f"{server.url}/connections").content)
