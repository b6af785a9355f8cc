"""Running an attempt in a thread, which cannot be cancelled; `async_attempt` has the same names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from vlmrun._runtime.interruption import current_interruption

T = TypeVar("T")


def run_attempt(call: Callable[[], T], abort: Callable[[], None] | None) -> T:
    """Run an attempt, and end it if this thread is interrupted.

    Args:
        call: Runs the attempt.
        abort: Lets the attempt fail; None if nothing can.
    """
    interruption = current_interruption()
    if interruption is None:
        return call()
    with interruption.aborting(abort):
        return call()


def shielded(function: Callable[[], None]) -> None:
    """Call a function."""
    function()


class ConnectionSlots:
    """Limits nothing: the limit of httpcore's pool serves threads well."""

    def __init__(self, limit: int) -> None:
        pass

    def acquire(self, timeout: float, use: Callable[[Callable[[], Any]], Any]) -> None:
        """Return immediately."""

    def release(self) -> None:
        """Do nothing."""
