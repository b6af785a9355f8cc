"""Files to upload, which can be read more than once so that a failed request can be retried."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import md5, sha256
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import attrs

from vlmrun._files.media_types import media_type_of_name
from vlmrun._files.open_files import check_binary, lock_of, not_binary, version_of
from vlmrun._files.paths import check_file, file_errors, format_path, open_file_errors
from vlmrun._files.progress import Progress
from vlmrun._special_files import open_regular
from vlmrun._validation import check_str
from vlmrun.errors import InputError

_BLOCK = 1024 * 1024


class OriginalFile(NamedTuple):
    """A file of which some pages are sent.

    Attributes:
        name: Its name.
        path: Its path; None if it is not on a disk.
        version: What changes with its content, as `Source.version`.
        pages: The pages that are sent, from 0.
    """

    name: str
    path: os.PathLike[str] | None
    version: tuple[int, ...] | None
    pages: tuple[int, ...]


@attrs.frozen
class Source:
    """A file to upload: a path, which each attempt opens, or the caller's open file.

    Every attempt reads an open file from the position it had when it was passed, and leaves it
    open at that position.

    Attributes:
        argument: The name of the argument, for error messages.
        origin: The path, or the open file.
        name: The name that the service stores.
        start: The position in an open file from which it is sent.
        size: The number of bytes to send.
        version: What changes with a file's content: its number on the disk, size and time; None
            for what is not a file on a disk.
        is_renamed: Whether the caller chose the name.
        original: The file that this one is a part of; None if it is whole.
    """

    argument: str
    origin: Path | BinaryIO
    name: str
    start: int
    size: int
    version: tuple[int, ...] | None = None
    is_renamed: bool = False
    original: OriginalFile | None = None

    @property
    def media_type(self) -> str:
        """The media type that the name stands for."""
        return media_type_of_name(self.name)

    @property
    def label(self) -> str:
        """The file as error messages show it."""
        return format_path(self.origin if isinstance(self.origin, Path) else self.name)

    @contextmanager
    def reader(self, scan: Scan | None = None) -> Iterator[Reader]:
        """Yield a reader of the content; a file opened for it is closed at the end.

        Args:
            scan: What `scan` has returned, if it was called: then other content is an error.
        """
        if not isinstance(self.origin, Path):
            yield Reader(self, self.origin, scan)
            return
        with file_errors(self.argument, self.origin):
            file = open_regular(self.origin)
        with file:
            reader = Reader(self, file, scan)
            reader.check_version()
            yield reader

    def scan(self, keep: bool = False, check: Callable[[], None] = lambda: None) -> Scan:
        """Read the content, to know its digest before it is sent.

        Args:
            keep: Whether to hold the content in memory, so that it need not be read again.
            check: Called before each block; what it raises ends the reading.
        """
        digest = md5(usedforsecurity=False)
        blocks = []
        for block in self._blocks(check):
            digest.update(block)
            if keep:
                blocks.append(block)
        return Scan(digest.hexdigest(), b"".join(blocks) if keep else None)

    def digests(self, check: Callable[[], None] = lambda: None) -> tuple[str, str]:
        """Return the MD5 and the SHA-256 of the content in hex, reading it once."""
        first, second = md5(usedforsecurity=False), sha256()
        for block in self._blocks(check):
            first.update(block)
            second.update(block)
        return first.hexdigest(), second.hexdigest()

    def _blocks(self, check: Callable[[], None]) -> Iterator[bytes]:
        with self.reader() as reader:
            check()
            while block := reader.read(_BLOCK):
                yield block
                check()


class Scan(NamedTuple):
    """The digest of a source, and its content if that is small.

    Attributes:
        digest: The MD5 of the content in hex, by which the service recognizes a file.
        content: The content itself, if it is small; else it is read again when it is sent.
    """

    digest: str
    content: bytes | None = None

    def __repr__(self) -> str:
        # Tools that show local variables must not show documents.
        return f"<scan {self.digest}>"


class Reader:
    """A view of a source's content, which can be read any number of times.

    The size is fixed because the request's Content-Length is sent first. A content that is not the
    one that the source had is an error, which is raised before the last block is returned: a
    request without its end is not carried out.

    Attributes:
        progress: What is called after each read.
    """

    def __init__(self, source: Source, file: BinaryIO, scan: Scan | None = None) -> None:
        self.progress = Progress(None)
        self._source = source
        self._file = file
        self._expected = None if scan is None else scan.digest
        self._content = None if scan is None else scan.content
        self._position = 0
        self._hashed = 0
        self._digest = md5(usedforsecurity=False)

    def read(self, size: int = -1) -> bytes:
        """Read at most `size` bytes, or all that remain if it is negative.

        Raises:
            InputError: The file cannot be read, or has changed meanwhile.
        """
        source = self._source
        remaining = source.size - self._position
        size = remaining if size < 0 else min(size, remaining)
        if size <= 0:
            return b""
        if self._content is not None:
            data = self._content[self._position : self._position + size]
        else:
            data = self._read_at(source.start + self._position, size)
        if not data:
            raise self._changed("became shorter")
        self._update_digest(data)
        self._position += len(data)
        if self._position == source.size:
            self.check_version()
            self._check_content()
        self.progress.report(self._position, source.size)
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Change the position, counted from the start of the content."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._source.size}[whence]
        self._position = base + offset
        return self._position

    def tell(self) -> int:
        """Return the position, counted from the start of the content."""
        return self._position

    def check_version(self) -> None:
        """Raise `InputError` if the file on the disk is not the one that was checked."""
        version = self._source.version
        if version is not None and version_of(self._file) != version:
            raise self._changed("changed")

    def _check_content(self) -> None:
        source = self._source
        if self._read_at(source.start + source.size, 1):
            raise self._changed("became longer")
        if (
            self._expected is not None
            and self._content is None
            and self._hashed == source.size
            and self._digest.hexdigest() != self._expected
        ):
            raise self._changed("changed")

    def _update_digest(self, data: bytes) -> None:
        # Only reading from start to end gives a digest, and that is how requests read.
        known = self._expected is None or self._content is not None
        if known or self._position not in (0, self._hashed):
            return
        if self._position == 0:
            self._hashed, self._digest = 0, md5(usedforsecurity=False)
        self._digest.update(data)
        self._hashed += len(data)

    def _read_at(self, position: int, size: int) -> bytes:
        source = self._source
        if isinstance(source.origin, Path):
            with file_errors(source.argument, source.label):
                self._file.seek(position)
                return self._file.read(size)
        with lock_of(self._file), open_file_errors(source.argument, self._file, source.label):
            try:
                self._file.seek(position)
                data = self._file.read(size)
                # Another upload of the same open file starts at its position.
                self._file.seek(source.start)
            except ValueError:
                if not getattr(self._file, "closed", False):
                    raise
                raise self._changed("was closed") from None
            return data

    def _changed(self, what: str) -> InputError:
        return InputError(
            f"{self._source.argument}: {self._source.label} {what} while it was sent",
            suggestion="Pass it again when nothing changes it any longer, or pass a copy",
        )


def source_of(
    file: Any, filename: str | None, argument: str = "file", default_name: str | None = None
) -> Source:
    """Return the file to upload, after checking that it can be read.

    Args:
        file: The path of a file, or a file open for reading bytes.
        filename: The name under which the service stores it; by default the file's own.
        argument: The name of the argument, for error messages.
        default_name: The name of an open file that has none.

    Raises:
        MissingFileError: There is no file at the path.
        FileAccessError: It cannot be read.
        InputError: The file is empty, or is open and cannot seek, is at its end, or has no name.
        InputTypeError: `file` is something else.
    """
    if filename is not None:
        check_str("filename", filename)
    if isinstance(file, (str, os.PathLike)):
        return _source_of_path(check_file(argument, file), filename, argument)
    check_binary(argument, file)
    name = filename or _own_name(file) or default_name
    with open_file_errors(argument, file, name or "the open file"):
        try:
            with lock_of(file):
                start, size, is_binary, has_content = _measured(file)
        except (AttributeError, OSError, ValueError):
            raise InputError(
                f"{argument}{f': {format_path(name)}' if name else ''} is closed or cannot be read "
                "twice, so a failed upload could not be retried",
                suggestion="Pass a path, or an open file that can seek",
            ) from None
    if not is_binary:
        raise not_binary(argument, file)
    if size <= 0 < start:
        raise InputError(
            f"{argument} is at its end, so nothing would be sent",
            suggestion="Call file.seek(0) first",
        )
    if size <= 0:
        raise _empty(argument, name, has_content)
    if not name:
        raise InputError(f"{argument} has no name", suggestion="Pass filename=...")
    version = version_of(file) if isinstance(file, _FILES_ON_DISK) else None
    return Source(argument, file, name, start, size, version, filename is not None)


def _measured(file: Any) -> tuple[int, int, bool, bool]:
    """Return the position of an open file, the size of the rest, and what that may hold."""
    start = file.tell()
    is_binary = isinstance(file.read(0), bytes)
    file.seek(0, os.SEEK_END)
    size = file.tell() - start
    file.seek(start)
    has_content = size <= 0 and bool(file.read(1))
    file.seek(start)
    return start, size, is_binary, has_content


def packed_source(argument: str, path: Path, name: str) -> Source:
    """Return a file that is packed with others, and may therefore be empty."""
    with open_regular(path) as file:
        version = version_of(file)
        size = os.fstat(file.fileno()).st_size
    return Source(argument, path, name, 0, size, version)


# Not everything with a `fileno`: that of a temporary file in memory would write it to the disk.
_FILES_ON_DISK = (io.FileIO, io.BufferedReader, io.BufferedRandom)


def _source_of_path(path: Path, filename: str | None, argument: str) -> Source:
    with file_errors(argument, path), open_regular(path) as file:
        size = os.fstat(file.fileno()).st_size
        has_content = bool(file.read(1))
        version = version_of(file)
    if not size:
        raise _empty(argument, path, has_content)
    name = filename or _encodable(path.name)
    return Source(argument, path, name, 0, size, version, filename is not None)


def _empty(argument: str, name: object, has_content: bool) -> InputError:
    label = f"{argument}: {format_path(name)}" if name else argument
    if has_content:  # such as in /proc, and devices
        return InputError(
            f"{label} has content, but a size of 0, so it cannot be sent",
            suggestion="Read it first, and pass io.BytesIO(content) with filename=...",
        )
    return InputError(f"{label} is empty", suggestion="Check the file: there is nothing to send")


def _own_name(file: Any) -> str:
    name = getattr(file, "name", None)
    return _encodable(os.path.basename(name)) if isinstance(name, str) else ""


def _encodable(name: str) -> str:
    # A name on disk may have bytes that are not UTF-8, which a request cannot carry.
    return name.encode(errors="replace").decode()
