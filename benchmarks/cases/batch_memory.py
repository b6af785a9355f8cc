"""Peak memory of a batch of many items, minus that of a small one."""

from __future__ import annotations

from collections.abc import Iterator

from installation import Installation
from measurement import MB, Measurement
from processes import run_program, run_server

SMALL = 500
LARGE = 20_000
TARGET = 20.0
CLIENTS = ("sync", "async")


def measure(installation: Installation) -> Iterator[Measurement]:
    """Subtract the peak of a process with few items from that of one with many."""
    with run_server("processes.execution_server") as server:
        for client in CLIENTS:
            peaks = [
                int(run_program("processes.batch_once", [server.url, str(count), client]))
                for count in (SMALL, LARGE)
            ]
            growth = (peaks[1] - peaks[0]) / MB
            yield Measurement(
                f"memory: execute_many of {LARGE:,} items, {client}", [growth], " MB", TARGET
            )
