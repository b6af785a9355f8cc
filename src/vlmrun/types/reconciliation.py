"""The outcome of a job whose submission had no usable response."""

from __future__ import annotations

from typing import Generic, Literal, TypeVar

import attrs

__all__ = ["Reconciliation"]

J = TypeVar("J")


@attrs.frozen(kw_only=True)
class Reconciliation(Generic[J]):
    """Whether a job was submitted, as `reconcile` has found out.

    Attributes:
        state: "submitted" (`job` is the job), "not_submitted" (the call can be repeated), or
            "unknown".
        id: The id that was asked about.
        job: The execution or prediction, if it was submitted.
        reason: How that was decided.
        candidates: If the state is "unknown", the jobs of which one may be it: recent ones, or the
            one that the service has returned without this id.

    Example:
        >>> Reconciliation(state="not_submitted", id="e1", reason="refused").may_be_repeated
        True
    """

    state: Literal["submitted", "not_submitted", "unknown"]
    id: str
    reason: str
    job: J | None = None
    candidates: tuple[J, ...] = attrs.field(default=(), repr=lambda jobs: f"{len(jobs)} jobs")

    @property
    def may_be_repeated(self) -> bool:
        """Whether the call can be repeated without paying twice."""
        return self.state == "not_submitted"
