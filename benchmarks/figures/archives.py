"""What it takes to pack a dataset's directory, and to send it."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryFile
from time import perf_counter

from installation import Installation
from measuring import MB, Result, interleaved, ratios
from processes import output_of, serving

from vlmrun._files import dataset_archives as archives

FILES = 64
SIZE = 50 * MB
LARGE = 256 * MB
SMALL = FILES * 100
LEVEL = 6
ROUNDS = 5
REPETITIONS = 2
TIME_AIM = 1.3
MEMORY_AIM = 16.0
WORDS = [f"word-{number}" for number in range(500)]


def measure(installation: Installation) -> Iterator[Result]:
    """Time over that of plain tarfile at the same level; memory over that of a small directory."""
    yield _time(_make(installation.folder / "time", SIZE))
    small = _make(installation.folder / "small", SMALL)
    large = _make(installation.folder / "memory", LARGE)
    with serving("vlmrun.testing", "--port", "0") as server:
        for face in ("sync", "async"):

            def peak(directory: Path, face: str = face) -> int:
                return int(output_of("processes.dataset_once", [server.url, directory, face]))

            grown = [(peak(large) - peak(small)) / MB for _ in range(REPETITIONS)]
            yield Result(f"memory: dataset of 256 MB, {face}", grown, " MB", MEMORY_AIM)


def _time(directory: Path) -> Result:
    def ours() -> float:
        start = perf_counter()
        with TemporaryFile() as target:
            archives.write(archives.files_in("directory", directory), "benchmark", target)
        return perf_counter() - start

    def plain() -> float:
        start = perf_counter()
        with (
            TemporaryFile() as target,
            tarfile.open(fileobj=target, mode="w:gz", compresslevel=LEVEL) as archive,
        ):
            archive.add(directory, "benchmark")
        return perf_counter() - start

    costs = interleaved({"ours": ours, "plain": plain}, ROUNDS)
    what = f"time: archive of {SIZE // MB} MB in {FILES} files over plain tarfile"
    return Result(what, ratios(costs["ours"], costs["plain"]), "x", TIME_AIM)


def _make(directory: Path, size: int) -> Path:
    """Write files of equal size: every fourth is prose, the others are as dense as pictures."""
    random = Random(1)
    for index in range(FILES):
        each = size // FILES
        data = random.randbytes(each)
        if index % 4 == 0:
            data = " ".join(random.choices(WORDS, k=each // 8)).encode()[:each]
        path = directory / f"{index % 8}" / f"{index}.bin"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return directory
