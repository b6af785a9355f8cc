"""Runs with the same journal at the same time share the work."""

from __future__ import annotations

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.many import programs
from tests.many.test_kills import assert_exactly_once, write_files
from vlmrun import VLMRun
from vlmrun._journal.journal import Journal
from vlmrun.testing import Server


@pytest.mark.slow
def test_p80_processes_with_one_journal_submit_each_item_once(
    server: Server, tmp_path: Path
) -> None:
    folder, journal = write_files(tmp_path / "in", 40), tmp_path / "runs.sqlite"

    kinds = ["sync", "async", "sync"]
    running = [programs.start(server, folder, journal, kind) for kind in kinds]
    results = [programs.items_of(program) for program in running]

    for items in results:
        assert sorted(item["index"] for item in items) == list(range(40))
        assert [item["error"] for item in items if item["error"]] == []
    assert_exactly_once(server, 40)


@pytest.mark.slow
def test_p80_a_run_takes_over_from_one_that_is_killed_meanwhile(
    server: Server, tmp_path: Path
) -> None:
    folder, journal = write_files(tmp_path / "in", 40), tmp_path / "runs.sqlite"
    first = programs.start(server, folder, journal, "sync")
    second = programs.start(server, folder, journal, "async")

    assert programs.kill_after(server, 60, first)
    items = programs.items_of(second)

    assert sorted(item["index"] for item in items) == list(range(40))
    assert [item["error"] for item in items if item["error"]] == []
    assert_exactly_once(server, 40)


def test_threads_with_one_journal_submit_each_item_once(server: Server, tmp_path: Path) -> None:
    results: Counter[str] = Counter()
    errors: list[Any] = []

    def run() -> None:
        with VLMRun("test-key-0123456789", base_url=server.url) as client:
            items = client.agent.execute_many(
                [{"number": number} for number in range(20)],
                prompt="Read it",
                journal=tmp_path / "runs.sqlite",
            )
            for item in items:
                errors.append(item.error)
                results[item.id] += 1

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == [None] * 60
    assert set(results.values()) == {3}
    assert len(programs.submissions(server)) == len(results) == 20


def test_threads_open_the_same_new_journal(tmp_path: Path) -> None:
    start = threading.Barrier(6)

    def open_journal(path: Path) -> None:
        start.wait()
        journal = Journal(path)
        journal.open()
        journal.close()

    with ThreadPoolExecutor(6) as threads:
        for number in range(20):
            path = tmp_path / f"{number}.sqlite"
            for opened in [threads.submit(open_journal, path) for _ in range(6)]:
                opened.result()
            with Journal(path) as journal:
                assert journal.find(bytes(32)) is None


def test_a_row_belongs_to_a_run_until_it_ends(tmp_path: Path) -> None:
    key = bytes(32)
    one, other = Journal(tmp_path / "runs.sqlite"), Journal(tmp_path / "runs.sqlite")
    one.open()
    other.open()
    assert one.claim(key, "item").is_ours
    assert not other.claim(key, "item").is_ours
    assert not one.claim(key, "item").is_ours  # another task of the same run
    one.sending(key, time.time())
    one.close()
    taken = other.claim(key, "item")
    assert (taken.is_ours, taken.state) == (True, "submitting")
    other.release(key, "timed out")
    assert other.claim(key, "item").is_ours
    other.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["runs.sqlite"]
