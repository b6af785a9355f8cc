"""The SQLite file of a journal: opening, checking, transactions, and errors."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from vlmrun._files.paths import check_path, format_path
from vlmrun.errors import JournalError

# "VLMR" in the header of the file: https://www.sqlite.org/pragma.html#pragma_application_id
_APPLICATION_ID = 0x564C4D52
_VERSION = 2

# Seconds to wait for another process to end its transaction, each of which takes milliseconds.
_BUSY_TIMEOUT = 60.0

# Seconds to look for damage at most: a million results on a slow disk would take a minute.
_CHECK_LIMIT = 5.0

# Bytes that must fit on the disk before anything is submitted.
_RESERVE = 256 * 1024

_SCHEMA = (
    """CREATE TABLE jobs (
        key BLOB PRIMARY KEY, request_id TEXT NOT NULL, state TEXT NOT NULL, owner TEXT,
        job_id TEXT, label TEXT, created_at REAL NOT NULL, sent_at REAL, changed_at REAL NOT NULL,
        result TEXT, error TEXT, checksum INTEGER)""",
    "CREATE TABLE facts (name TEXT PRIMARY KEY, value)",
    f"PRAGMA application_id = {_APPLICATION_ID}",
    f"PRAGMA user_version = {_VERSION}",
)
_FROM_VERSION_1 = (
    "ALTER TABLE jobs ADD COLUMN checksum INTEGER",
    f"PRAGMA user_version = {_VERSION}",
)


class Database:
    """An open journal file, whose transactions may come from any thread.

    Attributes:
        path: The file, resolved, so that all names of a file have the same owners beside it.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(os.path.realpath(check_path("journal", path)))
        self._lock = threading.Lock()
        self._open_connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None

    @property
    def _connection(self) -> sqlite3.Connection:
        if self._open_connection is None:
            raise self.error("is closed", "Call execute_many or generate_many again")
        return self._open_connection

    def open(self) -> None:
        """Open the file, after creating or checking it.

        Raises:
            JournalError: It cannot be read or written, is damaged, or is not a journal.
        """
        if self.path.is_dir():
            raise self.error("is a directory", "Pass the path of a file")
        with self._translated():
            _create_private(self.path)
            self._open_connection = connect(self.path, _BUSY_TIMEOUT)
            self._prepare()
            self._file = _identity(self.path)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Begin a transaction that may write, and commit it at the end of the block.

        Raises:
            JournalError: The file cannot be read or written, or is no longer the one that was
                opened; nothing of the block was stored.
        """
        self.check_file()
        with (
            self._lock,
            self._translated(),
            _transaction(self._connection, "BEGIN IMMEDIATE"),
        ):
            yield self._connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Yield the connection for one query, which waits for no transaction of others.

        Raises:
            JournalError: The file cannot be read.
        """
        with self._lock, self._translated():
            yield self._connection

    def check_file(self) -> None:
        """Check that the path still has the file that was opened.

        SQLite goes on with a file that was removed, which the next run would not find.
        """
        if self._file is not None and _identity(self.path) != self._file:
            raise self.lost("was removed, replaced or emptied")

    def lost(self, problem: str) -> JournalError:
        """Return the error for a file that has lost what this run has recorded."""
        return self.error(
            f"{problem} while a run used it, so it does not have the jobs that the run submitted",
            "Another run with this path would submit them again",
        )

    def empty_log(self) -> None:
        """Write to the file itself what only the write-ahead log beside it has.

        After a crash, people copy a journal without its log, and what it lacks would be submitted
        again.
        """
        # The log is enough where the disk is full, or another process reads the file.
        with self.reading() as connection, suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()

    def close(self) -> None:
        """Close the file, if it is open."""
        with self._lock:
            connection, self._open_connection = self._open_connection, None
            if connection is not None:
                with suppress(sqlite3.Error):
                    connection.close()

    def error(self, problem: str, suggestion: str) -> JournalError:
        """Return the error for this journal."""
        return JournalError(f"The journal {format_path(self.path)} {problem}", None, suggestion)

    def damaged(self, problem: str) -> JournalError:
        """Return the error for damage to this journal."""
        return self.error(
            f"is damaged, or not a journal: {problem}",
            "Restore it from a backup, or pass the path of a new file, with which all items are "
            "submitted again",
        )

    def _prepare(self) -> None:
        """Check the file, create the tables of a new one, and check that it can be written."""
        connection = self._connection
        # Without a transaction, another run could create the tables between two of the queries.
        with _transaction(connection, "BEGIN"):
            version = self._check_kind()
        self._use_write_ahead_log()
        # A row must be on the disk before its request leaves, even if the power fails.
        connection.execute("PRAGMA synchronous = FULL")
        if version:
            self._check_pages()
        with self.transaction():
            version = self._check_kind()  # another process may have been faster
            for statement in {0: _SCHEMA, 1: _FROM_VERSION_1}.get(version, ()):
                connection.execute(statement)
            connection.execute(
                "INSERT OR REPLACE INTO facts VALUES ('reserve', zeroblob(?))", (_RESERVE,)
            )
        with self.transaction():
            connection.execute("DELETE FROM facts WHERE name = 'reserve'")

    def _use_write_ahead_log(self) -> None:
        """Let readers and a writer not wait for each other, where that is possible.

        Otherwise, as on some network file systems, SQLite's default is as safe, and slower.
        """
        try:
            self._connection.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError as error:
            # Another run has just done it, or uses the file: for this, SQLite does not wait.
            if "locked" not in str(error):
                raise

    def _check_kind(self) -> int:
        """Return the version of the journal, 0 for an empty file."""
        connection = self._connection
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if application != _APPLICATION_ID and (application or version or tables):
            raise self.error(
                "is a database of another program", "Pass another path: nothing was changed"
            )
        if version > _VERSION:
            raise self.error(
                f"has version {version}, and this package reads version {_VERSION}",
                "Upgrade vlmrun, or pass the path of a new file",
            )
        return int(version)

    def _check_pages(self) -> None:
        """Look for damage for some seconds; what is left is found where its items are read."""
        connection = self._connection
        limit = threading.Timer(_CHECK_LIMIT, connection.interrupt)
        limit.daemon = True
        with suppress(RuntimeError):  # at exit of the interpreter, no thread can be started
            limit.start()
        try:
            (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        except sqlite3.OperationalError as error:
            if "interrupted" not in str(error):
                raise
            return
        finally:
            limit.cancel()
            with suppress(RuntimeError):  # it was not started
                limit.join()  # so that it interrupts nothing else
        if found != "ok":
            raise self.damaged(str(found))

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Raise errors of SQLite and of the file system as `JournalError`."""
        try:
            yield
        except sqlite3.OperationalError as error:
            raise self.error(
                f"cannot be used: {error}",
                "Check that its directory exists, that it can be written, and that the disk has "
                "space",
            ) from error
        except (sqlite3.DatabaseError, UnicodeError) as error:  # the latter: in a message of SQLite
            raise self.damaged(str(error)) from error
        except OSError as error:
            raise self.error(
                f"cannot be opened: {error.strerror or error}", "Check the path"
            ) from error


def connect(path: Path, timeout: float) -> sqlite3.Connection:
    """Open a SQLite file without the transactions that Python would begin by itself."""
    return sqlite3.connect(path, timeout=timeout, isolation_level=None, check_same_thread=False)


@contextmanager
def _transaction(connection: sqlite3.Connection, begin: str) -> Iterator[None]:
    connection.execute(begin)
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # SQLite may have rolled back by itself, after which this is an error.
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def _identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from another one at the same path; None without content."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if found.st_size else None


def _create_private(path: Path) -> None:
    """Create a file that only its owner can read, unless it exists.

    Results may be patient records. SQLite's other files get the same permissions.
    """
    with suppress(FileExistsError):
        # O_EXCL: to open and close an existing database would drop SQLite's locks of this process
        # (https://www.sqlite.org/howtocorrupt.html, section 2.2).
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
