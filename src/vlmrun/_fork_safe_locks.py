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


class ForkSafeLock:
    """A lock that is free in the child of a fork.

    `with lock.held:` holds it. A `with` statement of a `threading.Lock` cannot be interrupted by
    Ctrl-C between acquiring it and entering the block; that of a class with an `__enter__` in
    Python can, and would leave it locked: https://github.com/python/cpython/issues/74174

    Args:
        after_fork: Called in the child, to forget the threads that it lacks.

    Attributes:
        held: The lock itself.
    """

    def __init__(self, after_fork: Callable[[], None] = lambda: None) -> None:
        self.held = threading.Lock()
        self._after_fork = after_fork
        _locks.add(self)

    def renew(self) -> None:
        """Replace the lock by one that is free, in the child of a fork."""
        self.held = threading.Lock()
        self._after_fork()


_locks: WeakSet[ForkSafeLock] = WeakSet()


def _renew_locks() -> None:
    for lock in _locks:
        lock.renew()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_locks)
