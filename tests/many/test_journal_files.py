"""Files that cannot be journals are reported before anything is sent; so is a full disk."""

from __future__ import annotations

import os
import pickle
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from vlmrun._journal import database
from vlmrun._journal.database import connect
from vlmrun._journal.journal import Journal
from vlmrun.errors import JournalError
from vlmrun.testing import Server

pytestmark = pytest.mark.slow


def write_garbage(path: Path) -> None:
    path.write_bytes(b"not a database, but long enough to be read as one" * 100)


def write_other_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE customers (name TEXT)")


def write_newer_version(path: Path) -> None:
    with Journal(path):
        pass
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA user_version = 99")


def write_damaged_journal(path: Path) -> None:
    with Journal(path) as journal:
        for number in range(2000):
            journal.claim(number.to_bytes(32, "big"), "item")
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 16384] = os.urandom(16384)
    path.write_bytes(content)


def write_truncated_journal(path: Path) -> None:
    write_damaged_journal(path)
    path.write_bytes(path.read_bytes()[:20000])


def make_directory(path: Path) -> None:
    path.mkdir()


def do_nothing(path: Path) -> None:
    path.parent.rmdir()


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (write_garbage, "is damaged, or not a journal"),
        (write_other_database, "is a database of another program"),
        (write_newer_version, "has version 99, and this package reads version 2"),
        (write_damaged_journal, "is damaged, or not a journal"),
        (write_truncated_journal, "is damaged, or not a journal"),
        (make_directory, "is a directory"),
        (do_nothing, "cannot be opened"),
    ],
)
def test_p83_a_file_that_cannot_be_a_journal_is_reported_before_anything_is_sent(
    client: Any,
    server: Server,
    tmp_path: Path,
    write: Callable[[Path], None],
    message: str,
) -> None:
    path = tmp_path / "folder/runs.sqlite"
    path.parent.mkdir()
    write(path)
    before = path.read_bytes() if path.is_file() else None

    with pytest.raises(JournalError, match=message) as caught:
        list(client.agent.execute_many([{}], prompt="Read it", journal=path))

    assert str(path) in str(caught.value)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    assert server.requests == []
    assert before is None or path.read_bytes() == before


def test_a_check_that_takes_too_long_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, checked = tmp_path / "runs.sqlite", []
    with Journal(path) as journal:
        journal.claim(bytes(32), "item")

    def connect_watched(*arguments: Any) -> sqlite3.Connection:
        connection = connect(*arguments)

        def interrupt(statement: str) -> None:
            """Do what the timer does after some seconds."""
            if "integrity_check" in statement:
                checked.append(statement)
                connection.interrupt()

        connection.set_trace_callback(interrupt)
        return connection

    monkeypatch.setattr(database, "connect", connect_watched)
    with Journal(path) as journal:
        assert journal.find(bytes(32)) is not None
    assert checked


@pytest.mark.parametrize(
    ("column", "value", "problem"),
    [
        ("result", '{"id": "a', "the result of .* is not JSON"),
        ("result", '{"id": "a"}', "the result of .* has changed"),
        ("result", b"{}", "the result of"),
        ("state", "donf", "the state of"),
        ("request_id", "a/..", "the request_id of"),
        ("job_id", b"x", "the job_id of"),
        ("sent_at", "soon", "the sent_at of"),
        ("changed_at", "", "the changed_at of"),
        ("owner", "../x", "the owner of"),
    ],
)
def test_p83_a_value_that_is_damaged_ends_the_batch(
    client: Any, server: Server, tmp_path: Path, column: str, value: Any, problem: str
) -> None:
    path = tmp_path / "runs.sqlite"
    list(client.agent.execute_many([{}], prompt="Read it", journal=path))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"UPDATE jobs SET {column} = ?", (value,))
    server.clear()
    with pytest.raises(JournalError, match=f"is damaged, or not a journal: {problem}"):
        list(client.agent.execute_many([{}], prompt="Read it", journal=path))
    assert server.requests == []


def test_p83_a_key_that_is_damaged_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "runs.sqlite"
    with Journal(path) as journal:
        journal.claim(b"k" * 32, "item")
    content = path.read_bytes()
    assert content.count(b"k" * 32) == 2  # in the table, and in its index
    for at in (content.index(b"k" * 32), content.rindex(b"k" * 32)):
        path.write_bytes(content[:at] + b"l" + content[at + 1 :])
        with pytest.raises(JournalError, match="is damaged"):
            Journal(path).open()


def test_a_journal_of_the_first_version_is_used(
    client: Any, server: Server, tmp_path: Path
) -> None:
    path = tmp_path / "runs.sqlite"
    first = list(client.agent.execute_many([{}], prompt="Read it", journal=path))
    columns = "key, request_id, state, owner, job_id, label, created_at, sent_at, changed_at"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"CREATE TABLE old AS SELECT {columns}, result, error FROM jobs")
        connection.execute("DROP TABLE jobs")
        connection.execute("ALTER TABLE old RENAME TO jobs")
        connection.execute("PRAGMA user_version = 1")
    server.clear()
    (item, other) = client.agent.execute_many([{}, {"a": 1}], prompt="Read it", journal=path)
    assert (item.from_journal, item.result) == (True, first[0].result)
    assert not other.from_journal
    assert [each.operation for each in server.requests].count("execute_agent") == 1


def test_p83_a_copy_without_the_log_of_a_run_that_was_killed_is_complete(tmp_path: Path) -> None:
    copied = tmp_path / "copied.sqlite"
    with Journal(tmp_path / "runs.sqlite") as journal:
        entry = journal.claim(bytes(32), "item")
        journal.sending(bytes(32), 1.0)
        copied.write_bytes((tmp_path / "runs.sqlite").read_bytes())
    with Journal(copied) as journal:
        found = journal.claim(bytes(32), "item")
        assert (found.state, found.request_id) == ("submitting", entry.request_id)


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
def test_only_its_owner_can_read_a_journal(client: Any, tmp_path: Path) -> None:
    path = tmp_path / "runs.sqlite"
    modes: list[int] = []

    def look(_: Any) -> None:
        modes.extend(each.stat().st_mode & 0o777 for each in tmp_path.iterdir())

    list(client.agent.execute_many([{}], prompt="Read it", journal=path, on_progress=look))
    assert len(modes) >= 3  # the journal, its write-ahead log, and the lock of its owner
    assert set(modes) == {0o600}


@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_FSIZE")
@pytest.mark.parametrize(
    ("limit", "is_sent"), [(100_000, False), (2_000_000, True)], ids=["at the start", "later"]
)
def test_p83_a_full_disk_ends_the_batch_with_what_runs_named(
    server: Server, tmp_path: Path, limit: int, is_sent: bool
) -> None:
    path = tmp_path / "runs.sqlite"
    server.on_execute(lambda run: {"text": "x" * 20_000})
    command = [sys.executable, "-m", "tests.many.limited_program"]

    program = subprocess.run(
        [*command, server.url, str(path), str(limit)], capture_output=True, text=True, check=True
    )

    *_, last = program.stdout.splitlines()
    assert last.startswith("JournalError: "), last
    assert str(path) in last
    assert "the disk has space" in last
    submitted = {each.json["id"] for each in server.requests if each.operation == "execute_agent"}
    assert bool(submitted) is is_sent
    # What was submitted before is in the journal, so the next run repeats nothing.
    with Journal(path):
        pass
    with closing(sqlite3.connect(path)) as connection:
        known = {row[0] for row in connection.execute("SELECT request_id FROM jobs")}
    assert submitted <= known


def remove(path: Path) -> None:
    path.unlink()


def rename(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))


def replace(path: Path) -> None:
    path.unlink()
    path.touch()


def replace_with_another(path: Path) -> None:
    with Journal(path.with_name("another")) as journal:
        journal.claim(bytes(32), "item")
    path.with_name("another").replace(path)


def delete_rows(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM jobs")


def truncate(path: Path) -> None:
    os.truncate(path, 0)
    os.truncate(f"{path}-wal", 0)


LOSSES = [remove, rename, replace, replace_with_another, delete_rows, truncate]


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be removed")
@pytest.mark.parametrize("lose", LOSSES)
def test_p83_what_was_submitted_is_not_submitted_again_if_the_journal_is_lost(
    client: Any, server: Server, tmp_path: Path, lose: Callable[[Path], None]
) -> None:
    path = tmp_path / "runs.sqlite"
    batch = client.agent.execute_many(
        ({"n": n % 3} for n in range(9)), prompt="Read it", journal=path, max_concurrent=1
    )
    ids = [next(batch).id for _ in range(3)]
    lose(path)
    with pytest.raises(JournalError, match=r"runs\.sqlite was|damaged"):
        list(batch)
    submitted = [each.json["id"] for each in server.requests if each.operation == "execute_agent"]
    assert submitted == ids


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be removed")
@pytest.mark.parametrize("lose", LOSSES)
def test_p83_a_journal_that_is_lost_after_the_last_job_is_reported(
    client: Any, tmp_path: Path, lose: Callable[[Path], None]
) -> None:
    path = tmp_path / "runs.sqlite"
    batch = client.agent.execute_many([{"n": 1}, {"n": 2}], prompt="Read it", journal=path)
    assert [next(batch).error for _ in range(2)] == [None, None]
    lose(path)
    with pytest.raises(JournalError, match=r"runs\.sqlite was|damaged"):
        list(batch)


def test_an_empty_file_becomes_a_journal(client: Any, tmp_path: Path) -> None:
    path = tmp_path / "runs.sqlite"
    path.touch()
    (item,) = client.agent.execute_many([{}], prompt="Read it", journal=path)
    assert item.error is None


def test_p80_runs_may_create_the_same_journal_at_the_same_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, others, opened = tmp_path / "runs.sqlite", [], []

    def open_journal() -> None:
        with Journal(path):
            opened.append(path)

    def interrupt(statement: str) -> None:
        """Let another run create the journal, if nothing prevents it, between two queries."""
        if statement == "PRAGMA user_version" and not others:
            others.append(threading.Thread(target=open_journal))
            others[0].start()
            others[0].join(0.2)

    def connect_watched(*arguments: Any) -> sqlite3.Connection:
        connection = connect(*arguments)
        connection.set_trace_callback(interrupt)
        return connection

    monkeypatch.setattr(database, "connect", connect_watched)
    open_journal()
    others[0].join()
    assert opened == [path, path]
