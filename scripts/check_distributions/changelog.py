"""Check the form of CHANGELOG.md, which is that of Keep a Changelog.

- The first line is `# Changelog`.
- A section is `## Unreleased` or `## X.Y.Z - YYYY-MM-DD` (brackets around the name are allowed),
  the newest first; `Unreleased` is on top.
- A section consists of `### Added`, `Changed`, `Deprecated`, `Removed`, `Fixed` or `Security`, each
  with at least one line that begins with `- `.
- The version of the package has a section, unless there is one named `Unreleased`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from packaging.version import Version

PARTS = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")
UNRELEASED = "Unreleased"

_HEADING = re.compile(r"## \[?(?P<name>[^\]\s]+)\]?(?: - (?P<date>\S+))?\s*")


def check_changelog(text: str, version: str) -> Iterator[str]:
    """Yield the problems of a changelog.

    Args:
        text: The content of CHANGELOG.md.
        version: The version of the package.
    """
    head, *sections = re.split(r"^(?=## )", text, flags=re.MULTILINE)
    if not head.startswith("# Changelog\n"):
        yield "CHANGELOG.md: the first line must be `# Changelog`"
    names: list[str] = []
    released: list[tuple[Version, date]] = []
    for section in sections:
        title, _, body = section.partition("\n")
        heading = _HEADING.fullmatch(title)
        names.append(heading["name"] if heading else title)
        problems = list(_check_parts(body))
        if names[-1] != UNRELEASED:
            try:
                released.append(_release(heading))
            except ValueError:
                problems.append(f"write `## {UNRELEASED}` or `## X.Y.Z - YYYY-MM-DD`")
        yield from (f"CHANGELOG.md: {title}: {problem}" for problem in problems)
    if UNRELEASED in names[1:]:
        yield f"CHANGELOG.md: `## {UNRELEASED}` must be the first section"
    versions, days = ([each[field] for each in released] for field in (0, 1))
    if len(set(versions)) < len(versions) or versions != sorted(versions, reverse=True):
        yield "CHANGELOG.md: the versions must be unique and in order, the newest first"
    if days != sorted(days, reverse=True):
        yield "CHANGELOG.md: the dates must be in order, the newest first"
    if not {UNRELEASED, version} & set(names):
        yield (
            f"CHANGELOG.md: there is no section for {version} (src/vlmrun/version.py): add "
            f"`## {UNRELEASED}` on top, with `### Added`, `### Changed`, ... below it"
        )


def _release(heading: re.Match[str] | None) -> tuple[Version, date]:
    if heading is None:
        raise ValueError
    return Version(heading["name"]), date.fromisoformat(heading["date"] or "")


def _check_parts(body: str) -> Iterator[str]:
    parts = re.split(r"^### ", body, flags=re.MULTILINE)[1:]
    if not parts:
        yield f"is empty: add one of {', '.join(PARTS)} as `### ...`, with lines `- ...`"
    for part in parts:
        title = part.partition("\n")[0].strip()
        if title not in PARTS:
            yield f"### {title} is not one of {', '.join(PARTS)}"
        if "\n- " not in part:
            yield f"### {title} has no line that begins with `- `"
