"""A journal: claiming items, and recording what becomes of them; `entry` has their states."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4
from zlib import crc32

from vlmrun._journal.database import Database
from vlmrun._journal.entry import FINAL, STATES, Entry
from vlmrun._journal.owners import Owner
from vlmrun._messages import short_repr
from vlmrun._validation import check_id
from vlmrun.errors import InputError


class Journal:
    """A journal. All methods block, and may be called from any thread.

    Args:
        path: The file. It is opened by `open`, or as a context manager.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._database = Database(path)
        self._owner = Owner(self._database.path)
        self._started_at = time.time()
        self._process = os.getpid()
        # An item that this run has submitted, whose row nobody removes.
        self._submitted: bytes | None = None

    def __enter__(self) -> Journal:
        self.open()
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def open(self) -> None:
        """Open the file, after creating or checking it.

        Raises:
            JournalError: It cannot be read or written, is damaged, or is not a journal.
        """
        self._started_at = time.time()
        self._process = os.getpid()
        try:
            self._database.open()
            with self._database.transaction():
                self._owner.open()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file, if it is open; rows in progress are free for other runs.

        In the child of a fork, it stays open: its rows and locks are those of the parent.
        """
        if self._process != os.getpid():
            return
        self._owner.close()
        self._database.close()

    def find(self, key: bytes) -> Entry | None:
        """Return the row of an item without claiming it."""
        with self._database.reading() as connection:
            row = self._select(connection, key)
        return None if row is None else self._entry(key, row, is_ours=False)

    def claim(self, key: bytes, label: str, retry_failed: bool = False) -> Entry:
        """Claim an item, unless it has ended, or another run works on it.

        Args:
            key: What identifies the item.
            label: A description for people who read the journal.
            retry_failed: Whether to claim a job again that failed in an earlier run.
        """
        known = self.find(key)
        if known is not None and known.state == "done":
            return known
        with self._database.transaction() as connection:
            row = self._select(connection, key)
            own = self._owner.name
            is_failed = row is not None and row[1] == "failed"
            # What failed since this run began was submitted again already, maybe by another one.
            if row is not None and is_failed and retry_failed and row[5] < self._started_at:
                connection.execute("DELETE FROM jobs WHERE key = ?", (key,))
                row = None
            if row is None:
                self._check_rows(connection)
                entry, now = Entry(key, str(uuid4())), time.time()
                connection.execute(
                    "INSERT INTO jobs (key, request_id, state, owner, label, created_at, "
                    "changed_at) VALUES (?, ?, 'claimed', ?, ?, ?, ?)",
                    (key, entry.request_id, own, label, now, now),
                )
                return entry
            state, owner = row[1], row[2]
            if state in FINAL or (owner is not None and self._owner.is_alive(owner)):
                return self._entry(key, row, is_ours=False)
            connection.execute("UPDATE jobs SET owner = ? WHERE key = ?", (own, key))
            return self._entry(key, row, is_ours=True)

    def sending(self, key: bytes, sent_at: float | None) -> None:
        """Record that the request of an item is sent; None if the time is not known."""
        self._update(key, "state = 'submitting', sent_at = ?", sent_at)
        self._database.empty_log()

    def submitted(self, key: bytes, job_id: str) -> None:
        """Record that the service has accepted an item."""
        self._update(key, "state = 'submitted', job_id = ?", job_id)
        self._submitted = key

    def finish(self, key: bytes, state: str, result: Any, error: str | None = None) -> None:
        """Record the end of a job: "done" or "failed", and its JSON."""
        text = json.dumps(result)
        values = (state, text, crc32(text.encode()), error)
        self._update(key, "state = ?, result = ?, checksum = ?, error = ?", *values)

    def release(self, key: bytes, error: str) -> None:
        """Leave an item in progress to whoever asks for it next."""
        self._update(key, "owner = NULL, error = ?", error)

    def forget(self, key: bytes) -> None:
        """Remove an item that was certainly not submitted."""
        with self._database.transaction() as connection:
            connection.execute(
                "DELETE FROM jobs WHERE key = ? AND owner = ?", (key, self._owner.name)
            )

    def keeps_ids(self, base_url: str) -> bool:
        """Return whether the service is known to give jobs the ids that were sent."""
        with self._database.reading() as connection:
            query = "SELECT 1 FROM facts WHERE name = ?"
            return connection.execute(query, (_fact(base_url),)).fetchone() is not None

    def set_keeps_ids(self, base_url: str) -> None:
        """Record that the service gives jobs the ids that were sent."""
        with self._database.transaction() as connection:
            connection.execute("INSERT OR IGNORE INTO facts VALUES (?, 1)", (_fact(base_url),))

    def check(self) -> None:
        """Check that the journal still has what this run has recorded.

        Raises:
            JournalError: The file was removed, replaced or emptied.
        """
        self._database.check_file()
        with self._database.reading() as connection:
            self._check_rows(connection)

    def _check_rows(self, connection: sqlite3.Connection) -> None:
        # One row is enough to notice that all are gone.
        query = "SELECT 1 FROM jobs WHERE key = ?"
        if self._submitted and connection.execute(query, (self._submitted,)).fetchone() is None:
            raise self._database.lost("was emptied or replaced")

    def _select(self, connection: sqlite3.Connection, key: bytes) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = connection.execute(_SELECT, (key,)).fetchone()
        damaged = None if row is None else _damaged_value(row)
        if damaged is not None:
            raise self._database.damaged(damaged)
        return row

    def _entry(self, key: bytes, row: tuple[Any, ...], is_ours: bool) -> Entry:
        request_id, state, _, job_id, sent_at, changed_at, text, checksum = row
        try:
            result = None if text is None else json.loads(text)
        except ValueError as error:
            raise self._database.damaged(f"the result of {request_id} is not JSON") from error
        # Version 1 had no checksums.
        if checksum not in (None, crc32((text or "").encode())):
            raise self._database.damaged(f"the result of {request_id} has changed")
        is_old = state in FINAL and changed_at < self._started_at
        return Entry(key, request_id, state, is_ours, job_id, sent_at, result, is_old)

    def _update(self, key: bytes, assignments: str, *values: object) -> None:
        """Change a row of this run; it must not have been taken over by another one."""
        with self._database.transaction() as connection:
            changed = connection.execute(
                f"UPDATE jobs SET {assignments}, changed_at = ? WHERE key = ? AND owner = ?",  # noqa: S608
                (*values, time.time(), key, self._owner.name),
            ).rowcount
        if not changed:
            raise self._database.error(
                "was changed by another run, which took over an item of this one",
                "Do not remove the files beside a journal while it is in use",
            )


def _is_id(value: object) -> bool:
    try:
        return check_id("request_id", value) == value
    except InputError:
        return False


# The columns that an item needs, and the values that they may have.
_COLUMNS: dict[str, Callable[[Any], bool]] = {
    "request_id": _is_id,
    "state": lambda value: value in STATES,
    "owner": lambda value: value is None or Owner.is_name(value),
    "job_id": lambda value: isinstance(value, str | None),
    "sent_at": lambda value: isinstance(value, float | None),
    "changed_at": lambda value: isinstance(value, float),
    "result": lambda value: isinstance(value, str | None),
    "checksum": lambda value: isinstance(value, int | None),
}
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM jobs WHERE key = ?"  # noqa: S608


def _damaged_value(row: tuple[Any, ...]) -> str | None:
    """Return what is wrong with a row: SQLite finds damage to its own structures only."""
    for (name, is_valid), value in zip(_COLUMNS.items(), row, strict=True):
        if not is_valid(value):
            return f"the {name} of {row[0]} is {short_repr(value)}"
    return None


def _fact(base_url: str) -> str:
    return f"ids of {base_url}"
