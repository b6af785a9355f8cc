"""Findings of the validation of a skill, and the warning that they become."""

from __future__ import annotations

from typing import Literal

import attrs

Level = Literal["error", "warning"]


class SkillWarning(UserWarning):
    """A skill is usable, but does not follow the format in every respect."""


@attrs.frozen
class Finding:
    """A violation of the format of skills.

    Attributes:
        level: "error" for what the format forbids, "warning" for what other tools may refuse.
        field: What it is about: a key of the front matter (`name`), `frontmatter` as a whole, or a
            file (`SKILL.md`, `schema.json`, `vlmrun.yaml: toolsets`, `resources/link`).
        message: What is wrong, and what would be right.

    Example:
        >>> str(Finding("error", "name", "is missing"))
        'error: name: is missing'
    """

    level: Level
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.level}: {self.field}: {self.message}"


_TYPE_NAMES = {
    str: "a string",
    dict: "a mapping",
    list: "a list",
    bool: "a boolean",
    type(None): "null",
}


def type_name(value: object) -> str:
    """Return the name of a YAML or JSON value's type, for messages.

    The value itself is never shown: it may be huge.
    """
    return _TYPE_NAMES.get(type(value), "a number")
