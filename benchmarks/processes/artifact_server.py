"""A mock server with a small and a large artifact of one execution.

    python -m processes.artifact_server NAMESPACE SMALL LARGE

SMALL and LARGE are the sizes in bytes of the artifacts `doc_00000s` and `doc_00000l`. The first
line of its output has its URL. It runs until it is terminated.
"""

from __future__ import annotations

import sys
import threading

import vlmrun.testing


def main(namespace: str, small: str, large: str) -> None:
    """Serve on a free port."""
    with vlmrun.testing.serve() as server:
        server.add_artifact(namespace, bytes(int(small)), "doc_00000s")
        server.add_artifact(namespace, bytes(int(large)), "doc_00000l")
        print(server.url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
