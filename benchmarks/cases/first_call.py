"""CPU time of a new process up to its first response, relative to the same call with httpx."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import certifi
import trustme
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
    """Divide the CPU time of one process by that of the other, without TLS and with it."""
    with run_server("processes.execution_server") as server:
        yield _compare("first executions.get of a process", installation, server.url)
    trusted, own = _certificates(installation.folder)
    with run_server("processes.execution_server", "0", str(own)) as server:
        name = "first executions.get of a process, https"
        yield _compare(name, installation, server.url, SSL_CERT_FILE=str(trusted))


def _compare(name: str, installation: Installation, base_url: str, **variables: str) -> Measurement:
    folder = installation.folder
    costs = interleave(
        {
            "sdk": starter(installation.python, sdk_code(base_url), folder, **variables),
            "httpx": starter(peer("httpx"), httpx_code(base_url), folder, **variables),
        },
        ROUNDS,
    )
    return Measurement(f"CPU: {name} / httpx", ratios(costs["sdk"], costs["httpx"]), "x", TARGET)


def _certificates(folder: Path) -> tuple[Path, Path]:
    """Return the paths of the certificates that clients trust, and of the server's with its key.

    Clients trust the usual authorities, too: to load them takes much of the time of a first call.
    """
    authority = trustme.CA()
    trusted, own = folder / "trusted.pem", folder / "server.pem"
    trusted.write_bytes(Path(certifi.where()).read_bytes() + authority.cert_pem.bytes())
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(own))
    return trusted, own
