"""The breaking changes that CHANGELOG.md announces."""

from __future__ import annotations

import re

from scripts.api_diff.api_changes import ApiChange

LINE = "- Breaking (api): …"
_HEADING = re.compile(r"^## +(\S+)", re.M)
_ANNOUNCEMENT = re.compile(r"^- Breaking \(api\): (.*(?:\n  .*)*)", re.M)


def top_section(changelog: str) -> tuple[str, str]:
    """Return the version and the text of the first section; both are empty if there is none."""
    headings = list(_HEADING.finditer(changelog))
    if not headings:
        return "", ""
    end = headings[1].start() if len(headings) > 1 else len(changelog)
    return headings[0][1], changelog[headings[0].end() : end]


def announced_names(section: str) -> set[str]:
    """Return the names between backticks in lines `- Breaking (api): …`."""
    lines = _ANNOUNCEMENT.findall(section)
    names = [name for line in lines for name in re.findall(r"`([^`]+)`", line)]
    return {re.sub(r"\(.*", "", name).strip() for name in names}


def is_announced(change: ApiChange, names: set[str]) -> bool:
    """Return whether the name of a change, or a part in front of it, is among the names."""
    own = {change.name, *change.also}
    own |= {name.removeprefix("vlmrun.") for name in own}
    return any(f"{each}.".startswith(f"{name}.") for name in names for each in own)
