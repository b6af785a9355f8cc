"""A batch with a journal that is killed at any point goes on where it was."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import cycle
from pathlib import Path

import pytest

import vlmrun.testing
from tests.many import programs
from vlmrun.testing import Server


def write_files(folder: Path, count: int) -> Path:
    folder.mkdir()
    for index in range(count):
        (folder / f"{index:04}.txt").write_text(f"document {index}")
    return folder


def assert_exactly_once(server: Server, count: int) -> None:
    """Check that each file has exactly one job."""
    used = Counter(
        str(job["stand_in"]["inputs"]["file"]["sha256"]) for job in programs.submissions(server)
    )
    assert len(used) == count
    assert set(used.values()) == {1}


def assert_survives_kills(
    server: Server,
    folder: Path,
    kinds: Sequence[str],
    count: int,
    kills: int,
    start: Callable[..., programs.Program] = programs.start,
) -> None:
    """Kill a batch so many times, let it end, and check that nothing was lost or repeated.

    Args:
        server: The server that the batch is sent to.
        folder: A folder for the files and the journal.
        kinds: The clients that take turns in the batch.
        count: The number of items.
        kills: The number of kills.
        start: Starts a program.
    """
    take_turns = cycle(kinds)
    inputs, journal = write_files(folder / "in", count), folder / "runs.sqlite"
    seed = random.randrange(1_000_000)
    chance = random.Random(seed)

    killed = 0
    for _ in range(kills):
        program = start(server, inputs, journal, next(take_turns))
        killed += programs.kill_after(server, chance.randint(1, 5 * count // kills), program)
    items = programs.items_of(start(server, inputs, journal, next(take_turns)))

    assert killed >= kills - 1
    assert sorted(item["index"] for item in items) == list(range(count)), seed
    assert [item["error"] for item in items if item["error"]] == [], seed
    assert_exactly_once(server, count)
    again = programs.items_of(start(server, inputs, journal, next(take_turns)))
    assert [item["old"] for item in again] == [True] * count
    assert {item["id"] for item in again} == {item["id"] for item in items}
    assert [path.name for path in folder.iterdir() if path.is_file()] == ["runs.sqlite"]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sync", "async"])
def test_p80_a_killed_batch_loses_and_repeats_nothing(
    server: Server, tmp_path: Path, kind: str
) -> None:
    assert_survives_kills(server, tmp_path, [kind], count=60, kills=5)


@pytest.mark.slow
@pytest.mark.skipif("VLMRUN_FAULTS" not in os.environ, reason="minutes long: make faults")
@pytest.mark.parametrize("first", ["sync", "async"])
def test_p80_two_batches_of_500_items_survive_50_kills_each(tmp_path: Path, first: str) -> None:
    kinds = ["sync", "async"] if first == "sync" else ["async", "sync"]
    with vlmrun.testing.serve(polls=1) as server:
        assert_survives_kills(server, tmp_path, kinds, 500, 50, start=programs.start_forked)
