"""A copy of the project in which drills edit files and run commands."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
COPIED: tuple[str, ...] = (
    "src",
    "generated",
    "scripts",
    "tests",
    "examples",
    "docs",
    "openapi.yaml",
)
COPIED += ("pyproject.toml", "noxfile.py", "README.md", "CONTRIBUTING.md", "CHANGELOG.md")
COPIED += ("Makefile", ".github")
DERIVED = ("generated", "src/vlmrun/_sync", "src/vlmrun/_index")


def write_files(folder: Path, files: dict[str, str]) -> None:
    """Write files by their paths below a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def git(folder: Path, *arguments: str) -> None:
    """Run git in a folder, with an author and without signatures."""
    options = ["user.name=T", "user.email=t@example.com", "tag.gpgSign=false"]
    options += ["commit.gpgSign=false"]
    command = ["git", "-C", str(folder), *(part for each in options for part in ("-c", each))]
    subprocess.run([*command, *arguments], check=True, capture_output=True)


class ProjectCopy:
    """A copy of the project.

    Args:
        folder: The folder to create it in.
        origin: What it is a copy of: this checkout, or another copy.

    Attributes:
        writes_bytecode: Whether modules are compiled once, and not in each command. Their bytecode
            is copied with another copy.
    """

    writes_bytecode = False

    def __init__(self, folder: Path, origin: Path = ROOT) -> None:
        self.folder = folder
        self._origin = origin
        ignore = None if origin != ROOT else shutil.ignore_patterns("__pycache__")
        for name in COPIED:
            source, target = origin / name, folder / name
            if source.is_dir():
                shutil.copytree(source, target, ignore=ignore)
            else:
                shutil.copy(source, target)

    def edit(self, name: str, *changes: tuple[str, str]) -> None:
        """Replace parts of a file, each of which must exist."""
        path = self.folder / name
        text = path.read_text("utf-8")
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        path.write_text(text, "utf-8")

    def cut(self, name: str, first: str, end: str) -> None:
        """Remove the part of a file from one string to before another."""
        text = (self.folder / name).read_text("utf-8")
        self.edit(name, (text[text.index(first) : text.index(end)], ""))

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run Python with the packages of the copy."""
        path = os.pathsep.join(str(self.folder / name) for name in ("src", "generated"))
        return subprocess.run(
            [sys.executable, *([] if self.writes_bytecode else ["-B"]), *command],
            cwd=self.folder,
            env={"PYTHONPATH": path, "PATH": ""},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    def generate(self, *options: str) -> subprocess.CompletedProcess[str]:
        """Run `make generate` with the tools of this checkout."""
        return self.run("-m", "scripts.generate", "--cache", ROOT / ".codegen", *options)

    def failures(self, *tests: str) -> str:
        """Run tests; returns the output if any fails, and nothing if they pass."""
        options = ["-q", "-p", "no:cacheprovider", "-p", "no:schemathesis", "-m", "not slow"]
        done = self.run("-m", "pytest", *options, *(f"tests/{name}" for name in tests))
        return done.stdout + done.stderr if done.returncode else ""

    def changed(self) -> list[str]:
        """Return the derived files that differ from those of the origin."""
        roots = (self._origin, self.folder)
        names = {
            path.relative_to(root).as_posix()
            for root in roots
            for tree in DERIVED
            for path in (root / tree).rglob("*.py")
        }
        return sorted(name for name in names if len({_read(root / name) for root in roots}) > 1)


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None
