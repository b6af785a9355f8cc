"""The rows of a journal: one for each distinct item, from its claim to its result.

    claimed     a run works on it, and has sent nothing
    submitting  written before the request leaves, with its id: whether it arrived is unknown
    submitted   the service has accepted it
    done        completed, with the result
    failed      the job has failed, with the job

A request that was refused, or never sent, leaves no row: it was never submitted.
"""

from __future__ import annotations

from typing import Any, NamedTuple

FINAL = ("done", "failed")
STATES = ("claimed", "submitting", "submitted", *FINAL)


class Entry(NamedTuple):
    """A row, as it was when it was claimed.

    Attributes:
        key: What identifies the item.
        request_id: The id that is sent with the request.
        state: See above.
        is_ours: Whether the caller has claimed it now, and nobody else works on it.
        job_id: The id in the response of the service.
        sent_at: When the request was sent, in seconds since 1970; None if that is not known.
        result: The JSON of the job.
        is_old: Whether the job was over before this run began.
    """

    key: bytes
    request_id: str
    state: str = "claimed"
    is_ours: bool = True
    job_id: str | None = None
    sent_at: float | None = None
    result: Any = None
    is_old: bool = False

    @property
    def is_final(self) -> bool:
        """Whether the job has ended."""
        return self.state in FINAL
