"""Files that are written aside and renamed, so that a reader sees the old or the new one."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from vlmrun.cli.problems import Problem


def write_aside(path: Path, content: bytes, mode: int = 0o666, *, is_durable: bool = True) -> None:
    """Write a file, which replaces another one at the end only. Folders are created.

    Args:
        path: The path. If it is a link, what it leads to is replaced.
        content: The content.
        mode: The permissions of the file, less those that the umask of the process takes away.
        is_durable: Whether to wait until the disk has it.

    Raises:
        Problem: It cannot be written; an old file is unchanged.
    """
    target = Path(os.path.realpath(path))
    aside = target.with_name(f".{target.name}.{os.urandom(4).hex()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        descriptor = os.open(aside, flags, mode)
        with open(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            if is_durable:
                os.fsync(file.fileno())
        os.replace(aside, target)
    except BaseException as error:
        with suppress(OSError):
            aside.unlink()
        if isinstance(error, OSError):
            raise Problem(f"{path} cannot be written: {error.strerror or error}") from None
        raise
