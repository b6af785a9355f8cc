"""The rules for the front matter's fields, as data."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from vlmrun._messages import short_repr
from vlmrun.skills.findings import Finding, Level, kind
from vlmrun.skills.frontmatter import SkillText

MAX_NAME = 64
MAX_DESCRIPTION = 1024
MAX_COMPATIBILITY = 500
OPEN_KEYS = ("name", "description", "license", "compatibility", "metadata", "allowed-tools")
SERVICE_KEYS = ("skill_version", "version")


def field_findings(text: SkillText, strict: bool = False) -> list[Finding]:
    """What the front matter's fields violate; nothing where there is no front matter to look at."""
    values = text.values
    if values is None:
        return []
    found = [
        Finding(_level(strict), key, "must be quoted: it is no YAML as it stands (a colon?)")
        for key in text.quoted
    ]
    found += _required(values, "name", _name_findings)
    found += _required(values, "description", _description_findings)
    found += _optional_findings(values)
    found += _key_findings(values, strict)
    return found


def directory_finding(values: dict[str, Any], names: Iterable[str], strict: bool) -> list[Finding]:
    """That the name is not the directory's, if it is so."""
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


def _required(values: dict[str, Any], key: str, rules: Any) -> Iterator[Finding]:
    if key not in values:
        near = difflib.get_close_matches(key, set(values) - set(OPEN_KEYS), n=1, cutoff=0.7)
        hint = f"; is {near[0]!r} misspelt?" if near else ""
        yield Finding("error", key, f"is missing{hint}")
    elif not isinstance(values[key], str):
        yield Finding("error", key, f"must be a text, not {kind(values[key])}")
    elif not values[key].strip():
        yield Finding("error", key, "is empty")
    else:
        yield from rules(values[key].strip())


def _name_findings(name: str) -> Iterator[Finding]:
    name = unicodedata.normalize("NFKC", name)
    if len(name) > MAX_NAME:
        yield Finding("error", "name", f"has {len(name)} characters; at most {MAX_NAME} will do")
    if name != name.lower():
        yield Finding("error", "name", f"must be in lower case: {short_repr(name.lower())}")
    strange = sorted({mark for mark in name if not (mark.isalnum() or mark == "-")})
    if strange:
        shown = short_repr(" ".join(strange))
        yield Finding("error", "name", f"may have letters, digits and hyphens only; it has {shown}")
    if name[0] == "-" or name[-1] == "-":
        yield Finding("error", "name", "must not start or end with a hyphen")
    if "--" in name:
        yield Finding("error", "name", "must not have two hyphens in a row")
    if not name.isascii():
        yield Finding("warning", "name", "has letters other than a-z, which other tools may refuse")


def _description_findings(description: str) -> Iterator[Finding]:
    if len(description) > MAX_DESCRIPTION:
        message = f"has {len(description)} characters; at most {MAX_DESCRIPTION} will do"
        yield Finding("error", "description", message)
    if "<" in description or ">" in description:
        yield Finding("warning", "description", "has < or >, which other tools may refuse")


def _optional_findings(values: dict[str, Any]) -> Iterator[Finding]:
    if "compatibility" in values:
        yield from _compatibility_findings(values["compatibility"])
    if not isinstance(values.get("license", ""), str):
        yield Finding("warning", "license", f"should be a text, not {kind(values['license'])}")
    metadata = values.get("metadata", {})
    if not isinstance(metadata, dict):
        yield Finding("warning", "metadata", f"should be a mapping, not {kind(metadata)}")
    else:
        for key, value in metadata.items():
            if not isinstance(value, str):
                message = f"should map text to text; {short_repr(key)} is {kind(value)}"
                yield Finding("warning", "metadata", message)
    tools = values.get("allowed-tools", "")
    if not isinstance(tools, str) and not (
        isinstance(tools, list) and all(isinstance(tool, str) for tool in tools)
    ):
        message = "should be a text with blanks between the tools, or a list of texts"
        yield Finding("warning", "allowed-tools", message)


def _compatibility_findings(compatibility: object) -> Iterator[Finding]:
    if not isinstance(compatibility, str):
        yield Finding("error", "compatibility", f"must be a text, not {kind(compatibility)}")
    elif not compatibility.strip():
        yield Finding("warning", "compatibility", "is empty; leave it out")
    elif (length := len(compatibility.strip())) > MAX_COMPATIBILITY:
        message = f"has {length} characters; at most {MAX_COMPATIBILITY} will do"
        yield Finding("error", "compatibility", message)


def _key_findings(values: dict[str, Any], strict: bool) -> Iterator[Finding]:
    for key in values:
        if key in SERVICE_KEYS:
            yield Finding("warning", key, "is VLM Run's own key, which other tools may refuse")
            if not isinstance(values[key], str):
                yield Finding("warning", key, f"should be a text, not {kind(values[key])}")
        elif strict and key not in OPEN_KEYS:
            yield Finding("error", key, f"is no key of the format. Known: {', '.join(OPEN_KEYS)}")
