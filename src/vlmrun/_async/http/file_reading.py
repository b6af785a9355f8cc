"""Reading files before they are sent, within the deadline of the call."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from vlmrun._core.request_context import RequestContext
from vlmrun._runtime.async_runtime import interruptible

T = TypeVar("T")


async def read_within(context: RequestContext, function: Callable[[Callable[[], None]], T]) -> T:
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

    return await interruptible(read)
