"""Compare the speed of this checkout with that of another revision.

    make bench-compare BASE=v1.0.0             # about five minutes
    make bench-compare BASE=v1.0.0 ROUNDS=3    # about two minutes, with ratios that vary more
    .venv/bin/python benchmarks/compare.py v1.0.0 --rounds 3

Both are installed as wheels, with the extra `aiohttp` where they have it, and run the same programs
in turn. A ratio below 1 is faster than the revision.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from cases.first_call import sdk_code
from cases.import_time import CLIENT, PACKAGE
from installation import ROOT, Installation
from measurement import Measurement, interleave, ratios
from processes import run_program, run_server
from processes.cpu_time import starter
from report import HEADER, machine, row

ROUNDS = 9

# Of processes/get_many.py: client, number of calls, and at the same time; what is measured.
CALLS = (
    ("vlmrun_threads", 1000, 1, "cpu"),
    ("vlmrun_async", 1000, 1, "cpu"),
    ("vlmrun_threads", 2000, 64, "wall"),
    ("vlmrun_async", 2000, 64, "wall"),
)


def main(base: str, rounds: int = ROUNDS) -> None:
    """Print one row for each program when it is ready.

    Args:
        base: A revision that git knows.
        rounds: How often to run each program, after a run that is not measured.
    """
    with tempfile.TemporaryDirectory(prefix="vlmrun-bench-") as name:
        folder = Path(name)
        mine = Installation(folder / "head")
        others = Installation(folder / "base", base)
        print(f"{machine()}; compared with {base}\n\n{HEADER}")
        with run_server("processes.execution_server") as server:
            for name, programs in _programs(mine, others, server.url).items():
                costs = interleave(programs, rounds)
                print(row(Measurement(name, ratios(costs["mine"], costs["base"]), "x")), flush=True)


def _programs(
    mine: Installation, others: Installation, base_url: str
) -> dict[str, dict[str, Callable[[], float]]]:
    pythons = {"mine": mine.python, "base": others.python}
    codes = {PACKAGE: PACKAGE, CLIENT: CLIENT, "first executions.get": sdk_code(base_url)}
    programs: dict[str, dict[str, Callable[[], float]]] = {
        f"CPU: {name}": {
            side: starter(python, code, mine.folder) for side, python in pythons.items()
        }
        for name, code in codes.items()
    }
    for client, count, concurrency, kind in CALLS:
        for extra in ("", "aiohttp") if client == "vlmrun_async" else ("",):
            suffix = f" ({extra})" if extra else ""
            programs[f"{kind}: {count:,} gets, {concurrency} at a time, {client}{suffix}"] = {
                side: partial(_seconds, each, extra, kind, [client, base_url, count, concurrency])
                for side, each in (("mine", mine), ("base", others))
            }
    return programs


def _seconds(
    installation: Installation, extra: str, kind: str, arguments: list[str | int]
) -> float:
    python = installation.with_extra(extra)
    output = run_program("processes.get_many", [str(each) for each in arguments], python)
    seconds: float = json.loads(output)[kind]
    return seconds


def _revision(text: str) -> str:
    command = ["git", "rev-parse", "--verify", "--quiet", "--end-of-options", f"{text}^{{commit}}"]
    if subprocess.run(command, cwd=ROOT, check=False, capture_output=True).returncode != 0:
        raise argparse.ArgumentTypeError(f"git knows no revision {text!r}")
    return text


def _positive(text: str) -> int:
    if not (text.isdecimal() and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of at least 1")
    return int(text)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Compare the speed with that of a revision.")
    parser.add_argument("base", type=_revision, help="a revision that git knows")
    parser.add_argument(
        "--rounds",
        type=_positive,
        default=ROUNDS,
        help="runs of each program (default: %(default)s)",
    )
    options = parser.parse_args()
    main(options.base, options.rounds)
