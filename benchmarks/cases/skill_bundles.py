"""Time to bundle a large skill, relative to zlib; and memory, relative to the bundle."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from random import Random
from time import perf_counter

from installation import ROOT, Installation
from measurement import MB, Measurement, interleave, ratios
from processes import run_program

from vlmrun import skills

FILES = 500
SIZE = 50 * MB
LEVEL = 6
ROUNDS = 5
TARGET = 1.1
MEMORY_TARGET = 1.5

SKILL = (ROOT / "examples/skills/patient-referral/SKILL.md").read_text(encoding="utf-8")
WORDS = SKILL.split()


def measure(installation: Installation) -> Iterator[Measurement]:
    """Measure both in this process; zlib compresses one bytes object, without reading files."""
    directory = installation.folder / "large"
    contents = _create_skill(directory)

    def bundle() -> float:
        start = perf_counter()
        bundled = skills.bundle(directory)
        elapsed = perf_counter() - start
        if len(bundled.files) != FILES:
            raise RuntimeError(f"The bundle has {len(bundled.files)} files instead of {FILES}")
        return elapsed

    def compress() -> float:
        start = perf_counter()
        zlib.compress(contents, LEVEL)
        return perf_counter() - start

    costs = interleave({"bundle": bundle, "zlib": compress}, ROUNDS)
    name = f"time: bundle of {SIZE // MB} MB in {FILES} files / zlib"
    yield Measurement(name, ratios(costs["bundle"], costs["zlib"]), "x", TARGET)
    small = installation.folder / "small"
    small.mkdir()
    (small / "SKILL.md").write_text(SKILL, encoding="utf-8")
    before = json.loads(run_program("processes.bundle_once", [small]))
    after = json.loads(run_program("processes.bundle_once", [directory]))
    growth = (after["peak"] - before["peak"]) / after["size"]
    yield Measurement("memory: bundle of that skill / its size", [growth], "x", MEMORY_TARGET)


def _create_skill(directory: Path) -> bytes:
    """Write the files of the skill: 50 % prose, 30 % JSON, 20 % incompressible like images."""
    random = Random(1)
    kinds = [_prose] * 5 + [_records] * 3 + [_noise] * 2
    pieces = [SKILL.encode()]
    for index in range(1, FILES):
        # Sizes grow from 0.2 to 1.8 times the mean, so that they add up to SIZE.
        size = SIZE // FILES * (2 * FILES + 16 * index) // (10 * FILES)
        pieces.append(kinds[index % len(kinds)](random, size))
    for index, piece in enumerate(pieces):
        path = directory / (f"resources/{index % 20:02}/{index:03}.bin" if index else "SKILL.md")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(piece)
    return b"".join(pieces)


def _prose(random: Random, size: int) -> bytes:
    return " ".join(random.choices(WORDS, k=size // 3)).encode()[:size]


def _records(random: Random, size: int) -> bytes:
    rows = [
        {"id": random.getrandbits(32), "label": random.choice(WORDS), "score": random.random()}
        for _ in range(size // 50)
    ]
    return json.dumps(rows).encode()[:size]


def _noise(random: Random, size: int) -> bytes:
    return random.randbytes(size)
