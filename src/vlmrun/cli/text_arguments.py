"""Arguments that are text, the name of a file with it, or `-` for standard input."""

from __future__ import annotations

import sys
from typing import IO

from vlmrun.cli.problems import UsageProblem


def read_stdin(what: str) -> str:
    """Return all of standard input as text.

    Args:
        what: What is read, for the message: "The prompt".

    Raises:
        UsageProblem: It is closed, or not UTF-8.
    """
    if sys.stdin is None or sys.stdin.closed:
        raise UsageProblem(f"{what} cannot be read: standard input is closed")
    try:
        # Not the encoding of the locale, which is ASCII in many containers.
        buffer: IO[bytes] | None = getattr(sys.stdin, "buffer", None)
        return buffer.read().decode("utf-8-sig") if buffer else sys.stdin.read()
    except UnicodeDecodeError:
        raise UsageProblem(f"{what} from standard input is not UTF-8 text") from None
    except OSError as error:
        raise UsageProblem(f"{what} cannot be read: {error.strerror}") from None
