"""What a SKILL.md says: `read`, which takes a skill as it finds it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any

import attrs

from vlmrun.skills.directory import file_of_skill
from vlmrun.skills.findings import Finding
from vlmrun.skills.frontmatter import read_text
from vlmrun.skills.rules import field_findings

# `Read Bash(git add:*)`: blanks and commas part the tools, but not inside of brackets.
_TOOL = re.compile(r"[^\s,(]+(?:\([^)]*\))?")


@attrs.frozen
class SkillManifest:
    """A SKILL.md.

    Attributes:
        name: The skill's name, as it is written; None where there is none.
        description: What the skill does and when to use it; None where there is none.
        license: Name of a license, or of the file with its text.
        compatibility: What the skill needs to run.
        metadata: The author's own keys.
        allowed_tools: Tools the skill may use without asking.
        skill_version: The version, also where the key is written `version`.
        body: The instructions: Markdown.
        problems: What is wrong with it; `vlmrun.skills.validate` looks at the directory too.
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
    """Read a skill's SKILL.md. Faults in it do not raise: they are in `problems`.

    Values stay text: `version: 1.10` is "1.10". A value with an unquoted colon is read as if it
    were quoted, a byte-order mark is dropped, and of a key that occurs twice the first counts.

    Args:
        path: The skill's directory, or its SKILL.md. `skill.md` is taken where it is all there is.

    Raises:
        MissingFileError: No such directory, or no SKILL.md in it (a `FileNotFoundError`).
        InputError: The file cannot be read from disk.
        InputTypeError: The path is neither text nor a path-like object.

    Example:
        >>> read("examples/skills/patient-referral").name
        'patient-referral'
    """
    text = read_text(file_of_skill(path))
    values = text.values or {}
    metadata = values.get("metadata")
    return SkillManifest(
        name=_line(values, "name"),
        description=_line(values, "description"),
        license=_line(values, "license"),
        compatibility=_line(values, "compatibility"),
        metadata=metadata if isinstance(metadata, dict) else {},
        allowed_tools=_tools(values.get("allowed-tools")),
        skill_version=_line(values, "skill_version") or _line(values, "version"),
        body=text.body,
        problems=(*text.faults, *field_findings(text)),
    )


def _line(values: Mapping[str, Any], key: str) -> str | None:
    value = values.get(key)
    return (value.strip() or None) if isinstance(value, str) else None


def _tools(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(_TOOL.findall(value))
    if isinstance(value, list):
        return tuple(tool for tool in value if isinstance(tool, str))
    return ()
