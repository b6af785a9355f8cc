"""Run the tests on each supported Python that this machine has.

    python scripts/test_all.py [pytest's arguments]

Each version has an environment of its own below `.tox/`, with the package as a user installs it
(no editable install) and its extras. Exit status: 0 if all that ran passed, 1 if one failed or
none could run.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import interpreters

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "scripts" / "requirements" / "dev.txt"


class Outcome(NamedTuple):
    """How the tests went on one version."""

    version: str
    result: str
    seconds: float = 0.0


def run_on(version: str, arguments: Sequence[str]) -> Outcome:
    """Install into the version's environment and run pytest there."""
    interpreter = interpreters.find(version)
    if interpreter is None:
        return Outcome(version, "missing")
    print(f"\n=== Python {version} ===", flush=True)
    python = ROOT / ".tox" / version / "bin" / "python"
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    steps: list[tuple[str, Sequence[str | Path]]] = [
        ("no environment", [interpreter, "-m", "venv", python.parents[1]]),
        ("not installed", [*pip, "-r", REQUIREMENTS]),
        ("not installed", [*pip, f"{ROOT}[all,testing]"]),
        ("failed", [python, "-m", "pytest", *arguments]),
    ]
    started = time.monotonic()
    for problem, command in steps:
        if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
            return Outcome(version, problem, time.monotonic() - started)
    return Outcome(version, "passed", time.monotonic() - started)


def main(arguments: Sequence[str]) -> int:
    """Run all and print a table; returns the exit status."""
    outcomes = [run_on(version, arguments) for version in interpreters.SUPPORTED]
    print("\nPython  tests")
    for version, result, seconds in outcomes:
        print(f"{version:6}  {result}" + (f" in {seconds:.0f} s" if seconds else ""))
    results = {outcome.result for outcome in outcomes}
    return 0 if "passed" in results and results <= {"passed", "missing"} else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
