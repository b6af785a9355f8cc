"""Locks that work in the child of a fork.

Only the thread that calls `fork` exists in the child. A lock that another thread held then is
never released there: https://docs.python.org/3/library/os.html#os.fork
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING
from weakref import WeakSet

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType


class ForkSafeLock:
    """A lock for `with` statements that is free in the child of a fork.

    Args:
        after_fork: Called in the child, to forget the threads that it lacks.
    """

    def __init__(self, after_fork: Callable[[], None] = lambda: None) -> None:
        self._lock = threading.Lock()
        self._after_fork = after_fork
        _locks.add(self)

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._lock.release()

    def renew(self) -> None:
        """Replace the lock by one that is free, in the child of a fork."""
        self._lock = threading.Lock()
        self._after_fork()


_locks: WeakSet[ForkSafeLock] = WeakSet()


def _renew_locks() -> None:
    for lock in _locks:
        lock.renew()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_locks)
