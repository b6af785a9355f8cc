"""The lifetime of the sync client's connection pools; `async_pool_lifetime` has the same names.

A pool belongs to a process: the child of a fork creates pools of its own.
"""

from __future__ import annotations

import atexit
import os
import warnings
import weakref
from collections.abc import Callable
from functools import partial

_is_exiting = False


def keeps_connections() -> bool:
    """Return whether connections stay open between requests.

    Nothing would close those that functions of `atexit` open.
    """
    return not _is_exiting


def _on_exit() -> None:
    global _is_exiting  # noqa: PLW0603
    _is_exiting = True


class _ProcessScope:
    """The object that connection pools of this process belong to."""


_process_scope = _ProcessScope()


def pool_scope() -> object:
    """Return the object that a connection pool belongs to: the process."""
    return _process_scope


def _reset_after_fork() -> None:
    # Parent and child would read each other's responses from a connection that both have.
    global _process_scope  # noqa: PLW0603
    with warnings.catch_warnings():
        # The child's copies of the parent's sockets go with the scope; the parent closes its own.
        warnings.simplefilter("ignore", ResourceWarning)
        _process_scope = _ProcessScope()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_after_fork)


class CloseOnLoopEnd:
    """Call `close` when this object is garbage collected, or at exit, unless `close` was called.

    There is no event loop here; the name is the async client's.
    """

    def __init__(self, close: Callable[[], None]) -> None:
        self._close = partial(_close_in, os.getpid(), close)
        self._finalizer = weakref.finalize(self, self._close)
        # The last function is called first: before `weakref` ends the finalizers for good.
        atexit.unregister(_on_exit)
        atexit.register(_on_exit)

    def close(self) -> None:
        """Call `close`, unless that was done before."""
        # To call the finalizer does nothing in functions of `atexit`.
        if self._finalizer.detach() is not None:
            self._close()


def _close_in(process: int, close: Callable[[], None]) -> None:
    # After a fork, the child has copies of the parent's connections (closing one would end the
    # parent's TLS session), and perhaps of a lock that another thread of the parent held.
    if os.getpid() == process:
        close()
