"""CPU time of a new process up to its first response, relative to the same call with httpx."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from installation import Installation, peer
from measurement import Measurement, interleave, ratios
from processes import run_server
from processes.cpu_time import starter
from processes.get_many import ID, KEY

ROUNDS = 30
TARGET = 1.3


def sdk_code(base_url: str) -> str:
    """Return a program that gets an execution with this package."""
    return (
        "from vlmrun.client import VLMRun\n"
        f"VLMRun(api_key={KEY!r}, base_url={base_url!r}).executions.get({ID!r})"
    )


def httpx_code(base_url: str) -> str:
    """Return a program that makes the same request with httpx."""
    url, headers = f"{base_url}/agent/executions/{ID}", {"Authorization": f"Bearer {KEY}"}
    return (
        "import json, httpx\n"
        "with httpx.Client() as client:\n"
        f"    json.loads(client.get({url!r}, headers={headers!r}).content)"
    )


def measure(installation: Installation) -> Iterator[Measurement]:
    """Divide the CPU time of one process by that of the other."""
    folder: Path = installation.folder
    with run_server("processes.execution_server") as server:
        costs = interleave(
            {
                "sdk": starter(installation.python, sdk_code(server.url), folder),
                "httpx": starter(peer("httpx"), httpx_code(server.url), folder),
            },
            ROUNDS,
        )
    name = "CPU: first executions.get of a process / httpx"
    yield Measurement(name, ratios(costs["sdk"], costs["httpx"]), "x", TARGET)
