"""A mock server whose uploads take some time.

    python -m processes.upload_server DELAY

DELAY is in seconds. The first line of its output has its URL. It runs until it is terminated.
"""

from __future__ import annotations

import sys
import threading

import vlmrun.testing
from vlmrun.testing import Fault


def main(delay: str) -> None:
    """Serve on a free port."""
    with vlmrun.testing.serve() as server:
        server.inject(Fault("upload_file", delay=float(delay), times=None))
        print(server.url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
