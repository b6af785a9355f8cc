"""The CPU time of whole processes."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path


def starter(python: Path, code: str, folder: Path, **variables: str) -> Callable[[], float]:
    """Return a function that runs `python -c CODE` and returns its CPU time in seconds."""
    return lambda: cpu_time([python, "-c", code], folder, **variables)


def cpu_time(command: list[str | Path], folder: Path, **variables: str) -> float:
    """Run a command in `folder` and return its user and system time in seconds.

    Args:
        command: The command.
        folder: Where to run it.
        **variables: Environment variables to set.
    """
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PYTHON")
    } | variables
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command)
    return usage.ru_utime + usage.ru_stime
