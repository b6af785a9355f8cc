"""Validation of a skill: all problems in one list, without a request."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

from vlmrun._files.excludes import IGNORE_FILE, build_excludes
from vlmrun._files.selection import select
from vlmrun._messages import short_repr
from vlmrun.errors import InputError
from vlmrun.skills.bundling import size_problem
from vlmrun.skills.directory import directory_names, locate_skill_file
from vlmrun.skills.findings import Finding
from vlmrun.skills.frontmatter import read_skill_file
from vlmrun.skills.frontmatter_rules import directory_findings, field_findings
from vlmrun.skills.schema_json import schema_findings
from vlmrun.skills.vlmrun_yaml import settings_findings

# Code is skipped: a link in an example need not lead anywhere.
_CODE = re.compile(r"^ {0,3}(```|~~~).*?^ {0,3}\1|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_LINK_TARGET = re.compile(r"\]\(\s*<?([^)\s>]+)")


def validate(path: str | os.PathLike[str], *, strict: bool = False) -> list[Finding]:
    """Check a skill: SKILL.md, schema.json, vlmrun.yaml, and whether it can be bundled.

    Args:
        path: The skill's directory, or its SKILL.md.
        strict: Judge like the reference validator of the open format: an unquoted value that is
            not valid YAML, a name that differs from the directory's, and an unknown key are
            errors. Without it, the first two are warnings, and unknown keys are ignored.

    Returns:
        All findings; an empty list for a valid skill.

    Raises:
        MissingFileError: There is no such directory, or no SKILL.md in it (also a
            `FileNotFoundError`).
        InputError: SKILL.md cannot be read from disk.
        InputTypeError: The path is neither a str nor a path-like object.

    Example:
        >>> validate("examples/skills/invoice-extraction")
        []
    """
    file = locate_skill_file(path)
    skill = read_skill_file(file)
    found = [*skill.findings, *field_findings(skill, strict)]
    if skill.values is not None:
        found += directory_findings(skill.values, directory_names(file, path), strict)
    found += _link_findings(skill.body)
    found += schema_findings(file.parent)
    found += settings_findings(file.parent)
    found += _bundle_findings(file)
    return found


def _bundle_findings(skill_file: Path) -> Iterator[Finding]:
    directory = skill_file.parent
    try:
        excludes = build_excludes((), directory / IGNORE_FILE)
    except InputError as error:
        yield Finding("error", IGNORE_FILE, error.message)
        return
    selection = select(directory, excludes)
    for problem in selection.problems:
        yield Finding("error", problem.path, problem.message)
    for file in selection.files:
        try:
            file.to_source()
        except InputError as error:
            reason = getattr(error.__cause__, "strerror", None) or error.message
            yield Finding("error", file.name, f"cannot be read: {reason}")
    if too_large := size_problem(selection):
        yield Finding("error", "the directory", too_large)
    if any(left.path == skill_file.name for left in selection.left_out):
        yield Finding("error", IGNORE_FILE, f"leaves out {skill_file.name}, which a bundle needs")


def _link_findings(body: str) -> Iterator[Finding]:
    for target in dict.fromkeys(_LINK_TARGET.findall(_CODE.sub("", body))):
        if posixpath.normpath(target).split("/")[0] == "..":
            message = f"refers to {short_repr(target)}, which is outside the skill's directory"
            yield Finding("warning", "SKILL.md", message)
