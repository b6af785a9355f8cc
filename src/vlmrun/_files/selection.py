"""Which files of a directory travel, under which names, and why the others do not."""

from __future__ import annotations

import os
import stat
from itertools import pairwise
from pathlib import Path

import attrs

from vlmrun._files.excludes import Excludes
from vlmrun._files.portable_names import clashes, normal, path_fault, text_fault
from vlmrun._messages import short_repr
from vlmrun.errors import InputError
from vlmrun.skills.findings import Finding

_MAX_THROUGH_LINKS = 10_000
_SHOWN_FAULTS = 5
_ENVIRONMENT = "virtual environment"


@attrs.frozen
class LeftOut:
    """A file or folder that a bundle does not take, by its relative POSIX path, and why."""

    path: str
    reason: str


@attrs.frozen
class Chosen:
    """A file that travels.

    Attributes:
        name: The relative POSIX path that it goes by.
        source: Where it is on disk.
        size: Its bytes, as the disk has them now.
    """

    name: str
    source: str
    size: int


@attrs.define
class Selection:
    """The files of a directory, sorted by name, what stays behind, and what cannot be bundled."""

    files: list[Chosen] = attrs.field(factory=list)
    left_out: list[LeftOut] = attrs.field(factory=list)
    faults: list[Finding] = attrs.field(factory=list)

    def check(self, problem: str) -> None:
        """Raise `InputError` if there are faults: the problem, and the first few of them."""
        if not self.faults:
            return
        shown = "; ".join(f"{fault.field} {fault.message}" for fault in self.faults[:_SHOWN_FAULTS])
        more = len(self.faults) - _SHOWN_FAULTS
        raise InputError(
            f"{problem}: {shown}" + (f"; {more} more" if more > 0 else ""),
            suggestion="Change them, or leave them out with exclude=[...]",
        )


def select(directory: Path, excludes: Excludes, portable: bool = True) -> Selection:
    """Look through a directory. A link is followed while it stays inside; no other file is opened.

    Args:
        directory: The directory, resolved.
        excludes: What stays behind.
        portable: Whether each system must be able to unpack the files: a name that one of them
            cannot hold is a fault. Without it, a name must only be text, and no other file's.
    """
    walker = _Walker(os.fspath(directory), excludes, portable)
    walker.walk(walker.root, "", ())
    found = walker.found
    found.files.sort(key=lambda chosen: chosen.name)
    found.left_out.sort(key=lambda left: left.path)
    names = [chosen.name for chosen in found.files]
    if not portable:
        found.faults += [_same(name) for name, after in pairwise(names) if name == after]
        return found
    for first, second in clashes(names):
        message = f"is the same file as {first!r} on some systems; rename or exclude one"
        found.faults.append(Finding("error", second, message))
    return found


class _Walker:
    def __init__(self, root: str, excludes: Excludes, portable: bool) -> None:
        self.root = root
        self.found = Selection()
        self._excludes = excludes
        self._fault_of = path_fault if portable else text_fault
        self._through_links = 0

    def walk(self, folder: str, prefix: str, chain: tuple[str, ...], linked: bool = False) -> None:
        """Take in one folder; `chain` has the real paths of the folders that lead to it."""
        try:
            with os.scandir(folder) as entries:
                listed = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            self._fault(prefix.rstrip("/") or ".", f"cannot be read: {error.strerror or error}")
            return
        chain = (*chain, folder)
        for entry in listed:
            path = prefix + normal(entry.name)
            if linked and self._too_many(path):
                return
            if _is_link(entry):
                self._link(entry.path, path, chain)
            else:
                self._plain(entry, path, chain, linked)

    def _plain(
        self, entry: os.DirEntry[str], path: str, chain: tuple[str, ...], linked: bool
    ) -> None:
        is_folder = entry.is_dir(follow_symlinks=False)
        reason = self._excludes.reason(path, is_folder)
        if not reason and linked:
            reason = self._excludes.reason(self._relative(entry.path), is_folder)
        if not reason and is_folder and _is_environment(entry.path):
            reason = _ENVIRONMENT
        if reason:
            self._leave(path, reason)
        elif is_folder:
            self.walk(entry.path, f"{path}/", chain, linked)
        else:
            self._file(entry.path, path)

    def _link(self, source: str, path: str, chain: tuple[str, ...]) -> None:
        target = os.path.realpath(source)
        is_folder = os.path.isdir(target)
        if reason := self._excludes.reason(path, is_folder):
            self._leave(path, reason)
        elif target != self.root and not target.startswith(os.path.join(self.root, "")):
            self._fault(path, "is a link that leads out of the directory")
        elif not os.path.lexists(target) or os.path.islink(target):
            self._fault(path, "is a link to nothing")
        elif target in chain:
            self._leave(path, "a link to a folder that it is in")
        elif reason := self._reason_of_target(target, is_folder):
            self._leave(path, f"a link to {self._relative(target)!r}: {reason}")
        elif is_folder:
            self.walk(target, f"{path}/", chain, linked=True)
        else:
            self._file(target, path)

    def _reason_of_target(self, target: str, is_folder: bool) -> str | None:
        if reason := self._excludes.reason_along(self._relative(target), is_folder):
            return reason
        folder = target if is_folder else os.path.dirname(target)
        while folder != self.root:
            if _is_environment(folder):
                return _ENVIRONMENT
            folder = os.path.dirname(folder)
        return None

    def _file(self, source: str, path: str) -> None:
        status = os.lstat(source)
        if not stat.S_ISREG(status.st_mode):
            self._leave(path, "not a regular file")
        elif fault := self._fault_of(path):
            self._fault(path, f"cannot be a name in an archive: {fault}; rename or exclude it")
        else:
            self.found.files.append(Chosen(path, source, status.st_size))

    def _too_many(self, path: str) -> bool:
        # Links among folders can multiply without end; the one fault stops all further walking.
        self._through_links += 1
        if self._through_links == _MAX_THROUGH_LINKS + 1:
            self._fault(path, f"is reached through links, as over {_MAX_THROUGH_LINKS} others are")
        return self._through_links > _MAX_THROUGH_LINKS

    def _relative(self, real: str) -> str:
        return normal(os.path.relpath(real, self.root).replace(os.sep, "/"))

    def _leave(self, path: str, reason: str) -> None:
        self.found.left_out.append(LeftOut(path, reason))

    def _fault(self, path: str, message: str) -> None:
        shown = path if path.isprintable() else short_repr(path)
        self.found.faults.append(Finding("error", shown, message))


def _same(name: str) -> Finding:
    return Finding("error", name, "is the name of two files, which accents alone tell apart")


def _is_environment(folder: str) -> bool:
    return os.path.isfile(os.path.join(folder, "pyvenv.cfg"))


def _is_link(entry: os.DirEntry[str]) -> bool:
    # A junction is Windows' link to a directory; os.path knows them from Python 3.12 on.
    is_junction = getattr(os.path, "isjunction", None)
    return entry.is_symlink() or bool(is_junction and is_junction(entry.path))
