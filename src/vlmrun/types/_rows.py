"""Rows of results: one for each, or one for each item of a list in their responses."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from vlmrun._messages import did_you_mean
from vlmrun.errors import InputError
from vlmrun.types._dumping import to_plain
from vlmrun.types._evidence_reader import path_step
from vlmrun.types._evidence_shapes import without_grounding
from vlmrun.types._table_files import Table, check_records
from vlmrun.types.pdf_pages import PdfPages

_STEP = re.compile(r'\["(?:[^"\\]|\\.)*"\]|[^.\[\]]+')


class Entry(NamedTuple):
    """A result: the columns about it, and its answer.

    Attributes:
        head: File, id, status, error, credits.
        answer: The response as JSON data.
    """

    head: dict[str, Any]
    answer: Any


def table_of(items: Iterable[Any], records: Any = None) -> Table:
    """Return the table of executions, predictions, items of batches, or other objects.

    Args:
        items: The objects.
        records: The path of a list in the responses, for a row for each of its items.

    Raises:
        InputError: No response has such a list.
    """
    path = check_records(records)
    listed = list(items)
    entries = [_entry(item) for item in listed]
    _distinguish_files(entries, listed)
    steps = _steps(path or "")
    answers = [_mapping(entry.answer) for entry in entries]
    if path and any(answers) and not any(_has_list(answer, steps) for answer in answers):
        names = sorted({name for answer in answers for name in _lists_in(answer)})
        hint = did_you_mean(path, names) if names else " None of the responses has a list."
        raise InputError(f"records: no response has a list {path!r}.{hint}")
    rows: list[dict[str, Any]] = []
    for entry, answer in zip(entries, answers, strict=True):
        for row in _exploded(answer, steps, ""):
            rows.append(entry.head | {_free(name, entry.head, row): row[name] for name in row})
    return Table.of_records(rows)


def _entry(item: Any) -> Entry:
    to_entry = getattr(item, "_table_entry", None)
    if to_entry is not None:
        entry: Entry = to_entry()
        return entry
    return Entry({}, to_plain(item))


def _distinguish_files(entries: Iterable[Entry], items: Iterable[Any]) -> None:
    """Replace the name of a file by its path where inputs of a batch have the same name."""
    paths: dict[str, set[str]] = {}
    inputs = [_place_of(getattr(item, "input", None)) for item in items]
    known = [
        (entry.head, each) for entry, each in zip(entries, inputs, strict=True) if each is not None
    ]
    for head, path in known:
        paths.setdefault(head["file"], set()).add(path)
    for head, path in known:
        if len(paths[head["file"]]) > 1:
            head["file"] = path


def _place_of(item: Any) -> str | None:
    """Return the path or the URL of an input, if it has one."""
    if isinstance(item, PdfPages):
        item = item.file
    if not isinstance(item, (str, os.PathLike)):
        return None
    text = str(item)
    # The query of a URL may be a signature, which must not get into a table.
    return re.split("[?#]", text)[0] if "://" in text else text


def _steps(path: str) -> list[str]:
    """Return the keys of a path, in which `path_step` has quoted those with dots or brackets."""
    found = _STEP.findall(path)
    try:
        return [json.loads(step[1:-1]) if step[0] == "[" else step for step in found]
    except ValueError:  # it is not quoted as JSON, and so not the path of a list
        return [path]


def _free(name: str, head: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """Return the column of a field, which may have the name of a column about the result."""
    if name not in head:
        return name
    name = f"response.{name}"
    while name in row:  # the response has such a field, too
        name = f"response.{name}"
    return name


def _mapping(answer: Any) -> Mapping[str, Any]:
    answer = without_grounding(to_plain(answer))
    if isinstance(answer, Mapping):
        return answer
    return {} if answer is None else {"response": answer}


def _has_list(value: Any, steps: list[str]) -> bool:
    if isinstance(value, list):
        return not steps or any(_has_list(each, steps) for each in value)
    return bool(steps) and isinstance(value, Mapping) and _has_list(value.get(steps[0]), steps[1:])


def _lists_in(answer: Mapping[str, Any]) -> list[str]:
    return [name for name, value in _flat(answer, "").items() if isinstance(value, list)]


def _exploded(value: Mapping[str, Any], steps: list[str], prefix: str) -> list[dict[str, Any]]:
    """Return a row for each item of the list that the steps lead to, with all that is around it."""
    if not steps or steps[0] not in value:
        return [_flat(value, prefix)]
    name = steps[0]
    around = _flat({key: each for key, each in value.items() if key != name}, prefix)
    child = value[name]
    column = f"{prefix}{path_step(name)}"
    rows: list[dict[str, Any]] = []
    for each in child if isinstance(child, list) else [child]:
        if isinstance(each, Mapping):
            rows += _exploded(each, steps[1:], column)
        elif each is not None or isinstance(child, list):
            rows.append({column.removeprefix("."): each})
    return [{**around, **row} for row in rows] or [around]


def _flat(value: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """Return the fields of nested objects by their paths; lists stay values."""
    found: dict[str, Any] = {}
    stack = [(f"{prefix}{path_step(str(key))}", value[key]) for key in reversed(list(value))]
    while stack:
        path, each = stack.pop()
        if isinstance(each, Mapping) and each:
            stack += [(f"{path}{path_step(str(key))}", each[key]) for key in reversed(list(each))]
        else:
            found[path.removeprefix(".")] = each
    return found
