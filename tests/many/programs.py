"""Starting, killing and reading the programs of tests with journals."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from vlmrun.testing import Request, Server


def start(server: Server, folder: Path, journal: Path, kind: str) -> subprocess.Popen[str]:
    """Start a program that runs the batch of a folder."""
    command = [sys.executable, "-m", "tests.many.batch_program"]
    command += [server.url, str(folder), str(journal), kind]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=Path.cwd()
    )


def items_of(program: subprocess.Popen[str]) -> list[dict[str, Any]]:
    """Return the items that a program has yielded, once it has ended by itself."""
    output, errors = program.communicate(timeout=120)
    assert (program.returncode, errors) == (0, "")
    return [json.loads(line) for line in output.splitlines()]


def kill_after(server: Server, count: int, program: subprocess.Popen[str]) -> bool:
    """Kill a program after the server has received some more requests.

    Returns:
        Whether it was killed; it may have ended before.
    """
    enough = threading.Event()
    left = [count]

    def on_response(_: Request) -> None:
        left[0] -= 1
        if left[0] <= 0:
            program.kill()
            enough.set()

    server.on_response = on_response
    try:
        while program.poll() is None and not enough.wait(0.05):
            pass
    finally:
        server.on_response = None
    program.communicate()
    return program.returncode < 0


def submissions(server: Server) -> list[dict[str, Any]]:
    """Return the jobs that the server has, whatever it was sent."""
    return [job.as_json() for job in server._state.executions.values()]
