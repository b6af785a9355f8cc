"""CPU time until there is a client, relative to an interpreter that imports nothing."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from installation import Installation
from measurement import Measurement, interleave, ratios

ROUNDS = 60
BASELINE = "pass"
CLIENT = 'from vlmrun.client import VLMRun; VLMRun(api_key="x")'
PACKAGE = "import vlmrun"
HTTPX = "import httpx"


def measure(installation: Installation) -> Iterator[Measurement]:
    """Divide the CPU time of `python -c CODE` by that of `python -c pass`."""
    costs = interleave(
        {code: _starter(installation, code) for code in (BASELINE, CLIENT, PACKAGE, HTTPX)}, ROUNDS
    )
    for code, target in ((CLIENT, 5.0), (PACKAGE, 1.5), (HTTPX, None)):
        yield Measurement(f"CPU: {code} / pass", ratios(costs[code], costs[BASELINE]), "x", target)


def _starter(installation: Installation, code: str) -> Callable[[], float]:
    python, folder = installation.python, installation.folder
    return lambda: cpu_time([python, "-c", code], folder)


def cpu_time(command: list[str | Path], folder: Path) -> float:
    """Run a command in `folder` and return its user and system time in seconds."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PYTHON")
    }
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command)
    return usage.ru_utime + usage.ru_stime
