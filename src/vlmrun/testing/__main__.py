"""`python -m vlmrun.testing --port 8000`: the stand-in server until it is interrupted."""

from __future__ import annotations

import argparse
import os
import signal
import threading
from pathlib import Path

from vlmrun.errors import VLMRunError
from vlmrun.testing import serve


def main(arguments: list[str] | None = None) -> int:
    """Run the server; the exit status is 0 after an interrupt, 2 for what cannot be served."""
    parser = _parser()
    given = parser.parse_args(arguments)
    done = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: done.set())
    try:
        with serve(
            port=given.port,
            api_key=given.api_key,
            polls=given.polls,
            completes_after=given.completes_after,
            skills=[Path(skill) if os.path.isdir(skill) else skill for skill in given.skill],
            webhook_secret=given.webhook_secret,
        ) as server:
            print(f"The stand-in server listens. VLMRUN_BASE_URL={server.url}", flush=True)
            done.wait()
    except (VLMRunError, OSError) as error:
        parser.error(str(error))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m vlmrun.testing",
        description="A stand-in for the VLM Run service, on this machine alone. Any key will do.",
    )
    parser.add_argument("--port", type=int, default=8000, help="0 for any free one (default 8000)")
    parser.add_argument("--api-key", help="the only key to take")
    parser.add_argument(
        "--polls", type=int, default=2, help="looks that complete an execution (default 2)"
    )
    parser.add_argument(
        "--completes-after", type=float, metavar="SECONDS", help="time that completes it instead"
    )
    parser.add_argument("--webhook-secret", help="what callbacks to this machine are signed with")
    parser.add_argument(
        "--skill",
        action="append",
        default=[],
        metavar="NAME|DIRECTORY",
        help="a skill to have from the start; may be given several times",
    )
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
