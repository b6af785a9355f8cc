"""Several downloads into one folder at the same time."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from vlmrun._files.safe_names import UniqueNames
from vlmrun._files.staging import StagedFile

if TYPE_CHECKING:
    from typing_extensions import Self


class DownloadBatch:
    """Concurrent downloads, with the result of downloading one file after the other.

    Files get their names when the block ends, in the order of their indexes: names that are already
    taken get a number, and which file gets it must not depend on which download was faster. After a
    failure, the files before it get theirs, the others are removed, and the error is raised.

    Args:
        folder: The folder.
        argument: The name of the argument that it was passed as, for error messages.

    Attributes:
        paths: The files, when the block has ended.
    """

    def __init__(self, folder: Path, argument: str = "to") -> None:
        self.paths: list[Path] = []
        self._folder = folder
        self._argument = argument
        self._stack = ExitStack()
        self._completed: dict[int, tuple[StagedFile, str]] = {}
        self._failures: dict[int, Exception] = {}

    def __enter__(self) -> Self:
        # Creates the folder, and is closed last: then an empty folder is removed again.
        self.open_file()
        return self

    def open_file(self) -> StagedFile:
        """Open a temporary file in the folder, which is removed unless it is completed."""
        return self._stack.enter_context(StagedFile(self._folder, self._argument))

    def complete(self, index: int, staged: StagedFile, name: str) -> None:
        """Declare a file complete, and set the name that it should get."""
        staged.file.close()
        self._completed[index] = staged, name

    def fail(self, index: int, error: Exception) -> None:
        """Declare that a file could not be downloaded."""
        self._failures[index] = error

    @property
    def has_failed(self) -> bool:
        """Whether a download has failed, so that no other needs to start."""
        return bool(self._failures)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        names = UniqueNames(self._folder)
        with self._stack:
            for index in range(len(self._completed)):
                if index not in self._completed:
                    break
                staged, name = self._completed[index]
                self.paths.append(staged.save_as(names.unique(name)))
        if error is None and self._failures:
            raise self._failures[min(self._failures)]
