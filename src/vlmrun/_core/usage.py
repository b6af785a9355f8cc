"""Recording of what jobs and chats cost, for the `Usage` objects of the context."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from vlmrun._core.settings import Settings
from vlmrun.types.jobs import Tracked
from vlmrun.types.usage import Usage, collectors


@contextmanager
def collecting(usage: Usage) -> Iterator[Usage]:
    """Let `usage` collect what the calls in this context cost."""
    token = collectors.set((*collectors.get(), usage))
    try:
        yield usage
    finally:
        collectors.reset(token)


def check_budgets(settings: Settings) -> None:
    """Raise `BudgetExceededError` if a budget of this context is used up."""
    for usage in collectors.get():
        if usage._covers(settings):
            usage.check()


def expect_job(id: Any, settings: Settings) -> None:
    """Count a job when it has ended, since this context submitted it, or waits for it."""
    for usage in collectors.get():
        if usage._covers(settings) and isinstance(id, str):
            usage._expect(id)


def observe(received: Any, settings: Settings) -> None:
    """Count the cost of an object that a call received, if it is a job that has ended."""
    for usage in collectors.get():
        if isinstance(received, Tracked) and received.is_finished and usage._covers(settings):
            usage._add_job(received)


def add_chat(usage_of_chat: Any, settings: Settings) -> None:
    """Count a chat.

    Args:
        usage_of_chat: The `usage` of the completion, as JSON.
        settings: The settings of the call.
    """
    credits: Any = None
    if isinstance(usage_of_chat, dict):
        # The service uses both names; `vlmrun chat` of the official SDK reads both, too.
        credits = usage_of_chat.get("credits_used", usage_of_chat.get("credits"))
    is_number = isinstance(credits, (int, float)) and not isinstance(credits, bool)
    for usage in collectors.get():
        if usage._covers(settings):
            usage._add_chat(credits if is_number else None)
