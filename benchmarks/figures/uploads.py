"""How much more memory a large upload takes than a small one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import count, product
from pathlib import Path

from installation import Installation
from measuring import MB, Result
from processes import Server, output_of, serving
from processes.memory import peak

LARGE = 256 * MB
SMALL = 64
REPETITIONS = 2
AIM = 16.0
METHODS = ("direct", "presigned-url")
FORMS = ("path", "file")
FACES = ("sync", "async")

_serial = count()


def measure(installation: Installation) -> Iterator[Result]:
    """Peak of a process that uploads 256 MB, less that of one that uploads a few bytes."""
    path = installation.folder / "upload.bin"
    with serving("vlmrun.testing", "--port", "0") as server:
        for how in product(METHODS, FORMS, FACES):
            grown = [_growth(server, path, how) for _ in range(REPETITIONS)]
            yield Result(f"memory: 256 MB upload, {', '.join(how)}", grown, " MB", AIM)
    if sys.platform == "linux":
        yield from _stand_in(path)


def _stand_in(path: Path) -> Iterator[Result]:
    for method in METHODS:
        with serving("vlmrun.testing", "--port", "0") as server:
            how = (method, "path", "sync")
            _upload(server, path, SMALL, how)
            before = peak(server.pid)
            _upload(server, path, LARGE, how)
            grown = (peak(server.pid) - before) / MB
        yield Result(f"memory: the stand-in that takes it, {method}", [grown], " MB")


def _growth(server: Server, path: Path, how: tuple[str, ...]) -> float:
    small = _upload(server, path, SMALL, how)
    return (_upload(server, path, LARGE, how) - small) / MB


def _upload(server: Server, path: Path, size: int, how: tuple[str, ...]) -> int:
    """Bytes at the peak of a process that uploads a file of `size` bytes."""
    with path.open("wb") as file:
        # The service knows a file by its content, so each has a content of its own.
        file.write(f"{next(_serial):016}".encode())
        file.truncate(size)
    return int(output_of("processes.upload_once", [server.url, path, *how]))
