"""Bytes that the server keeps: in memory while they are few, else in a nameless temporary file."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Iterator
from typing import IO, BinaryIO, cast

_BLOCK = 1024 * 1024


class Blob:
    """The bytes of a file, which it takes over, and what they amount to.

    Several threads may read at once. The file is closed with the blob; whatever the system, nothing
    of it stays behind, even if the process is killed.

    Attributes:
        size: How many bytes.
        md5: Their MD5 in lower-case hex.
        sha256: Their SHA-256 in lower-case hex.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._lock = threading.Lock()
        self.size = 0
        md5, sha256 = hashlib.md5(usedforsecurity=False), hashlib.sha256()
        for block in self.blocks():
            self.size += len(block)
            md5.update(block)
            sha256.update(block)
        self.md5, self.sha256 = md5.hexdigest(), sha256.hexdigest()

    def read(self, offset: int = 0, size: int = -1) -> bytes:
        """At most `size` bytes from `offset` on; all of them by default."""
        with self._lock:
            self._file.seek(offset)
            return self._file.read(size)

    def blocks(self) -> Iterator[bytes]:
        """The bytes, piece by piece."""
        offset = 0
        while block := self.read(offset, _BLOCK):
            yield block
            offset += len(block)

    def open(self) -> BinaryIO:
        """The bytes as a file of its own position."""
        return cast(BinaryIO, io.BufferedReader(_View(self)))

    def close(self) -> None:
        """Give the memory or the file back."""
        with self._lock:
            self._file.close()


class _View(io.RawIOBase):
    def __init__(self, blob: Blob) -> None:
        self._blob = blob
        self._offset = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        target = memoryview(cast(bytearray, buffer))
        data = self._blob.read(self._offset, len(target))
        target[: len(data)] = data
        self._offset += len(data)
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._offset, io.SEEK_END: self._blob.size}[whence]
        if start + offset < 0:
            raise ValueError(f"negative position {start + offset}")
        self._offset = start + offset
        return self._offset
