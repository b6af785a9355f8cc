"""Everything that is wrong with a skill, at once, without the network."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

from vlmrun._files.excludes import IGNORE_FILE, excludes_for
from vlmrun._files.selection import select
from vlmrun._messages import short_repr
from vlmrun.errors import InputError
from vlmrun.skills.directory import file_of_skill, names_of_directory
from vlmrun.skills.findings import Finding
from vlmrun.skills.frontmatter import read_text
from vlmrun.skills.rules import directory_finding, field_findings
from vlmrun.skills.service_files import schema_findings, service_findings

_CODE = re.compile(r"^ {0,3}(```|~~~).*?^ {0,3}\1|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_REFERENCE = re.compile(r"\]\(\s*<?([^)\s>]+)")


def validate(path: str | os.PathLike[str], *, strict: bool = False) -> list[Finding]:
    """Check a skill: SKILL.md, schema.json, vlmrun.yaml, and what a bundle could not take.

    Args:
        path: The skill's directory, or its SKILL.md.
        strict: Judge as the open format's own validator does: an unquoted value that is no YAML, a
            name that differs from the directory's, and an unknown key are errors. Without it the
            first two are warnings, and unknown keys are ignored.

    Returns:
        All findings; none for a skill in order.

    Raises:
        MissingFileError: No such directory, or no SKILL.md in it (a `FileNotFoundError`).
        InputError: SKILL.md cannot be read from disk.
        InputTypeError: The path is neither text nor a path-like object.

    Example:
        >>> validate("examples/skills/invoice-extraction")
        []
    """
    file = file_of_skill(path)
    text = read_text(file)
    found = [*text.faults, *field_findings(text, strict)]
    if text.values is not None:
        found += directory_finding(text.values, names_of_directory(file, path), strict)
    found += _reference_findings(text.body)
    found += schema_findings(file.parent)
    found += service_findings(file.parent)
    found += _bundle_findings(file)
    return found


def _bundle_findings(file: Path) -> Iterator[Finding]:
    try:
        excludes = excludes_for(file.parent, ())
    except InputError as error:
        yield Finding("error", IGNORE_FILE, error.message)
        return
    selection = select(file.parent, excludes)
    yield from selection.faults
    if any(left.path == file.name for left in selection.left_out):
        yield Finding("error", IGNORE_FILE, f"leaves out {file.name}, which a bundle needs")


def _reference_findings(body: str) -> Iterator[Finding]:
    for target in dict.fromkeys(_REFERENCE.findall(_CODE.sub("", body))):
        if posixpath.normpath(target).split("/")[0] == "..":
            message = f"refers to {short_repr(target)}, which is outside the skill's directory"
            yield Finding("warning", "SKILL.md", message)
