"""What the interpreter pays until there is a client, over what it pays for nothing."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from installation import Installation
from measuring import Result, interleaved, ratios

ROUNDS = 60
NOTHING = "pass"
CLIENT = 'from vlmrun.client import VLMRun; VLMRun(api_key="x")'
PACKAGE = "import vlmrun"
HTTPX = "import httpx"


def measure(installation: Installation) -> Iterator[Result]:
    """CPU time of `python -c ...` over that of `python -c pass`."""
    costs = interleaved(
        {code: _start(installation, code) for code in (NOTHING, CLIENT, PACKAGE, HTTPX)}, ROUNDS
    )
    for code, aim in ((CLIENT, 5.0), (PACKAGE, 1.5), (HTTPX, None)):
        yield Result(f"CPU: {code}", ratios(costs[code], costs[NOTHING]), "x", aim)


def _start(installation: Installation, code: str) -> Callable[[], float]:
    python, folder = installation.python, installation.folder
    return lambda: _cpu_of([python, "-c", code], folder)


def _cpu_of(command: list[str | Path], folder: Path) -> float:
    """User and system seconds of a child process that runs in `folder`."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PYTHON")
    }
    process = subprocess.Popen(command, cwd=folder, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command)
    return usage.ru_utime + usage.ru_stime
