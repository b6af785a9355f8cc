"""Changes of a folder so that it has the files of a stored skill."""

from __future__ import annotations

import os
import shlex
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from vlmrun.cli.problems import Problem
from vlmrun.cli.run import Run
from vlmrun.cli.skill_diff import (
    FileDifference,
    SkillFile,
    compare,
    local_files,
    unpacked_files,
)

_MAX_SHOWN = 5


def stored_files(run: Run, skill: Any) -> dict[str, SkillFile]:
    """Return the files of a stored skill.

    Raises:
        Problem: The service has another version of it.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "skill")
        link = run.client.skills.download(skill.id, to=folder)
        if link.skill_version not in (None, skill.skill_version):
            raise Problem(
                f"The service returned version {link.skill_version} of {skill.name}, not "
                f"{skill.skill_version}"
            )
        return unpacked_files(folder)


def differences(folder: Path, stored: Mapping[str, SkillFile]) -> list[FileDifference]:
    """Return how a folder differs from a stored skill; every file of it if there is no folder.

    Args:
        folder: The folder.
        stored: The files of the stored skill.

    Raises:
        Problem: There is something else in the place of the folder.
        InputError: The folder has a link that leads out of it, or a file that cannot be read.
    """
    if folder.is_dir():
        if not any(folder.iterdir()):
            return compare(stored, {})
        if not (folder / "SKILL.md").is_file() and not (folder / "skill.md").is_file():
            raise Problem(f"{folder} is not a skill: it has no SKILL.md", "Pass another folder")
        return compare(stored, local_files(folder))
    if os.path.lexists(folder):
        raise Problem(f"{folder} is not a folder", "Pass another one")
    return compare(stored, {})


def check_lost(folder: Path, found: Sequence[FileDifference], reference: str) -> None:
    """Check that no file of the folder would be lost.

    Args:
        folder: The folder.
        found: How it differs from the stored skill.
        reference: The stored skill, for the message.

    Raises:
        Problem: Files would be lost; the message names the first ones.
    """
    lost = [each.path for each in found if _is_lost(folder, each)]
    if lost:
        command = ["vlmrun", "skills", "diff", str(folder), reference]
        more = f" and {len(lost) - _MAX_SHOWN} more" if len(lost) > _MAX_SHOWN else ""
        raise Problem(
            f"{folder} has changes that would be lost: {', '.join(lost[:_MAX_SHOWN])}{more}",
            f"See them with `{shlex.join(command)}`; --force replaces and removes them",
        )


def _is_lost(folder: Path, difference: FileDifference) -> bool:
    if difference.change != "removed":
        return True
    # Bundles may leave out a file of this name, such as one that .skillignore lists.
    path = folder / difference.path
    if not path.is_file():
        return os.path.lexists(path)
    return difference.stored is not None and path.read_bytes() != difference.stored.content


def apply(folder: Path, found: Sequence[FileDifference]) -> None:
    """Write the files of a stored skill into a folder, and remove those that it does not have.

    Args:
        folder: The folder.
        found: How it differs from the stored skill.

    Raises:
        Problem: A file cannot be written, or a link leads out of the folder.
    """
    from vlmrun._files.staging import write_file

    root = Path(os.path.realpath(folder))
    # SKILL.md comes last: a folder with it is complete.
    for each in sorted(found, key=lambda each: each.path == "SKILL.md"):
        path = root / each.path
        if not Path(os.path.realpath(path.parent)).is_relative_to(root):
            raise Problem(f"{path.parent} is a link that leads out of {folder}", "Remove it")
        if each.stored is None:
            _remove(path, root)
        else:
            write_file(path, each.stored.content, 0o777 if each.stored.is_executable else 0o666)


def _remove(path: Path, root: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise Problem(f"{path} cannot be removed: {error.strerror}") from None
    for folder in path.parents:
        if folder == root:
            return
        # Not empty yet.
        with suppress(OSError):
            folder.rmdir()
