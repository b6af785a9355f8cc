"""Folders with a SKILL.md: bundled for an upload, and unpacked after a download."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from vlmrun.cli.config_file import config_path
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
    """Unpack a skill into a folder of its name; an older one there is replaced at the end.

    Args:
        run: The run of the command.
        skill: The skill.
        output: The folder above; by default `~/.vlmrun/skills`.

    Returns:
        The folder, and the files in it.

    Raises:
        Problem: Something that is not a skill is in the way, or nothing can be written.
    """
    parent = (config_path().parent / "skills" if output is None else output).expanduser()
    target = parent / safe_name(skill.name or skill.id)
    if target.exists() and not (target / "SKILL.md").is_file() and any(target.iterdir()):
        raise Problem(f"{target} is not a skill, and is not replaced", "Pass another --output")
    aside = parent / f".{target.name}.{secrets.token_hex(4)}"
    old = aside.with_name(f"{aside.name}.old")
    try:
        parent.mkdir(parents=True, exist_ok=True)
        run.client.skills.download(skill.id, to=aside)
        if target.exists():
            # The old folder is there until the new one is complete.
            os.replace(target, old)
        os.replace(aside, target)
    except OSError as error:
        raise Problem(f"{target} cannot be written: {error.strerror or error}") from None
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
    files = (path.relative_to(target) for path in target.rglob("*") if path.is_file())
    return target, sorted(path.as_posix() for path in files)


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
