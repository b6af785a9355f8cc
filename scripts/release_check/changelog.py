"""The form of CHANGELOG.md, which is that of Keep a Changelog.

- The first line is `# Changelog`.
- A section is `## Unreleased` or `## X.Y.Z - YYYY-MM-DD` (brackets around the name are allowed),
  the newest first, each version and date once and in order; what is unreleased stands on top.
- A section has parts, each of them `### Added`, `Changed`, `Deprecated`, `Removed`, `Fixed` or
  `Security`, and each with at least one line that begins with `- `.
- The version of src/vlmrun/version.py has a section, or there is one of what is unreleased. On the
  day of a release the second is renamed to the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from packaging.version import InvalidVersion, Version

PARTS = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")
UNRELEASED = "Unreleased"

_HEADING = re.compile(r"^## \[?([^\]\s]+)\]?(?: - (\S+))?\s*$")


class Section(NamedTuple):
    """A section.

    Attributes:
        title: The line as it is.
        name: "Unreleased" or a version; None where the line has not the form.
        date: The text behind the version.
        parts: The lines of each part, by its title.
    """

    title: str
    name: str | None
    date: str | None
    parts: dict[str, list[str]]


def sections_of(text: str) -> list[Section]:
    """The sections, the first in the file first."""
    found: list[Section] = []
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith("## "):
            match = _HEADING.match(line)
            name, day = match.groups() if match else (None, None)
            found.append(Section(line, name, day, {}))
            lines = []
        elif line.startswith("### ") and found:
            lines = found[-1].parts.setdefault(line[4:].strip(), [])
        else:
            lines.append(line)
    return found


def check_changelog(text: str, version: str) -> Iterator[str]:
    """What is wrong with a changelog, of a package that has a version."""
    if not text.startswith("# Changelog\n"):
        yield "CHANGELOG.md: the first line must be `# Changelog`"
    sections = sections_of(text)
    for section in sections:
        for problem in _check_section(section):
            yield f"CHANGELOG.md: {section.title}: {problem}"
    yield from _check_order(sections)
    if not {UNRELEASED, version} & {section.name for section in sections}:
        yield (
            f"CHANGELOG.md: neither {version} (src/vlmrun/version.py) nor what is unreleased has a "
            f"section: add `## {UNRELEASED}` on top, with `### Added`, `### Changed`, ... below it"
        )


def _check_section(section: Section) -> Iterator[str]:
    if section.name is None:
        yield f"write `## {UNRELEASED}` or `## X.Y.Z - YYYY-MM-DD`"
    elif section.name != UNRELEASED:
        if _version(section) is None:
            yield f"{section.name} is no version"
        if _day(section) is None:
            yield f"a version needs its day: `## {section.name} - YYYY-MM-DD`"
    if not section.parts:
        yield f"it says nothing: add one of {', '.join(PARTS)} as `### ...`, with lines `- ...`"
    for part, lines in section.parts.items():
        if part not in PARTS:
            yield f"### {part} is none of {', '.join(PARTS)}"
        if not any(line.startswith("- ") for line in lines):
            yield f"### {part} has no line that begins with `- `"


def _check_order(sections: list[Section]) -> Iterator[str]:
    if any(section.name == UNRELEASED for section in sections[1:]):
        yield f"CHANGELOG.md: `## {UNRELEASED}` stands once, and on top"
    released = [each for each in sections if each.name != UNRELEASED]
    for what, key in (("versions", _version), ("days", _day)):
        values = [value for value in map(key, released) if value is not None]
        if values != sorted(values, reverse=True):
            yield f"CHANGELOG.md: the {what} are not in order, the newest first"
    names = [section.name for section in released]
    for name in sorted({str(name) for name in names if names.count(name) > 1}):
        yield f"CHANGELOG.md: {name} has two sections"


def _version(section: Section) -> Version | None:
    try:
        return Version(section.name or "")
    except InvalidVersion:
        return None


def _day(section: Section) -> date | None:
    try:
        return date.fromisoformat(section.date or "")
    except ValueError:
        return None
