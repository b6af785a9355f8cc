"""Files that are downloaded: whole under their name, or not there at all."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path
from stat import S_ISDIR
from types import TracebackType
from typing import Any, BinaryIO

from vlmrun._messages import short_repr, type_and_repr
from vlmrun.errors import InputError, InputTypeError

MOST_REDIRECTS = 5


class Part:
    """A file in the making: it gets its name by `keep`, or is gone when the block ends.

    Its bytes are in its folder from the start, under a name that nobody else uses, so that giving
    it its own name is one step. Whoever reads or writes the same file meanwhile sees the old one
    or the new one.

    Attributes:
        file: Open for writing and reading.
    """

    file: BinaryIO

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / f".{secrets.token_hex(8)}.part"
        self._made: list[Path] = []

    def __enter__(self) -> Part:
        try:
            self.file = self._open()
        except (OSError, ValueError) as error:
            self._remove()
            raise InputError(
                f"Nothing can be stored in {short_repr(str(self._folder))}: {error}",
                suggestion="Pass another folder as to=, or set VLMRUN_CACHE_DIR",
            ) from None
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # Closing writes what is left, which matters to nobody if the file was not kept.
        with suppress(OSError):
            self.file.close()
        if self._path.exists():
            self._remove()

    def head(self, size: int = 16) -> bytes:
        """The first bytes."""
        self.file.seek(0)
        return self.file.read(size)

    def keep(self, name: str) -> Path:
        """Give it its name, in place of a file that had it.

        Raises:
            InputError: The folder cannot hold this name.
        """
        path = self._folder / name
        self.file.close()
        try:
            os.replace(self._path, path)
        except (OSError, ValueError) as error:
            raise InputError(f"Nothing can be stored as {short_repr(str(path))}: {error}") from None
        return path

    def _open(self) -> BinaryIO:
        self._make_folder()
        try:
            return self._path.open("x+b")
        except FileNotFoundError:
            # A download that failed has just removed the folder, which it had made.
            self._make_folder()
            return self._path.open("x+b")

    def _make_folder(self) -> None:
        missing = [each for each in (self._folder, *self._folder.parents) if not each.exists()]
        for each in reversed(missing):
            each.mkdir(exist_ok=True)
            self._made.append(each)

    def _remove(self) -> None:
        """Remove the file, and the folders that were made for it and hold nothing else."""
        with suppress(OSError, ValueError):
            self._path.unlink(missing_ok=True)
        for each in reversed(self._made):
            with suppress(OSError):
                each.rmdir()


def check_place(to: Any) -> tuple[Path, str | None]:
    """The folder and the name that a path stands for; no name for a folder.

    Args:
        to: The path of a file; or a folder: one that is there, or a path with a slash at its end.

    Raises:
        InputTypeError: It is neither text nor a path-like object.
        InputError: It is empty, or no path that could be.
    """
    path = check_folder("to", to)
    try:
        is_folder = S_ISDIR(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        is_folder = False
    except OSError as error:
        raise InputError(f"to cannot be {short_repr(str(path))}: {error.strerror}") from None
    if is_folder or os.fspath(to).endswith(("/", os.sep)):
        return path, None
    return path.parent, path.name


def check_folder(name: str, value: Any) -> Path:
    """A path, which may be a folder that is not there yet."""
    text = os.fspath(value) if isinstance(value, (str, os.PathLike)) else None
    if not isinstance(text, str):
        raise InputTypeError(f"{name} must be a path, got {type_and_repr(value)}")
    if not text.strip() or "\0" in text:
        raise InputError(f"{name} is not a valid path: {short_repr(text)}")
    return Path(text).expanduser()
