"""Pipes, sockets and devices, from which reading may never end."""

from __future__ import annotations

import os
from errno import EINVAL
from stat import S_ISDIR, S_ISREG
from typing import BinaryIO

SPECIAL = "is a pipe, a socket or a device"

# Opening a pipe does not wait for the process at its other end. Windows has no such pipes.
_WITHOUT_WAITING = getattr(os, "O_NONBLOCK", 0)


def is_special(mode: int) -> bool:
    """Return whether the mode of a file is that of a pipe, a socket or a device."""
    return not (S_ISREG(mode) or S_ISDIR(mode))


def check_regular(path: str | os.PathLike[str]) -> None:
    """Raise `OSError` for a pipe, a socket or a device."""
    _check_mode(os.stat(path).st_mode, path)


def open_regular(path: str | os.PathLike[str]) -> BinaryIO:
    """Open a file for reading, as `open(path, "rb")` does.

    Raises:
        OSError: It cannot be opened; or it is a pipe, a socket or a device, which may have taken
            the place of a file that was checked before.
    """
    return open(path, "rb", opener=_open_regular)


def open_without_waiting(path: str, flags: int) -> int:
    """Open a pipe that no process has open at its other end without waiting for one.

    It is an `opener` for `open`. Opening such a pipe for writing raises `OSError`.
    """
    return os.open(path, flags | _WITHOUT_WAITING, 0o666)


def _open_regular(path: str, flags: int) -> int:
    descriptor = open_without_waiting(path, flags)
    try:
        _check_mode(os.fstat(descriptor).st_mode, path)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _check_mode(mode: int, path: str | os.PathLike[str]) -> None:
    if is_special(mode):
        raise OSError(EINVAL, SPECIAL, os.fspath(path))
