"""CPU time of `vlmrun --help` and `vlmrun --version`, relative to importing typer and rich."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from installation import Installation
from measurement import Measurement, interleave, ratios
from processes.cpu_time import cpu_time

ROUNDS = 40
BASELINE = "import typer, rich"
TARGETS = {
    "--help": 1.5,
    "--version": 1.5,
    # typer imports pydantic to read the values of options.
    "files --help": None,
}


def measure(installation: Installation) -> Iterator[Measurement]:
    """Divide the CPU time of `vlmrun ...` by that of `python -c "import typer, rich"`."""
    python, folder = installation.with_extra("cli"), installation.folder
    # The installed program, not `python -m`: this is what people run.
    program = python.with_name("vlmrun")
    costs = interleave(
        {
            BASELINE: partial(cpu_time, [python, "-c", BASELINE], folder),
            **{
                arguments: partial(cpu_time, [program, *arguments.split()], folder)
                for arguments in TARGETS
            },
        },
        ROUNDS,
    )
    for arguments, target in TARGETS.items():
        values = ratios(costs[arguments], costs[BASELINE])
        yield Measurement(f"CPU: vlmrun {arguments} / {BASELINE}", values, "x", target)
