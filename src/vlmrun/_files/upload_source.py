"""Files to upload, which can be read more than once so that a failed request can be retried."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import md5
from pathlib import Path
from typing import Any, BinaryIO

import attrs

from vlmrun._files.media_types import media_type_of_name
from vlmrun._messages import type_and_repr
from vlmrun._validation import check_file, check_str
from vlmrun.errors import InputError, InputTypeError

_BLOCK = 1024 * 1024


@attrs.frozen
class Source:
    """A file to upload: a path, which each attempt opens, or the caller's open file.

    Every attempt reads an open file from the position it had when it was passed, and leaves it
    open.
    """

    origin: Path | BinaryIO
    name: str
    start: int
    size: int

    @property
    def media_type(self) -> str:
        """The media type that the name stands for."""
        return media_type_of_name(self.name)

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """Yield a reader of the content; a file opened for it is closed at the end."""
        if isinstance(self.origin, Path):
            with self.origin.open("rb") as file:
                yield Reader(file, 0, self.size)
        else:
            yield Reader(self.origin, self.start, self.size)

    def digest(self) -> str:
        """Return the MD5 of the content in hex, by which the service recognizes a file."""
        digest = md5(usedforsecurity=False)
        with self.reader() as reader:
            while block := reader.read(_BLOCK):
                digest.update(block)
        return digest.hexdigest()


class Reader:
    """A view of a file from a start to a fixed size, which can be read any number of times.

    The size is fixed because the request's Content-Length is sent first: a file that is appended
    to meanwhile must not make the body longer.
    """

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        self._file = file
        self._start = start
        self._size = size
        self.seek(0)

    def read(self, size: int = -1) -> bytes:
        """Read at most `size` bytes, or all that remain if it is negative.

        Raises:
            InputError: The file has become shorter meanwhile.
        """
        remaining = self._size - self.tell()
        size = remaining if size < 0 else min(size, remaining)
        data = self._file.read(size)
        if size and not data:
            raise InputError("file became shorter while it was sent")
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Change the position, counted from the start of the content."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self.tell(), os.SEEK_END: self._size}[whence]
        self._file.seek(self._start + base + offset)
        return self.tell()

    def tell(self) -> int:
        """Return the position, counted from the start of the content."""
        return self._file.tell() - self._start


def source_of(file: Any, filename: str | None) -> Source:
    """Return the file to upload, after checking that it can be read.

    Args:
        file: The path of a file, or a file open for reading bytes.
        filename: The name under which the service stores it; by default the file's own.

    Raises:
        MissingFileError: There is no file at the path.
        InputError: An open file cannot seek, is at its end, or has no name.
        InputTypeError: `file` is something else.
    """
    if filename is not None:
        check_str("filename", filename)
    if isinstance(file, (str, os.PathLike)):
        path = check_file("file", file)
        return Source(path, filename or _encodable(path.name), 0, path.stat().st_size)
    if isinstance(file, io.TextIOBase) or not hasattr(file, "read"):
        raise _not_binary(file)
    name = filename or _own_name(file)
    if not name:
        raise InputError("file has no name", suggestion="Pass filename=...")
    try:
        start = file.tell()
        is_binary = isinstance(file.read(0), bytes)
        file.seek(0, os.SEEK_END)
        size = file.tell() - start
        file.seek(start)
    except (AttributeError, OSError, ValueError):
        raise InputError(
            "file is closed or cannot be read twice, so a failed upload could not be retried",
            suggestion="Pass a path, or an open file that can seek",
        ) from None
    if not is_binary:
        raise _not_binary(file)
    if size <= 0 < start:
        raise InputError(
            "file is at its end, so nothing would be sent", suggestion="Call file.seek(0) first"
        )
    return Source(file, name, start, size)


def _not_binary(file: Any) -> InputTypeError:
    return InputTypeError(
        f"file must be a path or a file open in binary mode, got {type_and_repr(file)}",
        suggestion="open(path, 'rb'), or io.BytesIO(data) with filename=...",
    )


def _own_name(file: Any) -> str:
    name = getattr(file, "name", None)
    return _encodable(os.path.basename(name)) if isinstance(name, str) else ""


def _encodable(name: str) -> str:
    # A name on disk may have bytes that are not UTF-8, which a request cannot carry.
    return name.encode(errors="replace").decode()
