"""The credits that the calls of a block use."""

from __future__ import annotations

from contextlib import suppress
from contextvars import ContextVar, Token
from copy import copy
from math import isfinite
from typing import Any

from vlmrun._fork_safe_locks import ForkSafeLock
from vlmrun._messages import how_to_pass_scalar, short_repr
from vlmrun.errors import BudgetExceededError, InputError, InputTypeError
from vlmrun.types.jobs import Tracked

__all__ = ["Usage"]

# Credits. Beyond, a sum of floats would not change any more when a job is added.
_MAX_BUDGET = 1e12

# At least so many of the latest jobs are not counted again if somebody waits for them once more.
_REMEMBERED = 50_000


class Usage:
    """The credits used by the jobs and chats of a block; `client.usage()` returns it.

    A job counts once, when a call first sees that it has ended: a job that is submitted or waited
    for in the block. Waiting again for one that ended 50,000 jobs ago may count it again. Calls in
    threads count if their thread runs in a copy of the block's context
    (`contextvars.copy_context().run`), as asyncio's tasks, `asyncio.to_thread` and this package's
    own threads do.

    A pickle or a copy of it has the sums so far, and counts the calls of all accounts.

    Attributes:
        budget: The credits after which nothing more is submitted; None for no limit.
        credits: The sum of the credits used, as far as the service reported them.
        jobs: The number of jobs that have ended, and of chats.
        unknown: The number of those among them whose cost the service did not report.
    """

    def __init__(self, budget: float | None, settings: Any = None) -> None:
        self.budget = check_budget(budget)
        self.credits: float = 0
        self.jobs = 0
        self.unknown = 0
        self._account = None if settings is None else _account(settings)
        self._lock = ForkSafeLock()
        self._expected: set[str] = set()
        # Two sets, each of which replaces the other, so that the memory is bounded.
        self._counted: set[str] = set()
        self._counted_before: set[str] = set()
        self._tokens: list[Token[tuple[Usage, ...]]] = []

    def __enter__(self) -> Usage:
        self._tokens.append(collectors.set((*collectors.get(), self)))
        return self

    def __exit__(self, *error: object) -> None:
        # Frameworks may end a block in another context than the one that it began in, which then
        # has nothing to reset.
        with suppress(ValueError):
            collectors.reset(self._tokens.pop())

    async def __aenter__(self) -> Usage:
        return self.__enter__()

    async def __aexit__(self, *error: object) -> None:
        self.__exit__(*error)

    # A copy has the sums so far. Locks and the tokens of contexts cannot be copied, and the account
    # has the API key, which no pickle has.

    def __getstate__(self) -> dict[str, Any]:
        with self._lock.held:
            left_out: dict[str, Any] = {"_account": None, "_lock": None, "_tokens": []}
            state = {**vars(self), **left_out}
            return {name: copy(value) for name, value in state.items()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._lock = ForkSafeLock()

    def __repr__(self) -> str:
        return f"<Usage: credits={self.credits:g}, jobs={self.jobs}, unknown={self.unknown}>"

    @property
    def pending(self) -> int:
        """The number of jobs that were not seen to end."""
        with self._lock.held:
            return len(self._expected)

    def check(self) -> None:
        """Raise `BudgetExceededError` if the budget is used up."""
        used, budget = self.credits, self.budget
        if budget is not None and used >= budget:
            jobs = "1 job has" if self.jobs == 1 else f"{self.jobs} jobs have"
            error = BudgetExceededError(
                f"The budget is used up: {jobs} used {used:g} of {budget:g} credits, and nothing "
                "more is submitted"
            )
            error.credits_used, error.budget = used, budget
            raise error

    def _covers(self, settings: Any) -> bool:
        return self._account in (None, _account(settings))

    def _expect(self, id: str) -> None:
        with self._lock.held:
            if id not in self._counted and id not in self._counted_before:
                self._expected.add(id)

    def _add_job(self, job: Tracked) -> None:
        with self._lock.held:
            if job.id not in self._expected:
                return
            self._expected.discard(job.id)
            self._counted.add(job.id)
            if len(self._counted) >= _REMEMBERED:
                self._counted_before, self._counted = self._counted, set()
            self._add(getattr(getattr(job, "usage", None), "credits_used", None))

    def _add_chat(self, credits: float | None) -> None:
        with self._lock.held:
            self._add(credits)

    def _add(self, credits: float | None) -> None:
        self.jobs += 1
        # Python's JSON has NaN, and no sum with it would ever reach a budget.
        if credits is None or not isfinite(credits):
            self.unknown += 1
        else:
            self.credits += credits


collectors: ContextVar[tuple[Usage, ...]] = ContextVar("vlmrun_usage", default=())


def check_budget(value: Any) -> float | None:
    """Check a budget in credits."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InputTypeError(
            f"budget must be a number of credits, got {short_repr(value)}",
            suggestion=how_to_pass_scalar("budget", value, "float"),
        )
    if not 0 <= value <= _MAX_BUDGET:
        raise InputError(
            f"budget must be 0 or more credits, got {short_repr(value)}",
            suggestion="Use None for no limit" if value > 0 else None,
        )
    return value


def _account(settings: Any) -> tuple[Any, Any]:
    return settings.base_url, settings.api_key
