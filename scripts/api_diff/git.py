"""The revisions of a checkout."""

from __future__ import annotations

import subprocess
from pathlib import Path


class GitError(Exception):
    """A git command failed; the message gives the reason."""


def git(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run git in a checkout.

    Raises:
        GitError: It cannot be run.
    """
    command = ["git", "-C", str(project), *arguments]
    try:
        return subprocess.run(
            command, capture_output=True, encoding="utf-8", errors="replace", check=False
        )
    except OSError as error:
        raise GitError(f"git cannot be run: {error}") from error


def latest_tag(project: Path) -> str:
    """Return the latest tag before the current commit; empty if there is none."""
    found = git(project, "describe", "--tags", "--abbrev=0")
    return found.stdout.strip() if found.returncode == 0 else ""
