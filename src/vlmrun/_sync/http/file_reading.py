# Derived from _async/http/file_reading.py by `make generate`. Do not edit.
"""Reading files before they are sent, within the deadline of the call."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from vlmrun._core.request_context import RequestContext
from vlmrun._runtime.sync_runtime import interruptible

T = TypeVar("T")


def read_within(context: RequestContext, function: Callable[[Callable[[], None]], T]) -> T:
    """Run a function that reads files, and does not begin or go on after the deadline.

    Args:
        context: The settings, and the deadline of the whole call.
        function: It calls its argument before each block, which raises if it should end.

    Raises:
        RequestTimeoutError: The deadline has passed.
    """

    def read(check_interruption: Callable[[], None]) -> T:
        def check() -> None:
            check_interruption()
            context.check_deadline("a file was read")

        return function(check)

    return interruptible(read)
