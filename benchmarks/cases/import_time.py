"""CPU time until there is a client, relative to an interpreter that imports nothing."""

from __future__ import annotations

from collections.abc import Iterator

from installation import Installation
from measurement import Measurement, interleave, ratios
from processes.cpu_time import starter

ROUNDS = 60
BASELINE = "pass"
CLIENT = 'from vlmrun.client import VLMRun; VLMRun(api_key="x")'
PACKAGE = "import vlmrun"
HTTPX = "import httpx"


def measure(installation: Installation) -> Iterator[Measurement]:
    """Divide the CPU time of `python -c CODE` by that of `python -c pass`."""
    codes = (BASELINE, CLIENT, PACKAGE, HTTPX)
    python, folder = installation.python, installation.folder
    costs = interleave({code: starter(python, code, folder) for code in codes}, ROUNDS)
    for code, target in ((CLIENT, 2.5), (PACKAGE, 1.1), (HTTPX, None)):
        yield Measurement(f"CPU: {code} / pass", ratios(costs[code], costs[BASELINE]), "x", target)
