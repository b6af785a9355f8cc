"""`--debug`: log messages of the SDK on stderr, and tracebacks."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Any

from vlmrun.cli.streams import write

_FLAG = "vlmrun.debug"


def start_debugging(ctx: Any) -> None:
    """Show log messages for the rest of the run; they have metadata only, and never a key."""
    meta = ctx.find_root().meta
    if meta.get(_FLAG):
        return
    meta[_FLAG] = True
    import logging

    class Handler(logging.Handler):
        """Writes to the current stderr, which a live display replaces while it is shown."""

        def emit(self, record: logging.LogRecord) -> None:
            with suppress(OSError, ValueError):  # stderr is closed
                write(sys.stderr, self.format(record) + "\n")

    logger = logging.getLogger("vlmrun")
    handler = Handler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)

    def stop() -> None:
        # Programs that call the command in their own process keep their logging.
        logger.removeHandler(handler)
        logger.setLevel(level)

    ctx.find_root().call_on_close(stop)


def is_debugging(ctx: Any) -> bool:
    """Return whether `--debug` was passed, before or after the command."""
    return bool(ctx.find_root().meta.get(_FLAG))


def show_traceback(error: BaseException) -> None:
    """Write where an error happened, and what a support ticket needs, to stderr."""
    import traceback

    traceback.print_exception(error, file=sys.stderr)
    report = getattr(error, "report", None)
    if callable(report):
        print(report(), file=sys.stderr)
