"""Validation of the front matter's fields: the limits of the open format, as data and checks."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from vlmrun._messages import closest, short_repr
from vlmrun.skills.findings import Finding, Level, type_name
from vlmrun.skills.frontmatter import SkillText

MAX_NAME = 64
MAX_DESCRIPTION = 1024
MAX_COMPATIBILITY = 500
OPEN_KEYS = ("name", "description", "license", "compatibility", "metadata", "allowed-tools")
# The service's documentation writes skill_version in a table and version in an example.
SERVICE_KEYS = ("skill_version", "version")


def field_findings(skill: SkillText, strict: bool = False) -> list[Finding]:
    """Return what is wrong with the fields, or nothing if the front matter cannot be read."""
    values = skill.values
    if values is None:
        return []
    found = [
        Finding(_level(strict), key, "must be quoted: it is not valid YAML as it is (a colon?)")
        for key in skill.quoted
    ]
    found += [
        Finding("warning", key, "must be quoted: YAML reads what follows # as a comment")
        for key in skill.commented
    ]
    found += _required_findings(values, "name", _name_findings)
    found += _required_findings(values, "description", _description_findings)
    found += _optional_findings(values)
    found += _key_findings(values, strict)
    return found


def directory_findings(values: dict[str, Any], names: Iterable[str], strict: bool) -> list[Finding]:
    """Return a finding if the skill's name is none of the names of its directory."""
    name = values.get("name")
    directory, *links = names
    if not isinstance(name, str) or not name.strip():
        return []
    if unicodedata.normalize("NFKC", name.strip()) in (
        unicodedata.normalize("NFKC", known) for known in (directory, *links)
    ):
        return []
    message = f"is {short_repr(name.strip())}, but the directory is named {short_repr(directory)}"
    return [Finding(_level(strict), "name", message)]


def _level(strict: bool) -> Level:
    return "error" if strict else "warning"


def _required_findings(
    values: dict[str, Any], key: str, check: Callable[[str], Iterator[Finding]]
) -> Iterator[Finding]:
    if key not in values:
        similar = closest(key, set(values) - set(OPEN_KEYS), 0.7)
        hint = f"; is {similar!r} misspelt?" if similar else ""
        yield Finding("error", key, f"is missing{hint}")
    elif not isinstance(values[key], str):
        yield Finding("error", key, f"must be a string, not {type_name(values[key])}")
    elif not values[key].strip():
        yield Finding("error", key, "is empty")
    else:
        yield from check(values[key].strip())


def _name_findings(name: str) -> Iterator[Finding]:
    # The reference validator normalizes too, so a decomposed "é" counts as one letter.
    name = unicodedata.normalize("NFKC", name)
    if len(name) > MAX_NAME:
        yield Finding("error", "name", f"has {len(name)} characters; the limit is {MAX_NAME}")
    if name != name.lower():
        yield Finding("error", "name", f"must be in lower case: {short_repr(name.lower())}")
    invalid = sorted({character for character in name if not _is_name_character(character)})
    if invalid:
        shown = short_repr(" ".join(invalid))
        yield Finding("error", "name", f"may have letters, digits and hyphens only; it has {shown}")
    if name[0] == "-" or name[-1] == "-":
        yield Finding("error", "name", "must not start or end with a hyphen")
    if "--" in name:
        yield Finding("error", "name", "must not have two hyphens in a row")
    if not name.isascii():
        yield Finding("warning", "name", "has letters other than a-z, which other tools may refuse")


def _is_name_character(character: str) -> bool:
    return character.isalnum() or character == "-"


def _description_findings(description: str) -> Iterator[Finding]:
    if len(description) > MAX_DESCRIPTION:
        message = f"has {len(description)} characters; the limit is {MAX_DESCRIPTION}"
        yield Finding("error", "description", message)
    if "<" in description or ">" in description:
        yield Finding("warning", "description", "has < or >, which other tools may refuse")


def _optional_findings(values: dict[str, Any]) -> Iterator[Finding]:
    if "compatibility" in values:
        yield from _compatibility_findings(values["compatibility"])
    if not isinstance(values.get("license", ""), str):
        message = f"should be a string, not {type_name(values['license'])}"
        yield Finding("warning", "license", message)
    metadata = values.get("metadata", {})
    if not isinstance(metadata, dict):
        yield Finding("warning", "metadata", f"should be a mapping, not {type_name(metadata)}")
    else:
        for key, value in metadata.items():
            if not isinstance(value, str):
                message = f"should map strings to strings; {short_repr(key)} is {type_name(value)}"
                yield Finding("warning", "metadata", message)
    tools = values.get("allowed-tools", "")
    if not isinstance(tools, str) and not (
        isinstance(tools, list) and all(isinstance(tool, str) for tool in tools)
    ):
        message = "should be a string with blanks between the tools, or a list of strings"
        yield Finding("warning", "allowed-tools", message)


def _compatibility_findings(compatibility: object) -> Iterator[Finding]:
    if not isinstance(compatibility, str):
        message = f"must be a string, not {type_name(compatibility)}"
        yield Finding("error", "compatibility", message)
    elif not compatibility.strip():
        yield Finding("warning", "compatibility", "is empty; leave it out")
    elif (length := len(compatibility.strip())) > MAX_COMPATIBILITY:
        message = f"has {length} characters; the limit is {MAX_COMPATIBILITY}"
        yield Finding("error", "compatibility", message)


def _key_findings(values: dict[str, Any], strict: bool) -> Iterator[Finding]:
    for key, value in values.items():
        if key in SERVICE_KEYS:
            yield Finding("warning", key, "is VLM Run's own key, which other tools may refuse")
            if not isinstance(value, str):
                message = f"should be a string, not {type_name(value)}"
                yield Finding("warning", key, message)
        elif strict and key not in OPEN_KEYS:
            message = f"is not a key of the format. Known: {', '.join(OPEN_KEYS)}"
            yield Finding("error", key, message)
