"""The breaking changes that CHANGELOG.md announces."""

from __future__ import annotations

import re
from collections.abc import Iterable

from scripts.api_diff.changes import ApiChange

LINE = "- Breaking (api): …"
_HEADING = re.compile(r"^## +(\S+)", re.M)
_ANNOUNCEMENT = re.compile(r"^- Breaking \(api\): (.*(?:\n  .*)*)", re.M)


def top_section(changelog: str) -> tuple[str, str]:
    """The version that the first section is about, and its text; both empty if there is none."""
    headings = list(_HEADING.finditer(changelog))
    if not headings:
        return "", ""
    end = headings[1].start() if len(headings) > 1 else len(changelog)
    return headings[0][1], changelog[headings[0].end() : end]


def announced(section: str) -> set[str]:
    """The names that stand between backticks in lines `- Breaking (api): …`."""
    lines = _ANNOUNCEMENT.findall(section)
    texts = [text for line in lines for text in re.findall(r"`([^`]+)`", line)]
    return {re.sub(r"\(.*", "", text).strip() for text in texts}


def is_announced(finding: ApiChange, names: Iterable[str]) -> bool:
    """Whether a finding, or what it is a part of, is among the names."""
    own = {finding.name, *finding.also}
    own |= {name.removeprefix("vlmrun.") for name in own}
    return any(each == name or each.startswith(f"{name}.") for name in names for each in own)
