"""Files and folders that appear under their name only once they are complete.

Both are written next to their target and renamed at the end. A rename replaces its target in one
step, but only within one file system (https://docs.python.org/3/library/os.html#os.replace), which
is why the system's folder for temporary files would not do.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from stat import S_ISDIR
from types import TracebackType
from typing import BinaryIO

from vlmrun._files.paths import file_errors, format_path
from vlmrun._special_files import SPECIAL, is_special
from vlmrun.errors import FileWriteError, InputError, VLMRunError


class StagedFile:
    """A temporary file that `save_as` renames; otherwise it is removed at the end of the block.

    Whoever reads or writes a file of the same name meanwhile sees either the old or the new one.

    Attributes:
        file: The temporary file, open for writing and reading.

    Args:
        folder: The folder of the file, which is created if there is none.
        argument: The argument that errors refer to.
        mode: The permissions of the file, less those that the umask of the process takes away.
    """

    file: BinaryIO

    def __init__(self, folder: Path, argument: str = "to", mode: int = 0o666) -> None:
        self._folder = folder
        self._argument = argument
        self._mode = mode
        self._path = folder / f".{secrets.token_hex(8)}.part"
        self._created = _CreatedFolders()

    def __enter__(self) -> StagedFile:
        try:
            self.file = self._open()
        except (OSError, ValueError) as error:
            self._remove()
            raise FileWriteError(
                f"{self._argument}: nothing can be stored in {format_path(self._folder)}: {error}",
                suggestion=(
                    "Pass another folder as to=, or set VLMRUN_CACHE_DIR"
                    if self._argument == "to"
                    else "Pass another path"
                ),
            ) from None
        return self

    def write_errors(self) -> AbstractContextManager[None]:
        """Return a context that translates errors of writing, such as that of a full disk."""
        return file_errors(self._argument, self._folder, "written")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # Closing flushes the buffer, which may fail. The file is removed anyway if it was not
        # saved, and a second error would hide the first.
        with suppress(OSError):
            self.file.close()
        if self._path.exists():
            self._remove()

    def head(self, size: int = 16) -> bytes:
        """Return the first bytes of the file."""
        self.file.seek(0)
        return self.file.read(size)

    def save_as(self, name: str) -> Path:
        """Close the file and rename it, replacing a file of that name.

        Raises:
            InputError: The folder cannot hold a file of that name, writing failed, or there is
                something else than a file.
        """
        path = self._folder / name
        try:
            self.file.close()
            check_replaceable(self._argument, path)
            os.replace(self._path, path)
        except InputError:
            raise
        except (OSError, ValueError) as error:
            raise FileWriteError(
                f"{self._argument}: nothing can be stored as {format_path(path)}: {error}"
            ) from None
        return path

    def _open(self) -> BinaryIO:
        self._created.create(self._folder)
        try:
            return self._open_new()
        except FileNotFoundError:
            # A concurrent download that failed has just removed the folder that it had created.
            self._created.create(self._folder)
            return self._open_new()

    def _open_new(self) -> BinaryIO:
        # Changed afterwards, the permissions would be too wide until then.
        return open(self._path, "x+b", opener=lambda path, flags: os.open(path, flags, self._mode))

    def _remove(self) -> None:
        with suppress(OSError, ValueError):
            self._path.unlink(missing_ok=True)
        self._created.remove_empty()


@contextmanager
def written_file(target: Path, argument: str = "path") -> Iterator[BinaryIO]:
    """Yield a file that gets its name, and replaces an older file, at the end of the block.

    Missing folders are created. If the block raises, nothing remains of them, nor of the file.

    Args:
        target: The path of the file, as `check_path` returns it.
        argument: The argument that errors refer to.

    Raises:
        InputError: There is a folder at the path.
        FileWriteError: The file cannot be written.
    """
    # Checked before anything is written, and by its own name.
    with file_errors(argument, target, "written"), suppress(FileNotFoundError, NotADirectoryError):
        if S_ISDIR(os.stat(target).st_mode):
            raise InputError(
                f"{argument}: {format_path(target)} is a folder",
                suggestion="Pass the path of a file",
            )
    with StagedFile(target.parent, argument) as staged:
        with staged.write_errors():
            yield staged.file
        staged.save_as(target.name)


def write_file(path: Path, content: bytes, mode: int = 0o666, *, is_durable: bool = True) -> None:
    """Write a file completely, or not at all. Folders are created.

    Args:
        path: The path. If it is a link, what it leads to is replaced.
        content: The content.
        mode: The permissions of the file, less those that the umask of the process takes away.
        is_durable: Whether to wait until the disk has it.

    Raises:
        FileWriteError: It cannot be written; an old file is unchanged.
    """
    target = Path(os.path.realpath(path))
    with StagedFile(target.parent, "path", mode) as staged:
        with staged.write_errors():
            staged.file.write(content)
            staged.file.flush()
            if is_durable:
                os.fsync(staged.file.fileno())
        staged.save_as(target.name)


def check_replaceable(argument: str, path: Path) -> None:
    """Raise `InputError` if there is a pipe, a socket or a device at a path, or a link to one.

    A rename would replace it, whereas whoever has it open expects data to arrive through it.
    """
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        return
    if is_special(mode):
        raise InputError(
            f"{argument}: {format_path(path)} {SPECIAL}, and not replaced",
            suggestion="Pass the path of a file, and copy its content",
        )


@contextmanager
def staged_folder(target: Path) -> Iterator[Path]:
    """Yield a new folder whose contents are moved to `target` at the end of the block.

    If the block raises, nothing remains.

    Args:
        target: A folder that does not exist yet, or is empty.

    Raises:
        InputError: The target cannot be written, or is no longer empty.
    """
    token = f".unpacking-{secrets.token_hex(6)}"
    target_exists = os.path.isdir(target)
    stage = target / token if target_exists else target.with_name(token)
    created = _CreatedFolders()
    try:
        created.create(stage.parent)
        stage.mkdir()
        yield stage
        if target_exists:
            # Renaming a folder onto an existing one fails on Windows, even if that one is empty.
            _move_contents(stage, target)
        else:
            stage.rename(target)
    except BaseException as error:
        shutil.rmtree(stage, ignore_errors=True)
        created.remove_empty()
        if isinstance(error, OSError) and not isinstance(error, VLMRunError):
            raise FileWriteError(
                f"folder: {format_path(target)} cannot be written: {error.strerror or error}",
                suggestion="Pass another path, or check its permissions and the free space",
            ) from error
        raise


class _CreatedFolders:
    """Parent folders that were created, so that a failure can remove them again."""

    def __init__(self) -> None:
        self._folders: list[Path] = []

    def create(self, folder: Path) -> None:
        missing = [each for each in (folder, *folder.parents) if not each.exists()]
        for each in reversed(missing):
            each.mkdir(exist_ok=True)
            self._folders.append(each)

    def remove_empty(self) -> None:
        # rmdir refuses folders into which someone else has written meanwhile.
        for each in reversed(self._folders):
            with suppress(OSError):
                each.rmdir()


def _move_contents(stage: Path, target: Path) -> None:
    moved: list[Path] = []
    try:
        for entry in list(stage.iterdir()):
            destination = target / entry.name
            if destination.exists():
                raise InputError(f"folder: {target} is no longer empty: {entry.name} is in it")
            entry.rename(destination)
            moved.append(destination)
        stage.rmdir()
    except BaseException:
        for destination in moved:
            destination.rename(stage / destination.name)
        raise
