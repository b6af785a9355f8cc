"""File content: in memory while it is small, otherwise in an anonymous temporary file."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Iterator
from typing import IO, BinaryIO, cast

_BLOCK_SIZE = 1024 * 1024


class Blob:
    """The content of a file, with its size and digests.

    Several threads may read at the same time. The blob owns the file object and closes it. A
    temporary file is deleted with it on every system, even if the process is killed.

    Attributes:
        size: The number of bytes.
        md5: The MD5 in lower-case hex.
        sha256: The SHA-256 in lower-case hex.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        # A seek and the read after it must not be interrupted by those of another thread.
        self._lock = threading.Lock()
        self.size = 0
        # MD5 is what the service looks files up by, not a protection of anything.
        md5, sha256 = hashlib.md5(usedforsecurity=False), hashlib.sha256()
        for block in self.blocks():
            self.size += len(block)
            md5.update(block)
            sha256.update(block)
        self.md5, self.sha256 = md5.hexdigest(), sha256.hexdigest()

    def read(self, offset: int = 0, size: int = -1) -> bytes:
        """Return at most `size` bytes from `offset`; all of them by default."""
        with self._lock:
            self._file.seek(offset)
            return self._file.read(size)

    def blocks(self) -> Iterator[bytes]:
        """Iterate over the content in blocks."""
        offset = 0
        while block := self.read(offset, _BLOCK_SIZE):
            yield block
            offset += len(block)

    def open(self) -> BinaryIO:
        """Return a file object with a position of its own."""
        return cast(BinaryIO, io.BufferedReader(_BlobReader(self)))

    def close(self) -> None:
        """Release the memory or the temporary file."""
        with self._lock:
            self._file.close()


class _BlobReader(io.RawIOBase):
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
            raise ValueError(f"negative seek position {start + offset}")
        self._offset = start + offset
        return self._offset
