"""Paths at which there is no file that could be sent whole, and users that may not read one."""

from __future__ import annotations

import concurrent.futures.thread  # noqa: F401 - imported when it is first needed
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

NOBODY = 65534
NO_PIPES = not hasattr(os, "mkfifo")


def missing(path: Path) -> Path:
    return path


def folder(path: Path) -> Path:
    path.mkdir()
    return path


def unreadable(path: Path) -> Path:
    path.write_bytes(b"secret")
    path.chmod(0)
    return path


def pipe(path: Path) -> Path:
    os.mkfifo(path)
    return path


def empty(path: Path) -> Path:
    path.touch()
    return path


def below_a_file(path: Path) -> Path:
    path.write_bytes(b"x")
    return path / path.name


def link_to_nothing(path: Path) -> Path:
    path.symlink_to("nowhere")
    return path


def link_to_itself(path: Path) -> Path:
    path.symlink_to(path.name)
    return path


def too_long(path: Path) -> Path:
    return path.with_name("n" * 300 + path.suffix)


def without_a_size(path: Path) -> Path:
    """A file of the system that has content, but a size of 0."""
    found = Path("/proc/self/status")
    if not found.is_file():
        pytest.skip("there is no /proc")
    path.symlink_to(found)
    return path


def device(path: Path) -> Path:
    path.symlink_to("/dev/zero")
    return path


def without_a_home(path: Path) -> Path:
    return Path("~no-such-user", path.name)


KINDS: list[Callable[[Path], Path]] = [
    missing,
    folder,
    unreadable,
    pipe,
    empty,
    below_a_file,
    link_to_nothing,
    link_to_itself,
    too_long,
    device,
    without_a_home,
    without_a_size,  # the last one, since it skips the rest of a test
]


@contextmanager
def public_folder() -> Iterator[Path]:
    """A temporary folder that every user may read, unlike those of pytest."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        yield Path(name)


@contextmanager
def as_ordinary_user() -> Iterator[None]:
    """Give up the right to read everything, if the tests run as root.

    Nothing can be imported in the block: Python's own files may be root's.
    """
    if os.name != "posix" or os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
