"""Programs in processes of their own, so that their cost is measured separately or not at all."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

_BENCHMARKS = Path(__file__).resolve().parent.parent


class Server(NamedTuple):
    """A server in another process."""

    url: str
    pid: int


@contextmanager
def run_server(module: str, *arguments: str) -> Iterator[Server]:
    """Run a server until the end of the `with` block.

    Args:
        module: The name of the module to run; the first line that it prints has its URL.
        *arguments: The command line arguments of the module.

    Raises:
        RuntimeError: There is no URL in this line.
    """
    command = [sys.executable, "-m", module, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=_BENCHMARKS) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.search(r"https?://\S+", line)
            if found is None:
                raise RuntimeError(f"{command} did not print its URL, but {line!r}")
            yield Server(found[0], process.pid)
        finally:
            process.terminate()


def run_program(
    module: str, arguments: Sequence[str | Path], python: str | Path = sys.executable
) -> str:
    """Run a module and return its output.

    Args:
        module: The name of the module.
        arguments: Its command line arguments.
        python: The interpreter; another one gets none of this one's environment variables.

    Raises:
        CalledProcessError: The module failed.
    """
    is_own = python == sys.executable
    environment = {k: v for k, v in os.environ.items() if is_own or not k.startswith("PYTHON")}
    command = [python, "-m", module, *arguments]
    return subprocess.check_output(command, text=True, cwd=_BENCHMARKS, env=environment)
