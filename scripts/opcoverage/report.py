"""The table of all operations, as text, Markdown or JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

_HEAD = ("operation", "calls", "sync", "async", "documented")


class Row(NamedTuple):
    """What one operation has.

    Attributes:
        operation: Its operationId.
        calls: The methods that send it, such as ("agent.execute",).
        reason: Why there are none.
        sync: Whether a test's call was seen to send it, through each method, on `VLMRun`.
        asynchronous: The same on `AsyncVLMRun`.
        documented: Whether all its methods are.
        holes: What is missing, each with what to do.
    """

    operation: str
    calls: tuple[str, ...]
    reason: str | None
    sync: bool
    asynchronous: bool
    documented: bool
    holes: tuple[str, ...]


def _cells(row: Row) -> tuple[str, ...]:
    yes = {True: "yes", False: "NO"}
    marks = [yes[each] for each in (row.sync, row.asynchronous, row.documented)]
    if row.reason:
        marks[:2] = ["-", "-"]
    return (row.operation, ", ".join(row.calls) or row.reason or "NONE", *marks)


def _summary(rows: Sequence[Row]) -> str:
    holes = sum(len(row.holes) for row in rows)
    return f"{len(rows)} operations, {sum(len(row.calls) for row in rows)} calls, {holes} holes"


def as_text(rows: Sequence[Row]) -> str:
    """For a terminal."""
    table = [_HEAD, *map(_cells, rows)]
    widths = [max(len(line[column]) for line in table) for column in range(len(_HEAD))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in table
    ]
    return "\n".join([*lines, "", *_holes(rows), _summary(rows)])


def as_markdown(rows: Sequence[Row]) -> str:
    """For a page or a comment of CI."""
    lines = [f"| {' | '.join(_HEAD)} |", f"|{'---|' * len(_HEAD)}"]
    lines += [f"| {' | '.join(_cells(row))} |" for row in rows]
    holes = [f"- {each}" for each in _holes(rows)]
    return "\n".join([*lines, "", *holes, *([""] if holes else []), _summary(rows)])


def as_json(rows: Iterable[Row]) -> str:
    """An array of objects, one an operation, in the order of the contract."""
    return json.dumps([_entry(row) for row in rows], indent=2)


def _entry(row: Row) -> dict[str, Any]:
    entry = row._asdict()
    entry["async"] = entry.pop("asynchronous")
    return entry


def _holes(rows: Iterable[Row]) -> Iterator[str]:
    for row in rows:
        for hole in row.holes:
            yield f"{row.operation}: {hole}"


FORMATS: dict[str, Callable[[Sequence[Row]], str]] = {
    "text": as_text,
    "markdown": as_markdown,
    "json": as_json,
}
