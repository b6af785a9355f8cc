"""Programs that figures run beside themselves, so that their cost is not counted, or alone."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

_BENCHMARKS = Path(__file__).resolve().parent.parent


class Server(NamedTuple):
    """A server in a process of its own."""

    url: str
    pid: int


@contextmanager
def serving(module: str, *arguments: str) -> Iterator[Server]:
    """Run a module that prints its URL in its first line, until the block ends.

    Args:
        module: What follows `python -m`.
        *arguments: The module's command line.

    Raises:
        RuntimeError: The first line has no URL.
    """
    command = [sys.executable, "-m", module, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=_BENCHMARKS) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.search(r"http://\S+", line)
            if found is None:
                raise RuntimeError(f"{command} did not print its URL, but {line!r}")
            yield Server(found[0], process.pid)
        finally:
            process.terminate()


def output_of(module: str, arguments: Sequence[str | Path]) -> str:
    """What a module prints.

    Raises:
        CalledProcessError: It failed.
    """
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.check_output(command, text=True, cwd=_BENCHMARKS)
