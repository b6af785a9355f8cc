"""The stand-in server, with two documents of an execution among its artifacts.

    python -m processes.artifact_server NAMESPACE SMALL LARGE

They are `doc_00000s` and `doc_00000l`, of so many bytes. The first line that it prints has its URL;
it runs until it is terminated.
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
