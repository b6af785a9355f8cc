"""Finding out what became of a job whose submission had no usable response."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple, TypeVar

from vlmrun._core.request_context import RequestContext
from vlmrun._messages import short_repr, type_and_repr
from vlmrun._runtime.async_runtime import sleep
from vlmrun._validation import check_id
from vlmrun.errors import (
    APIError,
    InputError,
    InputTypeError,
    JobError,
    RequestTimeoutError,
    ResourceNotFoundError,
)
from vlmrun.types.jobs import Job
from vlmrun.types.page import Page
from vlmrun.types.reconciliation import Reconciliation

J = TypeVar("J", bound=Job[Any])

_PAUSE = 0.5

# No job is that old.
_EARLIEST = datetime(2000, 1, 1, tzinfo=timezone.utc)

# The clocks of this machine and of the service may differ by so much.
_CLOCK_DIFFERENCE = timedelta(minutes=1)

# After a timeout, the service may still work on a request; after so long it has not received it.
_SLOW = timedelta(minutes=10)

_PAGE_SIZE = 100
_MAX_CANDIDATES = 1000


class Submission(NamedTuple):
    """A submission whose outcome is in question.

    Attributes:
        id: The id that was sent with it.
        since: When it was sent first; None if that is not known.
        is_refused: Whether it certainly started nothing.
        ended: When the last attempt ended; None if that is not known.
        may_arrive: Whether the service may still work on it: it was too slow to respond.
    """

    id: str
    since: datetime | None
    is_refused: bool = False
    ended: datetime | None = None
    may_arrive: bool = False

    @classmethod
    def of(cls, subject: Any, since: Any) -> Submission:
        """Return the submission that an error is about, or that has an id.

        Raises:
            InputError: The error is not about a job, or `since` is not a time in the past.
        """
        if since is not None:
            _check_since(since)
        if isinstance(subject, JobError) and subject.job is not None:
            return cls(subject.job.id, since)
        if not isinstance(subject, APIError):
            if isinstance(subject, BaseException):
                raise InputTypeError(
                    f"error must be an APIError, got {type_and_repr(subject)}",
                    suggestion="The note of another exception has the id, which can be passed",
                )
            return cls(check_id("error", subject), since)
        if subject.job_id is None:
            raise InputError(
                f"error has no job_id: {type_and_repr(subject)}",
                suggestion="Only errors of calls that submit a job can be reconciled",
            )
        ended = None
        if subject.attempts:
            last = subject.attempts[-1]
            ended = last.started_at + timedelta(seconds=last.duration)
            since = since or subject.attempts[0].started_at
        is_refused = subject.outcome in ("not_sent", "refused")
        return cls(subject.job_id, since, is_refused, ended, is_slow(subject))


def _check_since(since: Any) -> None:
    if not isinstance(since, datetime) or since.utcoffset() is None:
        raise InputError(
            f"since must be a datetime with a time zone, got {type_and_repr(since)}",
            suggestion="Pass datetime.now(timezone.utc)",
        )
    # No job was created since then, which must not be taken for a sign that none was submitted.
    if since > datetime.now(timezone.utc) + _CLOCK_DIFFERENCE:
        raise InputError(
            f"since is in the future: {since.isoformat()}",
            suggestion="Pass the time before the job was submitted",
        )
    if since < _EARLIEST:
        raise InputError(
            f"since is before {_EARLIEST:%Y}: {since.isoformat()}",
            suggestion="Pass the time before the job was submitted",
        )


async def reconcile(
    submission: Submission,
    find: Callable[[str], Awaitable[J]],
    list_page: Callable[[int, int], Awaitable[Page[J]]],
    context: RequestContext,
    *,
    keeps_ids: bool | None,
    settle: float,
) -> Reconciliation[J]:
    """Find out whether a job was submitted.

    Args:
        submission: The submission.
        find: Returns the job of an id.
        list_page: Returns jobs, newest first, from an offset on.
        context: The deadline of the call.
        keeps_ids: Whether the service gives jobs the ids that were sent; None if unknown.
        settle: Seconds after the submission from which on a job that is not there counts as such.
    """
    id = submission.id
    if submission.is_refused:
        return _absent(id, "The service has not received the request, or has refused it")
    now = datetime.now(timezone.utc)
    latest = min(submission.ended or submission.since or now, now) + timedelta(seconds=settle)
    while True:
        job = await _find_or_none(find, id)
        if job is not None:
            return _found(job, id)
        left = (latest - datetime.now(timezone.utc)).total_seconds()
        if left <= 0:
            break
        remaining = context.remaining()
        await sleep(min(left, _PAUSE, _PAUSE if remaining is None else remaining))
    if submission.may_arrive and now < (submission.ended or now) + _SLOW:
        reason = "There is no job of this id yet, but the service was slow and may work on it"
        return Reconciliation(state="unknown", id=id, reason=reason)
    if keeps_ids:
        return _absent(id, "There is no job of this id, and the service has kept those of others")
    if submission.since is None:
        reason = "There is no job of this id, and without `since` recent jobs cannot be told apart"
        return Reconciliation(state="unknown", id=id, reason=reason)
    recent, is_complete = await _created_since(submission.since - _CLOCK_DIFFERENCE, list_page)
    if not is_complete:
        reason = "There is no job of this id, and recent jobs are listed that cannot be read"
        return Reconciliation(state="unknown", id=id, reason=reason, candidates=tuple(recent))
    if not recent:
        return _absent(id, "There is no job of this id, and none was created since the request")
    reason = f"{len(recent)} jobs were created since the request, and one of them may be it"
    return Reconciliation(state="unknown", id=id, reason=reason, candidates=tuple(recent))


def is_slow(error: APIError) -> bool:
    """Return whether a request failed because the service, or one behind it, was too slow."""
    return isinstance(error, RequestTimeoutError) or error.http_status in (504, 522, 524)


def _found(job: J, id: str) -> Reconciliation[J]:
    """Return what a response to the request for an id shows: maybe it is about something else."""
    found = getattr(job, "id", None)
    if found == id:
        return Reconciliation(state="submitted", id=id, job=job, reason="It has the id")
    what = "no id" if not found else f"another id, {short_repr(found)}"
    reason = f"The service has returned a job with {what}, so it may not be this one"
    return Reconciliation(state="unknown", id=id, reason=reason, candidates=(job,))


def _absent(id: str, reason: str) -> Reconciliation[Any]:
    return Reconciliation(state="not_submitted", id=id, reason=reason)


async def _find_or_none(find: Callable[[str], Awaitable[J]], id: str) -> J | None:
    try:
        return await find(id)
    except ResourceNotFoundError:
        return None


async def _created_since(
    since: datetime, list_page: Callable[[int, int], Awaitable[Page[J]]]
) -> tuple[list[J], bool]:
    """Return the jobs that were created since a time, or have none; and whether all were read."""
    recent: list[J] = []
    is_complete = True
    while len(recent) < _MAX_CANDIDATES:
        page = await list_page(len(recent), _PAGE_SIZE)
        found = [job for job in page if _is_since(getattr(job, "created_at", None), since)]
        recent += found
        is_complete = is_complete and not page.unreadable
        # The newest are first, so an older one ends the search; so does the end of the list.
        if len(found) < len(page) or not page:
            break
    return recent, is_complete


def _is_since(created: Any, since: datetime) -> bool:
    return not isinstance(created, datetime) or created >= since
