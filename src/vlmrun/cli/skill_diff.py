"""Comparison of a skill's directory with a stored version, file by file."""

from __future__ import annotations

import difflib
import io
import os
import stat
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

from vlmrun import skills

Change = Literal["added", "removed", "changed", "mode"]

_CONTEXT_LINES = 3
_LARGEST_TEXT = 1024**2


class SkillFile(NamedTuple):
    """The content of a file in a skill, and whether it can be executed."""

    content: bytes
    is_executable: bool = False


class FileDifference(NamedTuple):
    """A difference between a stored version and the directory.

    Attributes:
        path: The POSIX path in the skill.
        change: "added" (only the directory has the file), "removed" (only the stored version has
            it), "changed", or "mode" (the same content, but only one of them can be executed).
        stored: The stored file; None if there is none.
        local: The file in the directory; None if there is none.
    """

    path: str
    change: Change
    stored: SkillFile | None
    local: SkillFile | None

    def lines(self) -> list[str]:
        """Return the difference as lines in the unified format, stored version first.

        Binary and large files have one line that says that they differ.
        """
        title = f"{self.change}: {self.path}"
        if self.change == "mode":
            before, after = _mode(self.stored), _mode(self.local)
            return [title, f"old mode {before}", f"new mode {after}"]
        before_text, after_text = _text(self.stored), _text(self.local)
        if before_text is None or after_text is None:
            return [title, f"binary: {_size(self.stored)} stored, {_size(self.local)} here"]
        return [title, *_unified(self.path, before_text, after_text)]

    def to_dict(self) -> dict[str, object]:
        """Return the difference as JSON data."""
        return {
            "path": self.path,
            "change": self.change,
            "stored_bytes": None if self.stored is None else len(self.stored.content),
            "local_bytes": None if self.local is None else len(self.local.content),
            "diff": self.lines()[1:],
        }


def local_files(
    directory: str | os.PathLike[str], exclude: Iterable[str] = ()
) -> dict[str, SkillFile]:
    """Return the files of a directory that a bundle of it includes, by path.

    Args:
        directory: The directory with the SKILL.md.
        exclude: Globs of further files to leave out.

    Raises:
        MissingFileError: There is no such directory, or no SKILL.md in it.
        InputError: It cannot be bundled.
    """
    archive = zipfile.ZipFile(io.BytesIO(skills.bundle(directory, exclude=exclude).data))
    return {
        entry.filename: SkillFile(
            archive.read(entry), bool(entry.external_attr >> 16 & stat.S_IXUSR)
        )
        for entry in archive.infolist()
    }


def unpacked_files(directory: Path) -> dict[str, SkillFile]:
    """Return all files below a directory that an archive was unpacked into, by path."""
    found = {}
    for folder, _, names in os.walk(directory):
        for name in names:
            path = Path(folder, name)
            mode = path.stat().st_mode
            relative = path.relative_to(directory).as_posix()
            found[relative] = SkillFile(path.read_bytes(), bool(mode & stat.S_IXUSR))
    return found


def compare(
    stored: Mapping[str, SkillFile], local: Mapping[str, SkillFile]
) -> list[FileDifference]:
    """Return the differences, sorted by path; an empty list for equal skills."""
    return [
        FileDifference(path, change, stored.get(path), local.get(path))
        for path in sorted({*stored, *local})
        if (change := _change(stored.get(path), local.get(path))) is not None
    ]


def _change(stored: SkillFile | None, local: SkillFile | None) -> Change | None:
    if stored is None:
        return "added"
    if local is None:
        return "removed"
    if stored.content != local.content:
        return "changed"
    # Where files have no such permission, a script that begins with "#!" is executable in bundles
    # only, and that is not a difference.
    return "mode" if os.name == "posix" and stored.is_executable != local.is_executable else None


def _text(file: SkillFile | None) -> str | None:
    """Return the text of a file; None if it is binary, or too large to be compared."""
    if file is None:
        return ""
    if len(file.content) > _LARGEST_TEXT or b"\0" in file.content:
        return None
    try:
        return file.content.decode()
    except UnicodeDecodeError:
        return None


def _unified(path: str, before: str, after: str) -> Iterator[str]:
    # Only newlines end lines, so that a difference in line endings is shown, as an escape.
    lines = difflib.unified_diff(
        _lines(before), _lines(after), f"stored/{path}", f"local/{path}", n=_CONTEXT_LINES
    )
    for line in lines:
        text, newline, _ = line.partition("\n")
        yield text
        if not newline:
            yield "\\ No newline at end of file"


def _lines(text: str) -> list[str]:
    return [line.replace("\r", "\\r") for line in text.splitlines(keepends=True)]


def _mode(file: SkillFile | None) -> str:
    return "755" if file is not None and file.is_executable else "644"


def _size(file: SkillFile | None) -> str:
    return "nothing" if file is None else f"{len(file.content)} bytes"
