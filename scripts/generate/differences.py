"""Differences between a derived folder and what its sources produce, and their report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from itertools import islice
from pathlib import Path

from scripts.generate.trees import DERIVED_MARK, files_in

MOST_DIFF_LINES = 200
MOST_FILES = 40

# The kinds of differing files, and what replacing the folder does to them.
_KINDS = {"missing": "added", "stale": "removed", "extra": "removed", "changed": "changed"}


@dataclass
class TreeDifference:
    """The difference between a folder and its expected content.

    Args:
        found: The folder.
        expected: A folder with the expected content.
        kinds: The kind of each file that differs: "missing" in the folder, "stale" if it is derived
            but no longer generated, "extra" if it was never derived, or "changed".
    """

    found: Path
    expected: Path
    kinds: dict[str, str]

    def counts(self) -> str:
        """Return the number of files of each kind."""
        return _counted(self.kinds.values(), _KINDS)

    def outcome(self) -> str:
        """Describe the effect of replacing the folder by the expected one."""
        outcomes = [_KINDS[kind] for kind in self.kinds.values()]
        return _counted(outcomes, _KINDS.values()) or "unchanged"

    def summary(self, label: str) -> list[str]:
        """Return one line for each file."""
        order = [*_KINDS]
        files = sorted(self.kinds.items(), key=lambda each: (order.index(each[1]), each[0]))
        return [f"  {kind:8} {label}/{name}" for name, kind in files]

    def diff(self, label: str) -> Iterator[str]:
        """Yield a unified diff of the changed files."""
        for name in sorted(name for name, kind in self.kinds.items() if kind == "changed"):
            yield from unified_diff(
                _lines(self.found / name),
                _lines(self.expected / name),
                f"{label}/{name}",
                f"{label}/{name} (regenerated)",
                lineterm="",
            )


def _counted(words: Iterable[str], order: Iterable[str]) -> str:
    found = Counter(words)
    return ", ".join(f"{found[word]} {word}" for word in dict.fromkeys(order) if found[word])


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8", errors="replace").splitlines()


def compare(found: Path, expected: Path) -> TreeDifference:
    """Compare two folders file by file, byte by byte."""
    names, kinds = set(files_in(found)), {}
    for name in names | {*files_in(expected)}:
        if name not in names:
            kinds[name] = "missing"
        elif not (expected / name).is_file():
            is_derived = (found / name).read_bytes().startswith(DERIVED_MARK.encode())
            kinds[name] = "stale" if is_derived else "extra"
        elif _is_link_or_other(found / name, expected / name):
            kinds[name] = "changed"
    return TreeDifference(found, expected, kinds)


def _is_link_or_other(path: Path, expected: Path) -> bool:
    return path.is_symlink() or path.read_bytes() != expected.read_bytes()


def report(differences: Mapping[str, TreeDifference]) -> Iterator[str]:
    """Yield the report of `--check`: the remedy, the files, and the first lines of the diff.

    Args:
        differences: The difference of each tree, by its label. There is no report if none differs.
    """
    found = {label: difference for label, difference in differences.items() if difference.kinds}
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
