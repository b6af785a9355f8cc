"""The PDF that was read last, kept open for the next call.

Drawing the pages of a document one by one would otherwise open it for each of them, and PDFium
would read its fonts each time, which takes longer than rendering.
"""

from __future__ import annotations

import atexit
import os
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from vlmrun._files.paths import file_errors
from vlmrun._files.pdf_file import PdfFile
from vlmrun._fork_safe_locks import ForkSafeLock

# Larger files are opened each time: what is kept stays in memory.
_LARGEST = 32 * 1024**2

_Key: TypeAlias = tuple[str, int, int, int]

_lock = ForkSafeLock()
_recent: list[tuple[_Key, PdfFile]] = []  # at most one, which nobody uses at present


class PathPdf:
    """A PDF at a path, in the state that the file has now.

    Attributes:
        pdf: The open PDF.
    """

    def __init__(self, path: Path, argument: str, label: str) -> None:
        with file_errors(argument, path):
            status = os.stat(path)
        self._key: _Key | None = None
        if status.st_size > _LARGEST:
            self.pdf = PdfFile(path, argument, label)
            return
        key = (os.path.abspath(path), status.st_mtime_ns, status.st_size, status.st_ino)
        found = _take(key)
        if found is None:
            # From memory, since Windows does not let a file be removed that is open.
            with file_errors(argument, path):
                content = path.read_bytes()
            found = PdfFile(content, argument, label)
            if len(content) != status.st_size:
                self.pdf = found  # it was written meanwhile
                return
        self.pdf, self._key = found, key

    def close(self) -> None:
        """Keep the PDF for the next call, or close it; closing it again has no effect."""
        key, self._key = self._key, None
        if key is None:
            self.pdf.close()
        else:
            _keep(key, self.pdf)


def _take(key: _Key) -> PdfFile | None:
    with _lock.held:
        if not _recent or _recent[0][0] != key:
            return None
        # Not shared: another thread opens one of its own, so that nobody closes that of others.
        return _recent.pop()[1]


def _keep(key: _Key, pdf: PdfFile) -> None:
    _close_at_exit()
    with _lock.held:
        replaced = [each for _, each in _recent]
        _recent[:] = [(key, pdf)]
    for each in replaced:
        each.close()


@lru_cache(maxsize=1)
def _close_at_exit() -> None:
    # Once PDFium is imported: functions run in reverse order, and it prints what is still open.
    atexit.register(_close)


def _close() -> None:
    while _recent:
        _recent.pop()[1].close()
