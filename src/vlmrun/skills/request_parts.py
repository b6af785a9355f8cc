"""The parts of a request that describe a skill in a directory: name, description, bundle."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from typing import Any

from vlmrun._messages import type_and_repr
from vlmrun._warnings import warn_caller
from vlmrun.errors import InputError, InputTypeError
from vlmrun.skills.bundling import Bundle, bundle, bundle_argument
from vlmrun.skills.directory import SKILL_FILE, check_skill_directory
from vlmrun.skills.findings import SkillWarning
from vlmrun.skills.manifest import SkillManifest, read, read_argument

logger = logging.getLogger("vlmrun")


def inline_parts(
    path: str | os.PathLike[str],
    name: str | None = None,
    description: str | None = None,
    exclude: Iterable[str] = (),
) -> tuple[str, str, str]:
    """Return the name, the description and the base64-encoded zip of an inline skill.

    Args:
        path: The directory with the SKILL.md.
        name: Replaces the name in SKILL.md. If there is neither, the directory's name is used.
        description: Replaces the description in SKILL.md; empty if there is neither.
        exclude: Globs of further files and folders to leave out.

    Raises:
        MissingFileError: There is no such directory, or no SKILL.md in it (also a
            `FileNotFoundError`).
        InputError: The name is empty, or `bundle` refuses the directory.
        InputTypeError: An argument has a wrong type.

    Warns:
        SkillWarning: SKILL.md has a problem that no argument makes up for.

    Example:
        >>> name, description, data = inline_parts("examples/skills/patient-referral")
        >>> name
        'patient-referral'
    """
    name, description, bundled = _parts("path", path, name, description, exclude)
    return name, description, bundled.base64


def stored_parts(
    directory: str | os.PathLike[str],
    name: str | None = None,
    description: str | None = None,
    exclude: Iterable[str] = (),
) -> tuple[str, str, bytes]:
    """Return the name, the description and the zip of a skill, which are uploaded to store it.

    Warns and raises like `inline_parts`.

    Args:
        directory: The directory with the SKILL.md.
        name: Replaces the name in SKILL.md. If there is neither, the directory's name is used.
        description: Replaces the description in SKILL.md; empty if there is neither.
        exclude: Globs of further files and folders to leave out.
    """
    name, description, bundled = _parts("directory", directory, name, description, exclude)
    return name, description, bundled.data


def _parts(
    argument: str, directory: Any, name: Any, description: Any, exclude: Any
) -> tuple[str, str, Bundle]:
    _check_optional_str("name", name)
    _check_optional_str("description", description)
    if name is not None and not name.strip():
        raise InputError("name is empty", suggestion=f"Leave it out to use {SKILL_FILE}'s")
    root = check_skill_directory(argument, directory)
    manifest = read_argument(argument, root)
    skill_name = name or manifest.name or root.name
    if not skill_name:
        raise InputError(f"The directory {root} has no name", suggestion="Pass name=...")
    skill_description = manifest.description or "" if description is None else description
    bundled = bundle_argument(argument, root, exclude)
    replaced = {"name": name, "description": description}
    _warn(manifest, root.name, {key for key, value in replaced.items() if value is not None})
    _log(skill_name, bundled)
    return skill_name, skill_description, bundled


def _check_optional_str(argument: str, value: Any) -> None:
    if value is not None and not isinstance(value, str):
        raise InputTypeError(f"{argument} must be a str, got {type_and_repr(value)}")


def _warn(manifest: SkillManifest, directory: str, replaced: set[str]) -> None:
    # The other fields are not sent, so nothing is lost if they are invalid.
    fields = {SKILL_FILE, "frontmatter", "name", "description"} - replaced
    for problem in manifest.problems:
        if problem.field in fields:
            message = f"Skill in {directory!r}: {problem.field} {problem.message}"
            warn_caller(message, SkillWarning)


def _log(name: str, bundled: Bundle) -> None:
    if not bundled.left_out:
        return
    counts = len(bundled.files), len(bundled.left_out)
    logger.info("skill %r: files in the bundle: %d, left out: %d", name, *counts)
    for left in bundled.left_out:
        logger.debug("skill %r leaves out %r: %s", name, left.path, left.reason)


def parse_skill_frontmatter(path: str | os.PathLike[str]) -> tuple[str | None, str | None]:
    """Return the name and the description in a SKILL.md; None for a missing one.

    Args:
        path: The skill's directory, or its SKILL.md.

    Example:
        >>> parse_skill_frontmatter("examples/skills/patient-referral/SKILL.md")[0]
        'patient-referral'
    """
    manifest = read(path)
    return manifest.name, manifest.description


def bundle_from_directory(directory: str | os.PathLike[str]) -> str:
    """Return a skill's zip in base64: the same as `bundle(directory).base64`.

    Args:
        directory: The directory with the SKILL.md.
    """
    return bundle(directory).base64
