"""What can be wrong with a skill: findings as data, and the warning they become."""

from __future__ import annotations

from typing import Literal

import attrs

Level = Literal["error", "warning"]


class SkillWarning(UserWarning):
    """A skill could be used, though something in it is not as the format asks."""


@attrs.frozen
class Finding:
    """One thing that a skill's format forbids or discourages.

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


_KINDS = {str: "a text", dict: "a mapping", list: "a list", bool: "a boolean", type(None): "null"}


def kind(value: object) -> str:
    """The word for the type of a YAML or JSON value; never the value, which may be of any size."""
    return _KINDS.get(type(value), "a number")
