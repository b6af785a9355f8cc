"""`python -m vlmrun.testing --port 8000`: run the mock server until it is interrupted."""

from __future__ import annotations

import argparse
import os
import signal
import threading
from pathlib import Path

from vlmrun.errors import VLMRunError
from vlmrun.testing import serve


def main(arguments: list[str] | None = None) -> int:
    """Run the server; return 0 after an interrupt, 2 for invalid arguments or a used port."""
    parser = _parser()
    options = parser.parse_args(arguments)
    interrupted = threading.Event()
    # SIGTERM must not skip the cleanup of temporary files, so it is handled like SIGINT.
    # Waiting for an event instead of sleeping makes both take effect immediately.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: interrupted.set())
    try:
        with serve(
            port=options.port,
            api_key=options.api_key,
            polls=options.polls,
            completes_after=options.completes_after,
            skills=[Path(skill) if os.path.isdir(skill) else skill for skill in options.skill],
            webhook_secret=options.webhook_secret,
        ) as server:
            # Flushed, since programs that start the server wait for this line in a pipe.
            print(f"The mock server is listening. VLMRUN_BASE_URL={server.url}", flush=True)
            interrupted.wait()
    except (VLMRunError, OSError) as error:
        parser.error(str(error))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m vlmrun.testing",
        description="A mock server of the VLM Run API on 127.0.0.1. It accepts any API key.",
    )
    parser.add_argument("--port", type=int, default=8000, help="0 for any free port (default 8000)")
    parser.add_argument("--api-key", help="the only API key to accept")
    parser.add_argument(
        "--polls", type=int, default=2, help="polls until an execution completes (default 2)"
    )
    parser.add_argument(
        "--completes-after",
        type=float,
        metavar="SECONDS",
        help="time until it completes, instead of polls",
    )
    parser.add_argument("--webhook-secret", help="the secret that signs callbacks")
    parser.add_argument(
        "--skill",
        action="append",
        default=[],
        metavar="NAME|DIRECTORY",
        help="a skill to store at the start; may be repeated",
    )
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
