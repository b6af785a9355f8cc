"""Finding out whether a submission of a batch has arrived, before it is submitted again."""

from __future__ import annotations

from time import time
from typing import Generic, TypeVar

from vlmrun._async.many.operation import BatchOperation
from vlmrun._async.many.records import Record, Records
from vlmrun._async.reconciling import Submission, is_slow, reconcile
from vlmrun._core.job_kinds import kind_of
from vlmrun._core.outcomes import advice
from vlmrun._core.request_context import RequestContext
from vlmrun.errors import (
    APIError,
    AuthenticationError,
    OutcomeUnknownError,
)
from vlmrun.types.jobs import Job
from vlmrun.types.page import Page
from vlmrun.types.reconciliation import Reconciliation

J = TypeVar("J", bound=Job)

# Seconds after a request was sent in which it may still arrive, though its process was killed or
# its connection broke: it may be in the buffers of the network, or of the service.
_MAY_ARRIVE = 10.0

# Seconds after an error status, such as 500: the service has had the request.
_AFTER_RESPONSE = 2.0

# Seconds for which the job is looked up at least, as the service may be creating it.
_MIN_SETTLE = 1.0


class SubmissionLookup(Generic[J]):
    """Finds the jobs of submissions whose outcome is unknown.

    Args:
        operation: The operation of the batch.
        records: Its records.
        may_resubmit: Whether to submit again what is not found, though it may have arrived.
    """

    def __init__(
        self, operation: BatchOperation[J], records: Records[J], may_resubmit: bool
    ) -> None:
        self._operation = operation
        self._records = records
        self._may_resubmit = may_resubmit

    async def find_after(
        self, error: APIError, was_unknown: bool, record: Record, context: RequestContext
    ) -> J | None:
        """Return the job of a submission that failed; None if it can be submitted again.

        Args:
            error: The error of the submission.
            was_unknown: Whether an earlier one may have arrived.
            record: The item.
            context: The settings, and the deadline of the item.
        """
        if error.outcome not in ("not_sent", "refused"):
            return await self.find(record, context, error)
        if was_unknown and error.outcome == "refused":
            # The service may have refused it because the earlier one has arrived.
            found = await self._look_up(record.entry.request_id, 0.0, context)
            if found.job is not None:
                return found.job
            if found.candidates:
                raise self._unknown(found.id, None)
        record.state = "claimed"
        raise error

    async def find(
        self, record: Record, context: RequestContext, error: APIError | None = None
    ) -> J | None:
        """Return the job of a submission that may have arrived; None if it certainly has not.

        Raises:
            OutcomeUnknownError: That cannot be found out.
        """
        # The response, as far as it is legible, has the id that the service uses.
        id = (error and error.job_id) or record.entry.request_id
        settle = (
            _settle_after_run(record.entry.sent_at) if error is None else _settle_after_error(error)
        )
        try:
            found = await self._look_up(id, settle, context)
        except AuthenticationError:
            raise
        except APIError as failure:
            raise self._unknown(id, error) from failure
        if found.job is not None:
            return found.job
        if found.candidates:  # a response that may be about anything
            raise self._unknown(id, error)
        # A service that was too slow may accept the request later, so only another run asks again.
        is_accepted = error is not None and (error.outcome == "accepted" or is_slow(error))
        # Asked now, because other items may have shown it meanwhile.
        if not is_accepted and (self._may_resubmit or await self._records.keeps_ids()):
            return None
        raise self._unknown(id, error)

    async def _look_up(self, id: str, settle: float, context: RequestContext) -> Reconciliation[J]:
        """Look for the job of an id, which may appear within so many seconds."""

        async def find(id: str) -> J:
            return await self._operation.fetch(id, context)

        async def list_nothing(skip: int, limit: int) -> Page[J]:
            return Page()  # since recent jobs would be those of the other items

        submission = Submission(id, None)
        return await reconcile(
            submission, find, list_nothing, context, keeps_ids=None, settle=settle
        )

    def _unknown(self, id: str, error: APIError | None) -> APIError:
        if error is not None:
            return error
        unknown = OutcomeUnknownError(
            f"The request {id} was sent by an earlier run, and the service knows no job of this id",
            suggestion=advice(kind_of(self._operation.job_class), id)
            + "; resubmit_unknown=True submits it again",
        )
        unknown.outcome, unknown.job_id = "unknown", id
        return unknown


def _settle_after_error(error: APIError) -> float:
    """Return the seconds for which the job of a request that failed just now is looked up."""
    has_arrived = error.http_status is not None and error.outcome == "unknown"
    return _AFTER_RESPONSE if has_arrived and not is_slow(error) else _MAY_ARRIVE


def _settle_after_run(sent_at: float | None) -> float:
    """Return the seconds for which the job of a request that an earlier run sent is looked up."""
    # At most from now: clocks may be wrong.
    left = _MAY_ARRIVE if sent_at is None else sent_at + _MAY_ARRIVE - time()
    return min(max(left, _MIN_SETTLE), _MAY_ARRIVE)
