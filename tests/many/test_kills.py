"""A batch with a journal that is killed at any point goes on where it was."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

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


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_p80_a_killed_batch_loses_and_repeats_nothing(
    server: Server, tmp_path: Path, kind: str
) -> None:
    folder, journal = write_files(tmp_path / "in", 60), tmp_path / "runs.sqlite"
    seed = random.randrange(1_000_000)
    chance = random.Random(seed)

    kills = 0
    while kills < 5:
        program = programs.start(server, folder, journal, kind)
        if not programs.kill_after(server, chance.randint(1, 60), program):
            break
        kills += 1
    items = programs.items_of(programs.start(server, folder, journal, kind))

    assert sorted(item["index"] for item in items) == list(range(60)), seed
    assert [item["error"] for item in items if item["error"]] == [], seed
    assert_exactly_once(server, 60)
    again = programs.items_of(programs.start(server, folder, journal, kind))
    assert [item["old"] for item in again] == [True] * 60
    assert {item["id"] for item in again} == {item["id"] for item in items}
    assert list(tmp_path.glob("runs.sqlite-*")) == []
