"""A directory as the parts of a request: name, description, files."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from collections.abc import Iterable
from typing import Any

from vlmrun._messages import type_and_repr
from vlmrun.errors import InputError, InputTypeError
from vlmrun.skills.bundling import Bundle, bundle
from vlmrun.skills.directory import SKILL_FILE, skill_directory
from vlmrun.skills.findings import SkillWarning
from vlmrun.skills.manifest import SkillManifest, read

logger = logging.getLogger("vlmrun")


def inline_parts(
    path: str | os.PathLike[str],
    name: str | None = None,
    description: str | None = None,
    exclude: Iterable[str] = (),
) -> tuple[str, str, str]:
    """Name, description and zip in base64 of a skill that travels with a request.

    Args:
        path: The directory that holds SKILL.md.
        name: In place of SKILL.md's; without either, the directory's name.
        description: In place of SKILL.md's; without either, an empty text.
        exclude: As for `bundle`.

    Raises:
        MissingFileError: No such directory, or no SKILL.md in it (a `FileNotFoundError`).
        InputError: An empty name, or whatever `bundle` refuses.
        InputTypeError: An argument of a wrong type.

    Warns:
        SkillWarning: SKILL.md has a fault that an argument does not make good.

    Example:
        >>> name, description, data = inline_parts("examples/skills/patient-referral")
        >>> name
        'patient-referral'
    """
    name, description, made = _parts("path", path, name, description, exclude)
    return name, description, made.base64


def stored_parts(
    directory: str | os.PathLike[str],
    name: str | None = None,
    description: str | None = None,
    exclude: Iterable[str] = (),
) -> tuple[str, str, bytes]:
    """Like `inline_parts`, with the zip's bytes: what is uploaded for a skill to be stored."""
    name, description, made = _parts("directory", directory, name, description, exclude)
    return name, description, made.data


def _parts(
    argument: str, directory: Any, name: Any, description: Any, exclude: Any
) -> tuple[str, str, Bundle]:
    _check_text("name", name)
    _check_text("description", description)
    if name is not None and not name.strip():
        raise InputError("name is empty", suggestion=f"Leave it out to take {SKILL_FILE}'s")
    root = skill_directory(argument, directory)
    manifest = read(root)
    named = name or manifest.name or root.name
    if not named:
        raise InputError(f"The directory {root} has no name", suggestion="Pass name=...")
    described = manifest.description or "" if description is None else description
    made = bundle(root, exclude=exclude)
    _warn(manifest, root.name, name is not None, description is not None)
    _log(named, made)
    return named, described, made


def _check_text(argument: str, value: Any) -> None:
    if value is not None and not isinstance(value, str):
        raise InputTypeError(f"{argument} must be a str, got {type_and_repr(value)}")


def _warn(manifest: SkillManifest, directory: str, named: bool, described: bool) -> None:
    fields = {SKILL_FILE, "frontmatter"}
    fields |= set() if named else {"name"}
    fields |= set() if described else {"description"}
    for problem in manifest.problems:
        if problem.field in fields:
            text = f"Skill in {directory!r}: {problem.field} {problem.message}"
            warnings.warn(text, SkillWarning, stacklevel=_depth_of_caller())


def _depth_of_caller() -> int:
    """How many frames above `_warn` the first one is that is not this package's."""
    depth, frame = 1, sys._getframe(1)
    package = __name__.partition(".")[0]
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] == package:
        depth, frame = depth + 1, frame.f_back
    return depth


def _log(name: str, made: Bundle) -> None:
    if not made.left_out:
        return
    counts = len(made.files), len(made.left_out)
    logger.info("skill %r: files in the bundle: %d, left out: %d", name, *counts)
    for left in made.left_out:
        logger.debug("skill %r leaves out %r: %s", name, left.path, left.reason)


def parse_skill_frontmatter(path: str | os.PathLike[str]) -> tuple[str | None, str | None]:
    """Name and description of a SKILL.md, or of the one in a directory; None for what is not there.

    Example:
        >>> parse_skill_frontmatter("examples/skills/patient-referral/SKILL.md")[0]
        'patient-referral'
    """
    manifest = read(path)
    return manifest.name, manifest.description


def bundle_from_directory(directory: str | os.PathLike[str]) -> str:
    """A skill's zip in base64; the same as `bundle(directory).base64`."""
    return bundle(directory).base64
