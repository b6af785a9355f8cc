"""What `--check` says: what to do, why, which files, and then the beginning of the lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from scripts.generate.trees import Difference

MOST_DIFF_LINES = 200
MOST_FILES = 40


@dataclass
class Outdated:
    """A derived tree that is not what it should be.

    Args:
        label: Where it is.
        difference: What sets it apart.
    """

    label: str
    difference: Difference


def report(found: list[Outdated], reasons: list[str]) -> Iterator[str]:
    """The lines of the report."""
    wrong = "The derived trees are out of date" if found else "lock.json is out of date"
    yield f"{wrong}: run `make generate` and commit what it changes."
    if reasons:
        yield ""
        yield "Why:"
        yield from (f"  {reason}" for reason in reasons)
    if not found:
        return
    yield ""
    yield "Files:"
    for each in found:
        yield f"  {each.label}: {each.difference.counts()}"
    files = [line for each in found for line in each.difference.summary(each.label)]
    yield from files[:MOST_FILES]
    if len(files) > MOST_FILES:
        yield f"  ... and {len(files) - MOST_FILES} more files"
    lines = [line for each in found for line in each.difference.diff(each.label)]
    if lines:
        yield ""
        yield from islice(lines, MOST_DIFF_LINES)
    if len(lines) > MOST_DIFF_LINES:
        yield f"... and {len(lines) - MOST_DIFF_LINES} more lines"
