"""The limit of the jobs in flight, for calls that submit a job and wait for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from vlmrun._core.job_slots import JobSlots
from vlmrun._core.request_context import RequestContext
from vlmrun._runtime.async_runtime import Wakeup
from vlmrun.errors import RequestTimeoutError


@asynccontextmanager
async def job_slot(slots: JobSlots | None, context: RequestContext) -> AsyncIterator[None]:
    """Hold a slot for a job in flight, after waiting for one.

    Args:
        slots: The slots of the client; None if there is no limit.
        context: The settings, and the deadline of the call.

    Raises:
        RequestTimeoutError: No slot became free before the deadline.
    """
    if slots is None:
        yield
        return
    await _take(slots, context)
    try:
        yield
    finally:
        slots.release()


async def _take(slots: JobSlots, context: RequestContext) -> None:
    waiter = Wakeup()
    if slots.take(waiter):
        return
    try:
        woken = await waiter.wait(context.remaining())
    except BaseException:  # Ctrl-C, or a cancelled task
        slots.give_up(waiter)
        raise
    if not woken:
        slots.give_up(waiter)
        error = RequestTimeoutError(
            "The deadline has passed while the call waited for another job to end "
            "(max_in_flight), and nothing was submitted"
        )
        error.outcome = "not_sent"
        raise error
