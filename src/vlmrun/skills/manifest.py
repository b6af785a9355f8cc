"""The contents of a SKILL.md as an object."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any

import attrs

from vlmrun.skills.directory import locate_skill_file
from vlmrun.skills.findings import Finding
from vlmrun.skills.frontmatter import read_skill_file
from vlmrun.skills.frontmatter_rules import field_findings

# Blanks and commas separate tools, except inside parentheses: `Read, Bash(git add:*)`.
_TOOL = re.compile(r"[^\s,(]+(?:\([^)]*\))?")


@attrs.frozen
class SkillManifest:
    """The contents of a SKILL.md.

    Attributes:
        name: The skill's name as written, or None.
        description: What the skill does and when to use it, or None.
        license: The name of a license, or of a file with its text.
        compatibility: What the skill needs to run.
        metadata: The author's own keys.
        allowed_tools: Tools the skill may use without asking.
        skill_version: The version; the key may also be `version`.
        body: The instructions, in Markdown.
        problems: What is wrong with SKILL.md; `vlmrun.skills.validate` checks the directory too.
    """

    name: str | None = None
    description: str | None = None
    license: str | None = None
    compatibility: str | None = None
    metadata: Mapping[str, Any] = attrs.field(factory=dict, hash=False)
    allowed_tools: tuple[str, ...] = ()
    skill_version: str | None = None
    body: str = attrs.field(default="", repr=False)
    problems: tuple[Finding, ...] = ()


def read(path: str | os.PathLike[str]) -> SkillManifest:
    """Read a skill's SKILL.md. Invalid content does not raise: `problems` lists it.

    Values are never converted: `version: 1.10` is "1.10". A value with an unquoted colon is read as
    if it were quoted, a byte-order mark is ignored, and of a duplicate key the first value is used.

    Args:
        path: The skill's directory, or its SKILL.md. `skill.md` is read if it is the only one.

    Raises:
        MissingFileError: There is no such directory, or no SKILL.md in it (also a
            `FileNotFoundError`).
        InputError: The file cannot be read from disk.
        InputTypeError: The path is neither a str nor a path-like object.

    Example:
        >>> read("examples/skills/patient-referral").name
        'patient-referral'
    """
    return read_argument("path", path)


def read_argument(argument: str, path: Any) -> SkillManifest:
    """Like `read`; `argument` is the name of the argument that errors refer to."""
    skill = read_skill_file(locate_skill_file(path, argument), argument)
    values = skill.values or {}
    metadata = values.get("metadata")
    return SkillManifest(
        name=_string(values, "name"),
        description=_string(values, "description"),
        license=_string(values, "license"),
        compatibility=_string(values, "compatibility"),
        metadata=metadata if isinstance(metadata, dict) else {},
        allowed_tools=_tool_names(values.get("allowed-tools")),
        skill_version=_string(values, "skill_version") or _string(values, "version"),
        body=skill.body,
        problems=(*skill.findings, *field_findings(skill)),
    )


def _string(values: Mapping[str, Any], key: str) -> str | None:
    value = values.get(key)
    return (value.strip() or None) if isinstance(value, str) else None


def _tool_names(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(_TOOL.findall(value))
    if isinstance(value, list):
        return tuple(tool for tool in value if isinstance(tool, str))
    return ()
