"""Derived files: headers, comparison, and replacing folders and files together."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from difflib import unified_diff
from pathlib import Path

_CACHE = "__pycache__"
_MARK = b"# Derived from "


def files_in(folder: Path) -> list[str]:
    """All files below a folder, as sorted paths with slashes; byte code left out."""
    paths = (path for path in folder.rglob("*") if path.is_file() or path.is_symlink())
    inside = (path.relative_to(folder) for path in paths)
    return sorted(path.as_posix() for path in inside if _CACHE not in path.parts)


def write_header(path: Path, source: str) -> None:
    """Put the line first that says what a file is derived from."""
    text = path.read_text("utf-8")
    header = f"{_MARK.decode()}{source} by `make generate`. Do not edit.\n"
    path.write_text(header + text, "utf-8", newline="\n")


@dataclass
class Difference:
    """What sets a folder apart from what it should be.

    Args:
        found: The folder.
        expected: What it should be.
        missing: The files that it lacks.
        stale: Derived files that are not made any more.
        extra: Files that were never derived.
        changed: Files that are not the same.
    """

    found: Path
    expected: Path
    missing: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any(names for _, names in self._kinds())

    def _kinds(self) -> list[tuple[str, list[str]]]:
        return [
            ("missing", self.missing),
            ("stale", self.stale),
            ("extra", self.extra),
            ("changed", self.changed),
        ]

    def counts(self) -> str:
        """How many files of each kind."""
        return _counted(self._kinds())

    def outcome(self) -> str:
        """What will have happened when the folder is replaced by what it should be."""
        gone = [*self.stale, *self.extra]
        return _counted([("new", self.missing), ("gone", gone), ("changed", self.changed)])

    def summary(self, label: str) -> list[str]:
        """One line a file."""
        return [f"  {kind:8} {label}/{name}" for kind, names in self._kinds() for name in names]

    def diff(self, label: str) -> Iterator[str]:
        """The changed files' lines, from what is there to what should be."""
        for name in self.changed:
            yield from unified_diff(
                _lines(self.found / name),
                _lines(self.expected / name),
                f"{label}/{name}",
                f"{label}/{name} (regenerated)",
                lineterm="",
            )


def _counted(kinds: list[tuple[str, list[str]]]) -> str:
    return ", ".join(f"{len(names)} {kind}" for kind, names in kinds if names) or "as before"


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8", errors="replace").splitlines()


def compare(found: Path, expected: Path) -> Difference:
    """Compare two folders both ways, file by file and byte by byte."""
    names_found, names_expected = set(files_in(found)), set(files_in(expected))
    extra = names_found - names_expected
    stale = {name for name in extra if _is_derived(found / name)}
    return Difference(
        found,
        expected,
        missing=sorted(names_expected - names_found),
        stale=sorted(stale),
        extra=sorted(extra - stale),
        changed=sorted(
            name
            for name in names_found & names_expected
            if (found / name).is_symlink()
            or (found / name).read_bytes() != (expected / name).read_bytes()
        ),
    )


def _is_derived(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_MARK)) == _MARK


def cut_short(target: Path) -> bool:
    """Whether a killed run has left something beside a target."""
    return any(path.exists() for path in _beside(target))


def recover(*targets: Path) -> None:
    """Undo what a killed run left beside the targets: all are new, or all are as they were.

    Args:
        targets: What may have been replaced together.
    """
    # A new one still waiting says that the run had not come to its end.
    unfinished = any(_beside(target)[0].exists() for target in targets)
    for target in targets:
        incoming, outgoing = _beside(target)
        if outgoing.exists() and (unfinished or not target.exists()):
            _remove(target)
            outgoing.rename(target)
        _remove(incoming)
    for target in targets:
        _remove(_beside(target)[1])


def replace(new: Mapping[Path, Path]) -> None:
    """Put new folders and files in the places of the targets: all of them, or none.

    Args:
        new: What comes in the place of each target; it is copied, not moved.

    Raises:
        OSError: A target cannot be replaced; all are as they were.
    """
    recover(*new)
    with ExitStack() as leftovers:
        leftovers.callback(recover, *new)
        # What is likely to fail, the copying, is over before any target is touched.
        for target, source in new.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            _copy(source, _beside(target)[0])
        with ExitStack() as undo:
            for target in new:
                incoming, outgoing = _beside(target)
                if target.exists():
                    target.rename(outgoing)
                incoming.rename(target)
                undo.callback(target.rename, incoming)
            undo.pop_all()


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns(_CACHE))
    else:
        shutil.copy(source, target)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _beside(target: Path) -> tuple[Path, Path]:
    return (
        target.with_name(f".{target.name}.incoming"),
        target.with_name(f".{target.name}.outgoing"),
    )
