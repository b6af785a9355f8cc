"""Peak memory of a large upload, minus that of a small one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import count, product
from pathlib import Path

from installation import Installation
from measurement import MB, Measurement
from processes import Server, run_program, run_server
from processes.memory import peak

LARGE = 1000 * MB
SMALL = 64
REPETITIONS = 1
TARGET = 16.0
METHODS = ("direct", "presigned-url")
SOURCES = ("path", "file")
CLIENTS = ("sync", "async")

_serial = count()


def measure(installation: Installation) -> Iterator[Measurement]:
    """Subtract the peak of a process that uploads 64 bytes from that of one with 1 GB."""
    path = installation.folder / "upload.bin"
    with run_server("vlmrun.testing", "--port", "0", "--quiet") as server:
        for variant in product(METHODS, SOURCES, CLIENTS):
            growth = [_growth(server, path, variant) for _ in range(REPETITIONS)]
            yield Measurement(f"memory: 1 GB upload, {', '.join(variant)}", growth, " MB", TARGET)
    if sys.platform == "linux":
        yield from _measure_mock_server(path)


def _measure_mock_server(path: Path) -> Iterator[Measurement]:
    for method in METHODS:
        with run_server("vlmrun.testing", "--port", "0", "--quiet") as server:
            variant = (method, "path", "sync")
            _upload(server, path, SMALL, variant)
            before = peak(server.pid)
            _upload(server, path, LARGE, variant)
            growth = (peak(server.pid) - before) / MB
        yield Measurement(f"memory: mock server during that upload, {method}", [growth], " MB")


def _growth(server: Server, path: Path, variant: tuple[str, ...]) -> float:
    small = _upload(server, path, SMALL, variant)
    return (_upload(server, path, LARGE, variant) - small) / MB


def _upload(server: Server, path: Path, size: int, variant: tuple[str, ...]) -> int:
    """Return the peak memory in bytes of a process that uploads a file of `size` bytes."""
    with path.open("wb") as file:
        # Files with the same MD5 hash are only uploaded once, so each file has a unique content.
        file.write(f"{next(_serial):016}".encode())
        file.truncate(size)
    return int(run_program("processes.upload_once", [server.url, path, *variant]))
