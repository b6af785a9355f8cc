"""What is uploaded: a file that can be read more than once, from where it started."""

from __future__ import annotations

import io
import mimetypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import md5
from pathlib import Path
from typing import Any, BinaryIO

import attrs

from vlmrun._messages import type_and_repr
from vlmrun._validation import check_file, check_str
from vlmrun.errors import InputError, InputTypeError

DIRECT_LIMIT = 32 * 1024 * 1024
_BLOCK = 1024 * 1024


@attrs.frozen
class Source:
    """A file to upload: a path, opened anew for each attempt, or a caller's open file.

    A caller's file is read from where it stood when it was passed, in every attempt, and is left
    open.
    """

    origin: Path | BinaryIO
    name: str
    start: int
    size: int

    @property
    def media_type(self) -> str:
        """The media type that the name stands for."""
        kind, packed = mimetypes.guess_type(self.name)
        if packed:  # the kind is that of what is packed in it
            kind = "application/gzip" if packed == "gzip" else None
        return kind or "application/octet-stream"

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """The content, from its start; a path is closed again."""
        if isinstance(self.origin, Path):
            with self.origin.open("rb") as file:
                yield Reader(file, 0, self.size)
        else:
            yield Reader(self.origin, self.start, self.size)

    def digest(self) -> str:
        """The MD5 of the content as lower-case hex, by which the service finds a file again."""
        digest = md5(usedforsecurity=False)
        with self.reader() as reader:
            while block := reader.read(_BLOCK):
                digest.update(block)
        return digest.hexdigest()


class Reader:
    """A file as seen from its start and up to its size at that time, for any number of readings."""

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        self._file = file
        self._start = start
        self._size = size
        self.seek(0)

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes; all that is left for a negative one.

        Raises:
            InputError: The file has become shorter meanwhile.
        """
        left = self._size - self.tell()
        wanted = left if size < 0 else min(size, left)
        data = self._file.read(wanted)
        if wanted and not data:
            raise InputError("file became shorter while it was sent")
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move, counted from the start of the content."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self.tell(), os.SEEK_END: self._size}[whence]
        self._file.seek(self._start + base + offset)
        return self.tell()

    def tell(self) -> int:
        """How far from the start of the content."""
        return self._file.tell() - self._start


def source_of(file: Any, filename: str | None) -> Source:
    """What to upload, checked.

    Args:
        file: The path of a file, or a file open for reading bytes.
        filename: The name that the service shall keep; by default the file's own.

    Raises:
        MissingFileError: A path that is not there.
        InputError: An open file that cannot be read again, stands at its end, or has no name.
        InputTypeError: Anything else.
    """
    if filename is not None:
        check_str("filename", filename)
    if isinstance(file, (str, os.PathLike)):
        path = check_file("file", file)
        return Source(path, filename or _as_text(path.name), 0, path.stat().st_size)
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
            "file is closed, or cannot be read twice, so a failed upload could not be repeated",
            suggestion="Pass a path, or an open file that can seek",
        ) from None
    if not is_binary:
        raise _not_binary(file)
    if size <= 0 < start:
        raise InputError(
            "file stands at its end, so nothing would be sent", suggestion="file.seek(0)"
        )
    return Source(file, name, start, size)


def _not_binary(file: Any) -> InputTypeError:
    return InputTypeError(
        f"file must be a path or a file open in binary mode, got {type_and_repr(file)}",
        suggestion="open(path, 'rb'), or io.BytesIO(data) with filename=...",
    )


def _own_name(file: Any) -> str:
    name = getattr(file, "name", None)
    return _as_text(os.path.basename(name)) if isinstance(name, str) else ""


def _as_text(name: str) -> str:
    """A name of the disk, whose bytes may be no UTF-8, as one that can be sent."""
    return name.encode(errors="replace").decode()
