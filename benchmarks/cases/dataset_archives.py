"""Time and memory to archive the directory of a dataset, and to upload the archive."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryFile
from time import perf_counter

from installation import Installation
from measurement import MB, Measurement, interleave, ratios
from processes import run_program, run_server

from vlmrun._files import dataset_archives as archives

FILES = 64
SIZE = 50 * MB
LARGE = 256 * MB
SMALL = FILES * 100
LEVEL = 6
ROUNDS = 5
REPETITIONS = 2
TIME_TARGET = 1.3
MEMORY_TARGET = 16.0
WORDS = [f"word-{number}" for number in range(500)]


def measure(installation: Installation) -> Iterator[Measurement]:
    """Compare the time with plain tarfile, and the memory with that of a small directory."""
    yield _time(_create_directory(installation.folder / "time", SIZE))
    small = _create_directory(installation.folder / "small", SMALL)
    large = _create_directory(installation.folder / "memory", LARGE)
    with run_server("vlmrun.testing", "--port", "0", "--quiet") as server:
        for client in ("sync", "async"):

            def peak(directory: Path, client: str = client) -> int:
                return int(run_program("processes.dataset_once", [server.url, directory, client]))

            growth = [(peak(large) - peak(small)) / MB for _ in range(REPETITIONS)]
            yield Measurement(f"memory: dataset of 256 MB, {client}", growth, " MB", MEMORY_TARGET)


def _time(directory: Path) -> Measurement:
    def sdk() -> float:
        start = perf_counter()
        with TemporaryFile() as target:
            archives.write_archive(
                archives.select_files("directory", directory), "benchmark", target
            )
        return perf_counter() - start

    def plain() -> float:
        start = perf_counter()
        with (
            TemporaryFile() as target,
            tarfile.open(fileobj=target, mode="w:gz", compresslevel=LEVEL) as archive,
        ):
            archive.add(directory, "benchmark")
        return perf_counter() - start

    costs = interleave({"sdk": sdk, "plain": plain}, ROUNDS)
    name = f"time: archive of {SIZE // MB} MB in {FILES} files / plain tarfile"
    return Measurement(name, ratios(costs["sdk"], costs["plain"]), "x", TIME_TARGET)


def _create_directory(directory: Path, size: int) -> Path:
    """Write files of equal size, a quarter of them prose, the others incompressible."""
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
