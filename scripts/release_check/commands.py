"""Programs, run as on a machine that knows nothing of the checkout."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from scripts.release_check.steps import StepFailed

_MOST_LINES = 25
# What would let the checkout, a user's settings or a key into what is being tried.
_KEPT_OUT = ("PYTHONPATH", "PYTHONHOME", "PYTEST_ADDOPTS", "PYTEST_PLUGINS", "VIRTUAL_ENV")
_OURS = "VLMRUN_"


def surroundings() -> dict[str, str]:
    """This process's environment, less what would let the checkout in; pip's settings stay."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in _KEPT_OUT and not name.startswith(_OURS)
    }
    return {**kept, "PYTHONNOUSERSITE": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def run(command: Sequence[str | Path], folder: Path) -> str:
    """Run a program in a folder and return what it prints.

    Raises:
        StepFailed: It failed; the end of its output is in the message.
    """
    done = attempt(command, folder)
    if done.returncode != 0:
        said = "\n    ".join((done.stdout + done.stderr).strip().splitlines()[-_MOST_LINES:])
        raise StepFailed(f"{_shown(command)} ended with {done.returncode}:\n    {said}")
    return done.stdout


def attempt(command: Sequence[str | Path], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a program in a folder, whatever comes of it."""
    return subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=surroundings(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def _shown(command: Sequence[str | Path]) -> str:
    return " ".join(Path(part).name if "/" in str(part) else str(part) for part in command)
