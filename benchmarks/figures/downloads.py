"""How much more memory a large download takes than a small one."""

from __future__ import annotations

from collections.abc import Iterator

from installation import Installation
from measuring import MB, Result
from processes import output_of, serving

LARGE = 256 * MB
SMALL = 64
REPETITIONS = 3
AIM = 16.0
FACES = ("sync", "async")
NAMESPACE = "run-1"


def measure(installation: Installation) -> Iterator[Result]:
    """Peak of a process that downloads 256 MB, less that of one that downloads a few bytes."""
    sizes = (str(SMALL), str(LARGE))
    with serving("processes.artifact_server", NAMESPACE, *sizes) as server:

        def spent(object_id: str, face: str) -> int:
            folder = f"{installation.folder}/"
            arguments = [server.url, NAMESPACE, object_id, folder, face]
            return int(output_of("processes.download_once", arguments))

        for face in FACES:
            grown = [
                (spent("doc_00000l", face) - spent("doc_00000s", face)) / MB
                for _ in range(REPETITIONS)
            ]
            yield Result(f"memory: 256 MB download, {face}", grown, " MB", AIM)
