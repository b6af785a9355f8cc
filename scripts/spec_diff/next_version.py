"""The next version, and the section of CHANGELOG.md about the changes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scripts.openapi.load_document import UnusableError
from scripts.spec_diff.change import ERGONOMIC, LOW_LEVEL, WIRE, Change

# `make api-diff` reads "Breaking (api)" as an announcement.
_PREFIXES = {
    WIRE: "Breaking (service)",
    LOW_LEVEL: "Breaking (low level)",
    ERGONOMIC: "Breaking (api)",
}
RULES = (
    "0.y.z: anything breaking raises y, anything else z; "
    "from 1.0.0: breaking raises the first number, a new feature the second, the rest the third"
)
_MAX_REASONS = 3
_PLACE = re.compile(r" \([^()]*:\d+\)$")
_NEW = re.compile(r"-added$")

_ADDED = "- New: "


def next_version(version: str, changes: list[Change]) -> str:
    """Return the version to release after the changes; the same if there are none.

    Raises:
        UnusableError: The version is not of the form `1.2.3`.
    """
    major, minor, patch = version_numbers(version)
    if not changes:
        return version
    breaking = any(change.is_breaking for change in changes)
    if major == 0:
        return f"0.{minor + 1}.0" if breaking else f"0.{minor}.{patch + 1}"
    if breaking:
        return f"{major + 1}.0.0"
    if any(_NEW.search(change.kind) for change in changes):
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}"


def version_numbers(version: str) -> tuple[int, ...]:
    """Return the three numbers of a version.

    Raises:
        UnusableError: It is not of the form `1.2.3`.
    """
    match = re.fullmatch(r"(\d+)\.(\d+)\.(\d+)\S*", version)
    if match is None:
        raise UnusableError(f"the version {version!r} is not of the form 1.2.3")
    return tuple(int(part) for part in match.groups())


def changelog_section(version: str, changes: list[Change], *, has_heading: bool = False) -> str:
    """Return the section for CHANGELOG.md: what breaks for whom, then what is new.

    Args:
        version: The next version.
        changes: The changes.
        has_heading: Whether the section is there already, so that only its parts are missing.
    """
    if not changes:
        return ""
    lines = list(dict.fromkeys(_lines(changes)))
    parts = {
        "Changed": [line for line in lines if not line.startswith(_ADDED)],
        "Added": [line for line in lines if line.startswith(_ADDED)],
    }
    text = f"## Unreleased\n\nThe API has changed; the next version is {version}.\n\n"
    blocks = ["\n".join([f"### {title}", "", *of, ""]) for title, of in parts.items() if of]
    return ("" if has_heading else text) + "\n".join(blocks)


def _lines(changes: list[Change]) -> Iterator[str]:
    for name in (ERGONOMIC, WIRE, LOW_LEVEL):
        for change in changes:
            if name not in change.reasons:
                continue
            if name == WIRE:
                yield f"- {_PREFIXES[name]}: {_sentence(change)}"
                continue
            reasons = change.reasons[name]
            shown = reasons[:_MAX_REASONS] if name == LOW_LEVEL else reasons
            for reason in shown:
                text = _as_code(_PLACE.sub("", reason))
                subject = "" if "`" in text else f"`{change.subject}`: "
                yield f"- {_PREFIXES[name]}: {subject}{text}."
            if len(reasons) > len(shown):
                more = len(reasons) - len(shown)
                yield f"- {_PREFIXES[name]}: and {more} more for `{change.subject}`: {change.text}."
    added = [each for each in changes if not each.is_breaking and _NEW.search(each.kind)]
    schemas = [f"`{change.subject}`" for change in added if change.kind == "schema-added"]
    yield from (f"{_ADDED}{_sentence(each)}" for each in added if each.kind != "schema-added")
    if schemas:
        yield f"{_ADDED}schemas: {', '.join(schemas)}."


def _sentence(change: Change) -> str:
    return f"`{change.subject}`: {change.text}."


def _as_code(reason: str) -> str:
    """Return a reason with its dotted names between backticks."""
    return re.sub(r"\b(?:vlmrun|vlmrun_api|client)\.[\w.]+(?:\(\w+=\))?", r"`\g<0>`", reason)
