"""OpenAPI Overlay 1.0 (https://spec.openapis.org/overlay/v1.0.0.html), with reasons.

It is stricter than the specification: every action has a `description`, the reason for it, and an
action that matches nothing is an error, because the document is no longer the one it was written
for. With `x-when`, another JSONPath, an action is for documents where that matches, and is skipped
for others.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jsonpath import JSONPathEnvironment, JSONPathMatch
from jsonpath.exceptions import JSONPathError

from scripts.generate.failure import GenerationError
from scripts.lint_spec.operation_rules import status_text
from scripts.openapi.load_document import shown
from scripts.update.read_input import read_without_aliases

_RFC_9535 = JSONPathEnvironment(strict=True)
_MAX_NAMES = 8


@dataclass(frozen=True)
class Action:
    """A change of the document: an update, or the removal of the target."""

    location: str
    target: Any
    reason: str
    update: Any = None
    when: Any = None


def load(path: Path) -> list[Action]:
    """Read an overlay.

    Raises:
        UnusableError: It cannot be read.
        GenerationError: It is not an overlay, or an action is incomplete.
    """
    document = read_without_aliases(path)
    document.refuse(status_text(document.value))
    overlay, location = document.value, shown(path)
    if not isinstance(overlay, dict) or overlay.get("overlay") != "1.0.0":
        raise GenerationError(f"{location}: not an overlay: begin it with `overlay: 1.0.0`")
    info = overlay.get("info")
    if not isinstance(info, dict) or not all(
        isinstance(info.get(key), str) for key in ("title", "version")
    ):
        raise GenerationError(f"{location}#/info: an overlay needs a title and a version (str)")
    _check_keys(overlay, {"overlay", "info", "extends", "actions"}, f"{location}#")
    _check_keys(info, {"title", "version"}, f"{location}#/info")
    actions = overlay.get("actions")
    if not isinstance(actions, list) or not actions:
        raise GenerationError(f"{location}#/actions: must be a list with at least one action")
    return [_action(each, f"{location}#/actions/{at}") for at, each in enumerate(actions)]


def apply(document: dict[str, Any], actions: list[Action]) -> tuple[dict[str, Any], list[str]]:
    """Return a changed copy of a document, and the actions whose `x-when` matches nothing.

    Raises:
        GenerationError: An action matches nothing, or cannot be applied where it matches.
    """
    document = deepcopy(document)
    skipped = []
    for action in actions:
        if action.when is not None and not action.when.findall(document):
            skipped.append(action.location.rpartition("#/")[2])
            continue
        matches = list(action.target.finditer(document))
        if not matches:
            raise GenerationError(
                f"{action.location}: {action.target} matches nothing ({action.reason})\n"
                f"{_nearest(document, action.target)}"
            )
        # From the end, so that removing a list item does not shift those still to be removed.
        for match in sorted(matches, key=_sort_key, reverse=True):
            _change(match, action)
    return document, skipped


def _action(value: Any, location: str) -> Action:
    if not isinstance(value, dict):
        raise GenerationError(f"{location}: an action is an object with target, update or remove")
    _check_keys(value, {"target", "description", "update", "remove"}, location)
    reason = value.get("description")
    if not isinstance(reason, str) or not reason.strip():
        raise GenerationError(f"{location}: there is no reason: explain it in `description`")
    if ("update" in value) == ("remove" in value) or value.get("remove", True) is not True:
        raise GenerationError(f"{location}: an action has either `update` or `remove: true`")
    when = value.get("x-when")
    return Action(
        location,
        _compile(value.get("target"), f"{location}/target"),
        " ".join(reason.split()),
        value.get("update"),
        None if when is None else _compile(when, f"{location}/x-when"),
    )


def _check_keys(value: dict[str, Any], known: set[str], location: str) -> None:
    for key in value:
        if key not in known and not key.startswith("x-"):
            close = difflib.get_close_matches(key, known, 1)
            fix = f"did you mean {close[0]}?" if close else "remove it"
            raise GenerationError(f"{location}: an overlay has no {key!r} here: {fix}")


def _compile(text: Any, location: str) -> Any:
    try:
        if isinstance(text, str) and text.strip():
            return _RFC_9535.compile(text)
    except JSONPathError as error:
        message = str(error).splitlines()[0]
        raise GenerationError(
            f"{location}: {text!r} is not a JSONPath (RFC 9535): {message}"
        ) from None
    raise GenerationError(f"{location}: must be a JSONPath, such as $.paths['/v1/files'].get")


def _sort_key(match: JSONPathMatch) -> list[tuple[bool, Any]]:
    return [(isinstance(part, int), part) for part in match.parts]


def _change(match: JSONPathMatch, action: Action) -> None:
    target: Any = match.obj
    if action.update is None:
        if match.parent is None:
            raise GenerationError(f"{action.location}: the whole document cannot be removed")
        holder: Any = match.parent.obj
        del holder[match.parts[-1]]
    elif isinstance(target, list):
        target.append(deepcopy(action.update))
    elif isinstance(target, dict) and isinstance(action.update, dict):
        _merge(target, action.update)
    else:
        raise GenerationError(
            f"{action.location}: {action.target} is not an object, so an update cannot be merged "
            "into it: choose what contains it"
        )


def _merge(target: dict[str, Any], update: dict[str, Any]) -> None:
    for key, value in update.items():
        if isinstance(value, dict) and isinstance(target.get(key), dict):
            _merge(target[key], value)
        elif isinstance(value, list) and isinstance(target.get(key), list):
            target[key] += deepcopy(value)
        else:
            target[key] = deepcopy(value)


def _nearest(document: Any, path: Any) -> str:
    """Return the longest part of a path that matches, and what is below it."""
    segments = [str(segment) for segment in path.segments]
    for length in range(len(segments) - 1, -1, -1):
        beginning = "$" + "".join(segments[:length])
        found = _RFC_9535.compile(beginning).findall(document)
        if found:
            names = list(dict.fromkeys(_names(found)))
            wanted = segments[length].strip("[]'")
            close = difflib.get_close_matches(wanted, names, _MAX_NAMES, 0.5) or names[:_MAX_NAMES]
            return f"{beginning} does match; below it there is {', '.join(close) or 'nothing'}"
    return "not even the document itself matches"


def _names(values: list[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, dict):
            yield from value
        elif isinstance(value, list):
            yield f"a list of {len(value)}"
