"""Starting, killing and reading the programs of tests with journals."""

from __future__ import annotations

import json
import multiprocessing
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO, Any, NamedTuple, Protocol

from tests.many import batch_program
from vlmrun.testing import Request, Server


class Process(Protocol):
    """A process; `returncode` is negative if it was killed."""

    @property
    def returncode(self) -> int | Any: ...

    def poll(self) -> int | None: ...

    def kill(self) -> None: ...

    def wait(self, timeout: float) -> int | Any: ...


class Program(NamedTuple):
    """A program that runs, and the file that it writes to."""

    process: Process
    output: IO[str]


def start(server: Server, folder: Path, journal: Path, kind: str) -> Program:
    """Start a program that runs the batch of a folder."""
    command = [sys.executable, "-m", "tests.many.batch_program"]
    command += [server.url, str(folder), str(journal), kind]
    # A pipe would be full after some hundred items, and the program would wait for a reader.
    output = tempfile.TemporaryFile("w+")  # noqa: SIM115
    program = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, text=True)
    return Program(program, output)


def start_forked(server: Server, folder: Path, journal: Path, kind: str) -> Program:
    """Start the same in a process that is there immediately, since all modules are imported."""
    output = tempfile.NamedTemporaryFile("w+")  # noqa: SIM115
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.many.batch_program"])
    arguments = (output.name, server.url, str(folder), str(journal), kind)
    process = context.Process(target=batch_program.run_forked, args=arguments)
    process.start()
    return Program(_Forked(process), output)


class _Forked:
    def __init__(self, process: Any) -> None:
        self._process = process

    @property
    def returncode(self) -> int | None:
        code: int | None = self._process.exitcode
        return code

    def poll(self) -> int | None:
        return self.returncode

    def kill(self) -> None:
        self._process.kill()

    def wait(self, timeout: float) -> int | None:
        self._process.join(timeout)
        return self.returncode


def items_of(program: Program) -> list[dict[str, Any]]:
    """Return the items that a program has yielded, once it has ended by itself."""
    program.process.wait(120)
    program.output.seek(0)
    output = program.output.read()
    program.output.close()
    assert program.process.returncode == 0, output
    return [json.loads(line) for line in output.splitlines()]


def kill_after(server: Server, count: int, program: Program) -> bool:
    """Kill a program after the server has received some more requests.

    Returns:
        Whether it was killed; it may have ended before.
    """
    enough = threading.Event()
    left = [count]

    def on_response(_: Request) -> None:
        left[0] -= 1
        if left[0] <= 0:
            program.process.kill()
            enough.set()

    server.on_response = on_response
    try:
        while program.process.poll() is None and not enough.wait(0.05):
            pass
    finally:
        server.on_response = None
    program.output.close()
    return program.process.wait(60) < 0


def submissions(server: Server) -> list[dict[str, Any]]:
    """Return the jobs that the server has, whatever it was sent."""
    return [job.as_json() for job in server._state.executions.values()]
