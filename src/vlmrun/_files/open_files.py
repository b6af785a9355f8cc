"""Files that the caller has opened."""

from __future__ import annotations

import inspect
import io
import os
import threading
from typing import Any, BinaryIO

from vlmrun._fork_safe_locks import ForkSafeLock
from vlmrun._messages import how_to_pass_file, type_and_repr
from vlmrun.errors import InputTypeError

# Reading an open file moves its position, which several uploads of the same file must not do at
# the same time. A lock for each file would need a place to live, so files share some locks.
_LOCKS = [ForkSafeLock() for _ in range(64)]


def lock_of(file: object) -> threading.Lock:
    """Return the lock to hold while the position of an open file is not the caller's."""
    return _LOCKS[id(file) // 16 % len(_LOCKS)].held


def check_binary(argument: str, file: Any, kinds: str = "a path") -> None:
    """Raise `InputTypeError` unless a value looks like a file open for reading bytes.

    Args:
        argument: The name of the argument.
        file: Its value.
        kinds: What the argument may also be, for the error message.
    """
    read = getattr(file, "read", None)
    if isinstance(file, (io.TextIOBase, type)) or not callable(read):
        raise not_binary(argument, file, kinds)
    # aiofiles, anyio, trio, Starlette's UploadFile
    if inspect.iscoroutinefunction(read):
        raise InputTypeError(
            f"{argument} is an asynchronous file: {type_and_repr(file)}",
            suggestion="Pass its path, or a file opened by open(path, 'rb')",
        )


def not_binary(argument: str, file: Any, kinds: str = "a path") -> InputTypeError:
    """Return the error for what is not a file open for reading bytes."""
    if isinstance(file, type):
        return InputTypeError(
            f"{argument} is the class {file.__name__}, not an instance of it",
            suggestion=f"Pass {file.__name__}(...)",
        )
    return InputTypeError(
        f"{argument} must be {kinds} or a file open in binary mode, got {type_and_repr(file)}",
        suggestion=how_to_pass_file(argument, file),
    )


def version_of(file: BinaryIO) -> tuple[int, ...] | None:
    """Return what changes with the content of a file on a disk: its number, size and time."""
    try:
        status = os.fstat(file.fileno())
    except (OSError, ValueError):  # BufferedReader also reads what is not on a disk
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
