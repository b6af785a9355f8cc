"""Folders with a SKILL.md: bundled for an upload, and unpacked after a download."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from vlmrun.cli.config_file import config_path
from vlmrun.cli.formatting import inline_list
from vlmrun.cli.problems import Problem, UsageProblem
from vlmrun.cli.run import Run


class SkillFolder(NamedTuple):
    """A bundled folder.

    Attributes:
        name: The name of the skill.
        description: Its description.
        data: The zip.
        files: The names of the files in it.
    """

    name: str
    description: str
    data: bytes
    files: tuple[str, ...]


def bundle_folder(directory: Path, name: str | None, description: str | None) -> SkillFolder:
    """Bundle a folder.

    Args:
        directory: The folder.
        name: Replaces the name in SKILL.md.
        description: Replaces the description in SKILL.md.

    Raises:
        UsageProblem: There is no SKILL.md in it, or no name.
        InputError: It cannot be bundled.
    """
    from vlmrun import skills

    folder = directory.expanduser()
    if not folder.is_dir():
        raise UsageProblem(f"DIR {folder} is not a folder", "Pass the folder with SKILL.md")
    if not (folder / "SKILL.md").is_file():
        raise UsageProblem(f"DIR {folder} has no SKILL.md", "A skill begins with that file")
    manifest = skills.read(folder)
    found = name if name is not None else manifest.name
    if not found or not found.strip():
        raise UsageProblem(f"{folder}/SKILL.md has no name", "Add it, or pass --name")
    bundled = skills.bundle(folder)
    text = manifest.description if description is None else description
    return SkillFolder(found, text or "", bundled.data, tuple(bundled.files))


def keep_archive(folder: SkillFolder) -> Path:
    """Store the zip of a skill in `~/.vlmrun/skill_archives`, and return its path.

    Raises:
        Problem: It cannot be written.
    """
    digest = hashlib.sha256(folder.data).hexdigest()[:8]
    archives = config_path().parent / "skill_archives"
    path = archives / f"{safe_name(folder.name)}_{digest}.zip"
    try:
        archives.mkdir(parents=True, exist_ok=True)
        path.write_bytes(folder.data)
    except OSError as error:
        raise Problem(f"{path} cannot be written: {error.strerror}") from None
    return path


def safe_name(name: str) -> str:
    """Return a name as one part of a path: it cannot lead to another folder."""
    safe = re.sub(r"[^\w. -]|\.{2,}", "_", name).strip(". ")
    return safe[:100] or "skill"


def download_skill(run: Run, skill: Any, output: Path | None) -> tuple[Path, list[str]]:
    """Write the files of a skill into a folder of its name, and keep the other files there.

    Args:
        run: The run of the command.
        skill: The skill.
        output: The folder above; by default `~/.vlmrun/skills`.

    Returns:
        The folder, and the files of the skill.

    Raises:
        Problem: Something that is not a skill is in the way, or nothing can be written.
    """
    from vlmrun.cli.skill_pull import apply, differences, stored_files

    parent = (config_path().parent / "skills" if output is None else output).expanduser()
    target = parent / safe_name(skill.name or skill.id)
    stored = stored_files(run, skill)
    found = differences(target, stored)
    apply(target, [each for each in found if each.stored is not None])
    replaced = [each.path for each in found if each.stored is not None and each.local is not None]
    if replaced:
        run.output.note(f"Replaced these files: {inline_list(replaced, 10)}")
    others = [each.path for each in found if each.stored is None]
    if others:
        run.output.note(
            f"{target} also has files that are not part of the skill: {inline_list(others, 10)}"
        )
    return target, sorted(stored)


def tree_of(root: str, files: Sequence[str]) -> list[str]:
    """Return a folder and the files below it as indented lines."""
    lines = [f"{root}/"]
    shown: set[str] = set()
    for name in sorted(files):
        *folders, file = name.split("/")
        for depth in range(len(folders)):
            folder = "/".join(folders[: depth + 1])
            if folder not in shown:
                shown.add(folder)
                lines.append("  " * (depth + 1) + folders[depth] + "/")
        lines.append("  " * (len(folders) + 1) + file)
    return lines
