"""Peak memory of a large download, minus that of a small one."""

from __future__ import annotations

from collections.abc import Iterator

from installation import Installation
from measurement import MB, Measurement
from processes import run_program, run_server

LARGE = 1000 * MB
SMALL = 64
REPETITIONS = 1
TARGET = 16.0
CLIENTS = ("sync", "async")
NAMESPACE = "run-1"


def measure(installation: Installation) -> Iterator[Measurement]:
    """Subtract the peak of a process that downloads 64 bytes from that of one with 1 GB."""
    sizes = (str(SMALL), str(LARGE))
    with run_server("processes.artifact_server", NAMESPACE, *sizes) as server:

        def peak(object_id: str, client: str) -> int:
            folder = f"{installation.folder}/"
            arguments = [server.url, NAMESPACE, object_id, folder, client]
            return int(run_program("processes.download_once", arguments))

        for client in CLIENTS:
            growth = [
                (peak("doc_00000l", client) - peak("doc_00000s", client)) / MB
                for _ in range(REPETITIONS)
            ]
            yield Measurement(f"memory: 1 GB download, {client}", growth, " MB", TARGET)
