"""Differences between a derived folder and what its sources produce, and their report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import unified_diff
from itertools import islice
from pathlib import Path

from scripts.generate.trees import DERIVED_MARK, files_in

MOST_DIFF_LINES = 200
MOST_FILES = 40


@dataclass
class Difference:
    """The difference between a folder and its expected content.

    Args:
        found: The folder.
        expected: A folder with the expected content.
        missing: The files that are not in the folder.
        stale: Derived files that are no longer generated.
        extra: Files that were never derived.
        changed: Files with other contents.
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
        """Return the number of files of each kind."""
        return _counted(self._kinds())

    def outcome(self) -> str:
        """Describe the effect of replacing the folder by the expected one."""
        removed = [*self.stale, *self.extra]
        kinds = [("added", self.missing), ("removed", removed), ("changed", self.changed)]
        return _counted(kinds) or "unchanged"

    def summary(self, label: str) -> list[str]:
        """Return one line for each file."""
        return [f"  {kind:8} {label}/{name}" for kind, names in self._kinds() for name in names]

    def diff(self, label: str) -> Iterator[str]:
        """Yield a unified diff of the changed files."""
        for name in self.changed:
            yield from unified_diff(
                _lines(self.found / name),
                _lines(self.expected / name),
                f"{label}/{name}",
                f"{label}/{name} (regenerated)",
                lineterm="",
            )


def _counted(kinds: list[tuple[str, list[str]]]) -> str:
    return ", ".join(f"{len(names)} {kind}" for kind, names in kinds if names)


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8", errors="replace").splitlines()


def compare(found: Path, expected: Path) -> Difference:
    """Compare two folders file by file, byte by byte."""
    names_found, names_expected = set(files_in(found)), set(files_in(expected))
    unexpected = names_found - names_expected
    stale = {name for name in unexpected if _is_derived(found / name)}
    return Difference(
        found,
        expected,
        missing=sorted(names_expected - names_found),
        stale=sorted(stale),
        extra=sorted(unexpected - stale),
        changed=sorted(
            name
            for name in names_found & names_expected
            if (found / name).is_symlink()
            or (found / name).read_bytes() != (expected / name).read_bytes()
        ),
    )


def _is_derived(path: Path) -> bool:
    mark = DERIVED_MARK.encode()
    with path.open("rb") as file:
        return file.read(len(mark)) == mark


def report(differences: Mapping[str, Difference]) -> Iterator[str]:
    """Yield the report of `--check`: the remedy, the files, and the first lines of the diff.

    Args:
        differences: The difference of each tree, by its label. There is no report if none differs.
    """
    found = {label: difference for label, difference in differences.items() if difference}
    if not found:
        return
    yield "The derived trees are out of date: run `make generate` and commit what it changes."
    yield "\nFiles:"
    for label, difference in found.items():
        yield f"  {label}: {difference.counts()}"
    yield from _limited(
        [line for label, each in found.items() for line in each.summary(label)],
        MOST_FILES,
        "  ... and {} more files",
    )
    lines = [line for label, each in found.items() for line in each.diff(label)]
    if lines:
        yield ""
    yield from _limited(lines, MOST_DIFF_LINES, "... and {} more lines")


def _limited(lines: list[str], most: int, rest: str) -> Iterator[str]:
    yield from islice(lines, most)
    if len(lines) > most:
        yield rest.format(len(lines) - most)
