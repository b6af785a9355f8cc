"""Time to bundle a large skill, over what zlib takes to compress the same bytes."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from random import Random
from time import perf_counter

from installation import ROOT, Installation
from measuring import MB, Result, interleaved, ratios

from vlmrun import skills

FILES = 500
SIZE = 50 * MB
LEVEL = 6
ROUNDS = 5
AIM = 1.3

SKILL = (ROOT / "examples/skills/patient-referral/SKILL.md").read_text(encoding="utf-8")
WORDS = SKILL.split()


def measure(installation: Installation) -> Iterator[Result]:
    """Both in one process; what zlib compresses is in memory already, in one piece."""
    directory = installation.folder / "large"
    contents = _make_skill(directory)

    def bundle() -> float:
        start = perf_counter()
        made = skills.bundle(directory)
        elapsed = perf_counter() - start
        if len(made.files) != FILES:
            raise RuntimeError(f"The bundle has {len(made.files)} files instead of {FILES}")
        return elapsed

    def compress() -> float:
        start = perf_counter()
        zlib.compress(contents, LEVEL)
        return perf_counter() - start

    costs = interleaved({"bundle": bundle, "zlib": compress}, ROUNDS)
    what = f"time: bundle of {SIZE // MB} MB in {FILES} files over zlib"
    yield Result(what, ratios(costs["bundle"], costs["zlib"]), "x", AIM)


def _make_skill(directory: Path) -> bytes:
    """Write the skill: of ten files five are prose, three JSON, two as dense as pictures."""
    random = Random(1)
    kinds = [_prose] * 5 + [_records] * 3 + [_noise] * 2
    pieces = [SKILL.encode()]
    for index in range(1, FILES):
        # From a fifth of the mean size to nine fifths, so that they add up to SIZE.
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
