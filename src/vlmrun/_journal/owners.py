"""The processes that work on the rows of a journal, and whether they are still alive.

Each run that has a journal open is an owner. It holds a lock on a file of its own beside the
journal, which the operating system releases when the process ends, however it ends. SQLite takes
the lock: it does so on all systems, for threads of one process too, and children of a fork do not
inherit it, unlike that of `flock`.
"""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from vlmrun._journal.database import connect


class Owner:
    """This run as an owner of rows.

    Attributes:
        name: The name in the rows.
    """

    def __init__(self, journal: Path) -> None:
        self.name = uuid4().hex
        self._journal = journal
        self._dead: set[str] = set()
        self._path = _lock_file(journal, self.name)
        self._connection: sqlite3.Connection | None = None

    @staticmethod
    def is_name(value: object) -> bool:
        """Return whether a value can be the name of an owner."""
        return isinstance(value, str) and re.fullmatch("[0-9a-f]{32}", value) is not None

    def open(self) -> None:
        """Take a lock, and remove the files of owners that are dead.

        The caller must be in a transaction of the journal: another run would remove a file that is
        not locked yet.
        """
        os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        self._connection = connect(self._path, 0)
        _lock(self._connection)
        prefix = _lock_file(self._journal, "").name
        for file in os.listdir(self._journal.parent):
            name = file.removeprefix(prefix)
            # No other file: it would be taken for that of a dead owner, and removed.
            if name != file and self.is_name(name):
                self.is_alive(name)

    def is_alive(self, name: str) -> bool:
        """Return whether the owner of this name still runs."""
        if name == self.name:
            return True
        if name in self._dead:
            return False
        path = _lock_file(self._journal, name)
        if path.exists() and _is_locked(path):
            return True
        self._dead.add(name)
        _remove(path)
        return False

    def close(self) -> None:
        """Release the lock, and with it all rows."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
            _remove(self._path)


def _lock_file(journal: Path, name: str) -> Path:
    return journal.with_name(f"{journal.name}-owner-{name}")


def _is_locked(path: Path) -> bool:
    try:
        connection = connect(path, 0)
    except sqlite3.OperationalError:  # removed meanwhile, by another run that found it dead
        return False
    try:
        _lock(connection)
    except sqlite3.OperationalError:
        # "database is locked". After any other error, too, it must not be taken for dead, or its
        # items would be submitted twice.
        return True
    finally:
        connection.close()
    return False


def _lock(connection: sqlite3.Connection) -> None:
    # Nothing is written, so there is nothing to restore, and no file is needed for it.
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("BEGIN EXCLUSIVE")


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()
