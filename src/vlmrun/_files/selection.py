"""The files of a directory that are packed, and the reasons why others are not."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import attrs

from vlmrun._files.excludes import Excludes
from vlmrun._files.paths import file_errors
from vlmrun._files.portable_names import (
    bundle_problem,
    encoding_problem,
    find_collisions,
    normalize,
)
from vlmrun._files.upload_source import Source, packed_source
from vlmrun._messages import short_repr
from vlmrun.errors import InputError

_MAX_THROUGH_LINKS = 10_000
_MAX_PROBLEMS_SHOWN = 5
_VIRTUAL_ENVIRONMENT = "virtual environment"


@attrs.frozen
class LeftOut:
    """A file or folder that is not packed, by its relative POSIX path, and the reason."""

    path: str
    reason: str


@attrs.frozen
class Problem:
    """A file or folder that cannot be packed, by its relative POSIX path, and why."""

    path: str
    message: str


@attrs.frozen
class SelectedFile:
    """A file that is packed.

    Attributes:
        name: Its relative POSIX path in the archive.
        source: Its path on disk.
        size: Its size in bytes when the directory was read.
        is_executable: Whether its owner may execute it.
        argument: The name of the argument that the directory was passed as, for error messages.
    """

    name: str
    source: str
    size: int
    is_executable: bool = False
    argument: str = "directory"

    def to_source(self) -> Source:
        """Return the content as it is now; raises `InputError` if it cannot be read."""
        remedy = "Check its permissions, or leave it out with exclude=[...]"
        with file_errors(self.argument, self.source, suggestion=remedy):
            return packed_source(self.argument, Path(self.source), self.name)

    def read(self) -> bytes:
        """Return the content; raises `InputError` if it cannot be read, or changes meanwhile."""
        with self.to_source().reader() as reader:
            return reader.read()


@attrs.define
class Selection:
    """The files of a directory, sorted by name, what is left out, and what cannot be packed."""

    files: list[SelectedFile] = attrs.field(factory=list)
    left_out: list[LeftOut] = attrs.field(factory=list)
    problems: list[Problem] = attrs.field(factory=list)

    def raise_for_problems(self, summary: str) -> None:
        """Raise `InputError` with the first few problems, if there are any."""
        if not self.problems:
            return
        shown = [f"{each.path} {each.message}" for each in self.problems[:_MAX_PROBLEMS_SHOWN]]
        if more := max(0, len(self.problems) - _MAX_PROBLEMS_SHOWN):
            shown.append(f"{more} more")
        raise InputError(
            f"{summary}: {'; '.join(shown)}",
            suggestion="Change them, or leave them out with exclude=[...]",
        )


def select(
    directory: Path, excludes: Excludes, portable: bool = True, argument: str = "directory"
) -> Selection:
    """Select the files of a directory. No file is opened.

    Links are followed as long as they stay inside the directory.

    Args:
        directory: The directory, resolved.
        excludes: The globs of files to leave out.
        portable: Whether every system must be able to unpack the files; names that one of them
            cannot hold are problems then. Otherwise names must only be encodable and distinct.
        argument: The name of the argument that the directory was passed as.
    """
    walker = _Walker(os.fspath(directory), excludes, portable, argument)
    walker.walk(walker.root, "", ())
    found = walker.found
    found.files.sort(key=lambda file: file.name)
    found.left_out.sort(key=lambda left: left.path)
    names = [file.name for file in found.files]
    found.problems += _colliding(names) if portable else _repeated(names)
    return found


class _Walker:
    """A recursive walk; os.walk would not report links that leave the directory."""

    def __init__(self, root: str, excludes: Excludes, portable: bool, argument: str) -> None:
        self.root = root
        self._argument = argument
        self.found = Selection()
        self._excludes = excludes
        self._name_problem = bundle_problem if portable else encoding_problem
        self._through_links = 0

    def walk(
        self, folder: str, prefix: str, parents: tuple[str, ...], through_link: bool = False
    ) -> None:
        """Visit a folder; `parents` has the real paths of the folders that lead to it."""
        try:
            with os.scandir(folder) as entries:
                # Sorted, so that problems and the limit on links do not depend on the disk.
                listed = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            self._add_problem(
                prefix.rstrip("/") or ".", f"cannot be read: {error.strerror or error}"
            )
            return
        parents = (*parents, folder)
        for entry in listed:
            path = prefix + normalize(entry.name)
            if through_link and self._exceeds_link_limit(path):
                return
            if _is_link(entry):
                self._visit_link(entry.path, path, parents)
            else:
                self._visit(entry, path, parents, through_link)

    def _visit(
        self, entry: os.DirEntry[str], path: str, parents: tuple[str, ...], through_link: bool
    ) -> None:
        is_folder = entry.is_dir(follow_symlinks=False)
        reason = self._excludes.reason(path, is_folder)
        if not reason and through_link:
            # A glob for "private/*" must also hold for files that a link to "private" leads to.
            reason = self._excludes.reason(self._relative(entry.path), is_folder)
        if not reason and is_folder and _is_virtual_environment(entry.path):
            reason = _VIRTUAL_ENVIRONMENT
        if reason:
            self._leave_out(path, reason)
        elif is_folder:
            self.walk(entry.path, f"{path}/", parents, through_link)
        else:
            self._add_file(entry.path, path)

    def _visit_link(self, source: str, path: str, parents: tuple[str, ...]) -> None:
        target = os.path.realpath(source)
        is_folder = os.path.isdir(target)
        if reason := self._excludes.reason(path, is_folder):
            self._leave_out(path, reason)
        elif target != self.root and not target.startswith(os.path.join(self.root, "")):
            # It may lead to a file that its owner never meant to send, such as a private key.
            self._add_problem(path, "is a link that leads out of the directory")
        elif not os.path.lexists(target) or os.path.islink(target):
            self._add_problem(path, "is a broken link")
        elif target in parents:
            self._leave_out(path, "a link to a folder that it is in")
        elif reason := self._reason_of_target(target, is_folder):
            self._leave_out(path, f"a link to {self._relative(target)!r}: {reason}")
        elif is_folder:
            self.walk(target, f"{path}/", parents, through_link=True)
        else:
            self._add_file(target, path)

    def _reason_of_target(self, target: str, is_folder: bool) -> str | None:
        if reason := self._excludes.reason_with_parents(self._relative(target), is_folder):
            return reason
        folder = target if is_folder else os.path.dirname(target)
        while folder != self.root:
            if _is_virtual_environment(folder):
                return _VIRTUAL_ENVIRONMENT
            folder = os.path.dirname(folder)
        return None

    def _add_file(self, source: str, path: str) -> None:
        try:
            status = os.lstat(source)
        except OSError as error:  # it has vanished since the folder was listed
            self._add_problem(path, f"cannot be read: {error.strerror or error}")
            return
        # Opening a pipe would block until another process writes to it.
        if not stat.S_ISREG(status.st_mode):
            self._leave_out(path, "not a regular file")
        elif problem := self._name_problem(path):
            self._add_problem(
                path, f"cannot be a name in an archive: {problem}; rename or exclude it"
            )
        else:
            is_executable = bool(status.st_mode & stat.S_IXUSR)
            self.found.files.append(
                SelectedFile(path, source, status.st_size, is_executable, self._argument)
            )

    def _exceeds_link_limit(self, path: str) -> bool:
        # Links between folders can multiply exponentially without ever forming a cycle.
        self._through_links += 1
        if self._through_links == _MAX_THROUGH_LINKS + 1:
            self._add_problem(
                path, f"is reached through links, like more than {_MAX_THROUGH_LINKS} others"
            )
        return self._through_links > _MAX_THROUGH_LINKS

    def _relative(self, real_path: str) -> str:
        return normalize(os.path.relpath(real_path, self.root).replace(os.sep, "/"))

    def _leave_out(self, path: str, reason: str) -> None:
        self.found.left_out.append(LeftOut(path, reason))

    def _add_problem(self, path: str, message: str) -> None:
        shown = path if path.isprintable() else short_repr(path)
        self.found.problems.append(Problem(shown, message))


def _colliding(names: list[str]) -> Iterator[Problem]:
    for first, second in find_collisions(names):
        message = f"is the same file as {first!r} on some systems; rename or exclude one"
        yield Problem(second, message)


def _repeated(names: list[str]) -> Iterator[Problem]:
    for name, next_name in pairwise(names):
        if name == next_name:
            yield Problem(name, "is the name of two files that differ only in Unicode form")


def _is_virtual_environment(folder: str) -> bool:
    # https://docs.python.org/3/library/site.html: "pyvenv.cfg" marks one, regardless of its name.
    return os.path.isfile(os.path.join(folder, "pyvenv.cfg"))


def _is_link(entry: os.DirEntry[str]) -> bool:
    # A junction is a link to a directory on Windows; os.path knows them since Python 3.12.
    is_junction = getattr(os.path, "isjunction", None)
    return entry.is_symlink() or bool(is_junction and is_junction(entry.path))
