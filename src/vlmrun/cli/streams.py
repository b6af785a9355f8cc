"""The standard streams: what they can show, and how they are read and written."""

from __future__ import annotations

import errno
import os
import re
import shutil
import sys
from typing import Any

# All control characters but tab and newline, and those that change the direction of text: written
# to a terminal, text of the service could move the cursor, or hide what it says.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """Return a text with its control characters escaped, except for tabs and newlines."""
    return _CONTROL.sub(_escaped, text.replace("\r\n", "\n"))


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def shown(name: str) -> str:
    """Return a name, such as that of a file, as messages show it: on one line."""
    return printable(name).replace("\t", "\\t").replace("\n", "\\n")


def is_terminal(stream: Any) -> bool:
    """Return whether a person reads the stream; with TERM=dumb, nothing can be updated there."""
    try:
        return bool(stream is not None and stream.isatty())
    except ValueError:  # closed
        return False


def has_color(stream: Any) -> bool:
    """Return whether a stream shows colors, and the user wants them (https://no-color.org).

    A progress bar, which changes what was written, is shown there only, too.
    """
    is_able = is_terminal(stream) and os.environ.get("TERM") != "dumb"
    return is_able and not os.environ.get("NO_COLOR")


def width_of(stream: Any) -> int | None:
    """Return the columns of a terminal; None for a stream without a width."""
    if not is_terminal(stream):
        return None
    return max(20, shutil.get_terminal_size().columns)


def write(stream: Any, text: str) -> None:
    """Write text to a stream, with escapes for what its encoding does not have.

    A message that stderr cannot take, such as on a full disk, is lost: it must not cost the result.
    """
    if stream is None:
        return
    try:
        try:
            stream.write(text)
        except UnicodeEncodeError:
            encoding = getattr(stream, "encoding", None) or "ascii"
            stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
    except OSError:
        if stream is not sys.stderr:
            raise


def write_result(text: str) -> None:
    """Write text to stdout at once, so that the caller knows whether it has arrived.

    Raises:
        OSError: It has not; `is_about_stdout` tells this error from others.
    """
    write(sys.stdout, text)
    flush_stdout()


def flush_stdout() -> None:
    """Write what is in the buffer of stdout.

    Raises:
        OSError: That is not possible, or stdout is closed.
    """
    if sys.stdout is None:
        raise OSError(errno.EBADF, "it is closed")
    sys.stdout.flush()


def is_about_stdout(error: OSError) -> bool:
    """Return whether an error is about writing to stdout."""
    # Files have names; errors of other descriptors are those of the standard streams.
    return error.filename is None and error.errno in (
        errno.EPIPE,
        errno.ENOSPC,
        errno.EBADF,
        errno.EIO,
        errno.EINVAL,
    )
