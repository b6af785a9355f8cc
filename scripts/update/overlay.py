"""What has to be different in the vendor's document, as an OpenAPI Overlay 1.0 with reasons.

Stricter than the specification: every action has a `description`, the reason, and an action that
matches nothing is a mistake, since the document has moved on from what it was written for. With
`x-when`, another JSONPath, an action is for documents in which that matches, and is passed over
in others.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jsonpath import JSONPathEnvironment
from jsonpath.exceptions import JSONPathError

from scripts.generate.failure import GenerationError
from scripts.lint_spec.operation_rules import status_text
from scripts.openapi.load_document import shown
from scripts.update.read_input import read

_RFC_9535 = JSONPathEnvironment(strict=True)
_MOST_NAMES = 8


@dataclass(frozen=True)
class Action:
    """One change, and why."""

    place: str
    target: Any
    reason: str
    update: Any = None
    when: Any = None


def load(path: Path) -> list[Action]:
    """Read an overlay.

    Raises:
        UnusableError: It cannot be read.
        GenerationError: It is no overlay, or an action lacks something.
    """
    document = read(path)
    document.refuse(status_text(document.value))
    overlay = document.value
    if not isinstance(overlay, dict) or overlay.get("overlay") != "1.0.0":
        raise GenerationError(f"{shown(path)}: not an overlay: begin it with `overlay: 1.0.0`")
    info = overlay.get("info")
    if not isinstance(info, dict) or not all(
        isinstance(info.get(k), str) for k in ("title", "version")
    ):
        raise GenerationError(
            f"{shown(path)}#/info: an overlay says its title and version, as texts"
        )
    _check_keys(overlay, {"overlay", "info", "extends", "actions"}, f"{shown(path)}#")
    _check_keys(info, {"title", "version"}, f"{shown(path)}#/info")
    actions = overlay.get("actions")
    if not isinstance(actions, list) or not actions:
        raise GenerationError(
            f"{shown(path)}#/actions: there is none: an overlay is a list of actions"
        )
    return [_action(each, f"{shown(path)}#/actions/{at}") for at, each in enumerate(actions)]


def apply(document: dict[str, Any], actions: list[Action]) -> tuple[dict[str, Any], list[str]]:
    """A changed copy of a document, and the actions whose `x-when` matches nothing.

    Raises:
        GenerationError: An action matches nothing, or cannot be done where it matches.
    """
    document = deepcopy(document)
    passed = []
    for action in actions:
        if action.when is not None and not action.when.findall(document):
            passed.append(action.place.rpartition("#/")[2])
            continue
        matches = [match.parts for match in action.target.finditer(document)]
        if not matches:
            raise GenerationError(
                f"{action.place}: {action.target} matches nothing ({action.reason})\n"
                f"{_nearest(document, action.target)}"
            )
        # From the end, so that what is removed from a list moves nothing that is yet to come.
        for parts in sorted(matches, key=_order, reverse=True):
            _change(document, parts, action)
    return document, passed


def _action(value: Any, place: str) -> Action:
    if not isinstance(value, dict):
        raise GenerationError(f"{place}: an action is an object with target and update or remove")
    _check_keys(value, {"target", "description", "update", "remove"}, place)
    reason = value.get("description")
    if not isinstance(reason, str) or not reason.strip():
        raise GenerationError(f"{place}: there is no reason: say in `description` why this is done")
    if ("update" in value) == ("remove" in value) or value.get("remove", True) is not True:
        raise GenerationError(f"{place}: an action has either `update` or `remove: true`")
    when = value.get("x-when")
    return Action(
        place,
        _path(value.get("target"), f"{place}/target"),
        " ".join(reason.split()),
        value.get("update"),
        None if when is None else _path(when, f"{place}/x-when"),
    )


def _check_keys(value: dict[str, Any], known: set[str], place: str) -> None:
    for key in value:
        if key not in known and not key.startswith("x-"):
            close = difflib.get_close_matches(key, known, 1)
            meant = f": did you mean {close[0]}?" if close else ": remove it"
            raise GenerationError(f"{place}: an overlay has no {key!r} here{meant}")


def _path(text: Any, place: str) -> Any:
    try:
        if isinstance(text, str) and text.strip():
            return _RFC_9535.compile(text)
    except JSONPathError as error:
        said = str(error).splitlines()[0]
        raise GenerationError(f"{place}: {text!r} is no JSONPath (RFC 9535): {said}") from None
    raise GenerationError(f"{place}: a JSONPath is missing, such as $.paths['/v1/files'].get")


def _order(parts: tuple[Any, ...]) -> list[tuple[bool, Any]]:
    return [(isinstance(part, int), part) for part in parts]


def _change(document: Any, parts: tuple[Any, ...], action: Action) -> None:
    if action.update is None:
        if not parts:
            raise GenerationError(f"{action.place}: the whole document cannot be removed")
        del _at(document, parts[:-1])[parts[-1]]
        return
    target = _at(document, parts)
    if isinstance(target, list):
        target.append(deepcopy(action.update))
    elif isinstance(target, dict) and isinstance(action.update, dict):
        _merge(target, action.update)
    else:
        raise GenerationError(
            f"{action.place}: {action.target} is no object that an update could be merged into: "
            "choose what is above it"
        )


def _at(document: Any, parts: tuple[Any, ...]) -> Any:
    for part in parts:
        document = document[part]
    return document


def _merge(target: dict[str, Any], update: dict[str, Any]) -> None:
    for key, value in update.items():
        if isinstance(value, dict) and isinstance(target.get(key), dict):
            _merge(target[key], value)
        elif isinstance(value, list) and isinstance(target.get(key), list):
            target[key] += deepcopy(value)
        else:
            target[key] = deepcopy(value)


def _nearest(document: Any, path: Any) -> str:
    """The longest beginning of a path that does match, and what stands below it."""
    segments = [str(segment) for segment in path.segments]
    for length in range(len(segments) - 1, -1, -1):
        beginning = "$" + "".join(segments[:length])
        found = _RFC_9535.compile(beginning).findall(document)
        if found:
            names = list(dict.fromkeys(_names(found)))
            wanted = segments[length].strip("[]'")
            close = (
                difflib.get_close_matches(wanted, names, _MOST_NAMES, 0.5) or names[:_MOST_NAMES]
            )
            return f"{beginning} does match; below it there is {', '.join(close) or 'nothing'}"
    return "not even the document itself matches"


def _names(values: list[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, dict):
            yield from value
        elif isinstance(value, list):
            yield f"a list of {len(value)}"
