"""The life of one item of a batch: from its check to its result, and what becomes of errors."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from time import time
from typing import Any, Generic, NamedTuple, TypeVar

from vlmrun._async.job_limit import job_slot
from vlmrun._async.many.operation import BatchOperation, PreparedItem
from vlmrun._async.many.options import BatchOptions
from vlmrun._async.many.records import Record, Records
from vlmrun._async.many.saving import ResultSaver
from vlmrun._async.many.submission_lookup import SubmissionLookup
from vlmrun._async.waiting import wait_for
from vlmrun._core.job_kinds import kind_of
from vlmrun._core.outcomes import is_not_in_flight
from vlmrun._core.polling import DEFAULT_WAIT
from vlmrun._core.request_context import RequestContext
from vlmrun._core.usage import check_budgets, collecting
from vlmrun._requests.batch_plans import plan_of
from vlmrun._requests.sent_files import files_sent, of_indices
from vlmrun._runtime.async_batching import NO_MORE, next_item
from vlmrun._runtime.async_runtime import in_thread
from vlmrun.errors import (
    APIError,
    AuthenticationError,
    BudgetExceededError,
    ConfigurationError,
    InputError,
    InsufficientCreditsError,
    JobFailedError,
    JournalError,
    ResourceNotFoundError,
    ResponseDecodeError,
    VLMRunError,
)
from vlmrun.types.batches import BatchItem
from vlmrun.types.jobs import Job
from vlmrun.types.usage import Usage

J = TypeVar("J", bound=Job)

# Errors that all other items would have too. No further item is started, but requests and jobs that
# are on their way are let end: a request that is cut off leaves the question whether it arrived.
_STOPPING = (
    AuthenticationError,
    BudgetExceededError,
    ConfigurationError,
    InsufficientCreditsError,
)

# How often one item is submitted, with the same id, after the service said that it has no such job.
_MAX_SUBMISSIONS = 3


class Outcome(NamedTuple):
    """An item that has ended, and the credits that its job has used in this run."""

    item: BatchItem[Any]
    credits: float = 0.0


class ItemRunner(Generic[J]):
    """Runs the items of one batch.

    Attributes:
        running: By index, the id of each job that may be running, or whose result the caller has
            not got yet.
        source_error: The error of the caller's iterator, after which no more items are taken.
        stop_error: Why no further item is started; None if there is no reason.
        started: The number of items that were taken.
    """

    def __init__(
        self,
        operation: BatchOperation[J],
        options: BatchOptions,
        records: Records[J],
        items: AsyncIterator[Any] | Iterator[Any],
    ) -> None:
        self._operation = operation
        self._options = options
        self._records = records
        self._items = items
        self._lookup = SubmissionLookup(operation, records, options.resubmit_unknown)
        self._saver = ResultSaver(operation, options.save_to)
        self._usage = None
        if options.budget is not None:
            self._usage = Usage(options.budget, operation.context.settings)
        self.running: dict[int, str] = {}
        self.source_error: Exception | None = None
        self.stop_error: Exception | None = None
        self.started = 0

    async def take(self) -> Any:
        """Return the next item with its number, or `NO_MORE`."""
        if self.stop_error is not None:
            return NO_MORE
        try:
            item = await next_item(self._items)
        except Exception as error:
            # Items that were taken before are worked on: their jobs may be paid for.
            self.source_error = error
            return NO_MORE
        if item is NO_MORE:
            return item
        self.started += 1
        # Generators may change and yield the same dict again before this one is sent.
        return self.started - 1, item.copy() if type(item) is dict else item

    def final_error(self) -> Exception | None:
        """Return why the batch has ended early; None if it has not."""
        if isinstance(self.stop_error, BudgetExceededError):
            try:  # jobs that finished after the stop have used more of the budget
                if self._usage is not None:
                    self._usage.check()
                check_budgets(self._operation.context.settings)
            except BudgetExceededError as error:
                return error
        return self.stop_error or self.source_error

    async def run(self, numbered: tuple[int, Any]) -> Outcome | None:
        """Return an item with its result or error; None if the batch stops before it."""
        if self.stop_error is not None:
            return None
        if self._usage is None:
            return await self._run(*numbered)
        with collecting(self._usage):
            return await self._run(*numbered)

    async def _run(self, index: int, item: Any) -> Outcome | None:
        context = self._operation.context.begin(self._options.options)
        record: Record | None = None
        try:
            prepared = await in_thread(self._prepare, item)
            if self._options.dry_run:
                return await self._plan(index, item, prepared, context)
            timeout = self._options.wait_options.timeout
            record = await self._records.claim(prepared, item, context, timeout)
            if record.entry.is_final:
                job = self._operation.with_model(self._records.stored(record))
            else:
                job = await self._finished(index, record, prepared, context)
        except JournalError:  # nothing can be recorded any more
            raise
        except _STOPPING as error:
            self.stop_error = self.stop_error or error
            if record is None or record.state == "claimed":
                self.running.pop(index, None)
            return None
        except VLMRunError as error:
            return self._failed(index, item, record, error)
        sent = files_sent(prepared.sources, prepared.parts, prepared.others)
        result: Any = job._set(_sent=of_indices(sent, self._operation.page_indices))
        saved_to, problem = await self._saver.save(item, result, context)
        self.stop_error = self.stop_error or self._saver.stop_error
        if problem is None and self._operation.response_model is not None:
            problem = await in_thread(_misfit, job)
        found = BatchItem[Any](
            index,
            item,
            job.id,
            result=result if problem is None else None,
            error=problem,
            from_journal=record.entry.is_old,
            saved_to=saved_to,
        )
        return Outcome(found, 0.0 if record.entry.is_final else _credits_of(job))

    def _prepare(self, item: Any) -> PreparedItem:
        try:
            return self._operation.prepare(item)
        except VLMRunError:
            raise
        except Exception as error:  # of a serializer, an image, a file object of the caller's
            raise InputError(
                f"The item cannot be sent: {type(error).__name__}: {error}",
                suggestion="Check the item, or leave it out",
            ) from error

    async def _plan(
        self, index: int, item: Any, prepared: PreparedItem, context: RequestContext
    ) -> Outcome:
        is_done = await self._records.is_done(prepared, context)
        operation = self._operation
        plan = await in_thread(
            plan_of,
            prepared.sources,
            prepared.fields,
            operation.page_indices,
            operation.price,
            is_done,
        )
        return Outcome(BatchItem(index, item, plan=plan))

    def _failed(self, index: int, item: Any, record: Record | None, error: VLMRunError) -> Outcome:
        id = self.running.get(index)
        if record is None or record.state == "claimed":
            self.running.pop(index, None)
            return Outcome(BatchItem(index, item, error=error))  # nothing was submitted
        credits = 0.0
        if isinstance(error, JobFailedError):
            self.running.pop(index, None)
            id = error.job.id
            if not record.entry.is_final:
                credits = _credits_of(error.job)
        failed = BatchItem[Any](index, item, id, error=error, from_journal=record.entry.is_old)
        return Outcome(failed, credits)

    async def _finished(
        self, index: int, record: Record, prepared: PreparedItem, context: RequestContext
    ) -> J:
        """Submit an item unless that was done before, and wait for its job."""
        try:
            async with job_slot(self._operation.context.shared.limits.jobs, context):
                done = await self._completed(index, record, prepared, context)
        except JobFailedError as error:
            await self._records.finish(record, error.job, error)
            raise
        except JournalError:
            raise
        except VLMRunError as error:
            await self._records.give_up(record, error)
            raise
        await self._records.finish(record, done)
        return done

    async def _completed(
        self, index: int, record: Record, prepared: PreparedItem, context: RequestContext
    ) -> J:
        id = record.entry.job_id
        if record.state == "submitted" and id is not None:
            self.running[index] = id
            try:
                return await self._wait(id, None, context)
            except ResourceNotFoundError:
                # The service has forgotten the job; or the id in its response was wrong, and the
                # job has the one that was sent.
                if id == record.entry.request_id and not self._options.resubmit_unknown:
                    raise
                record.state = "submitting"
        job = await self._submitted(index, record, prepared, context)
        job = await self._confirmed(job, record.entry.request_id, context)
        await self._records.accepted(record, job)
        self.running[index] = job.id
        return await self._wait(job.id, job, context)

    async def _confirmed(self, job: J, id: str, context: RequestContext) -> J:
        """Return the job that was submitted with an id.

        Where other jobs had the ids that were sent, a response with another id may be that of
        another request.
        """
        if job.id == id or not self._records.has_kept_ids:
            return job
        try:
            found = await self._operation.fetch(id, context)
        except ResourceNotFoundError:
            return job
        if found.id != id:
            raise _another_job(found, id)
        return found

    async def _wait(self, id: str, job: J | None, context: RequestContext) -> J:
        operation = self._operation
        if job is None or not job.is_finished or job.status != "completed":
            job = await wait_for(
                id,
                operation.source,
                self._options.wait_options,
                context,
                submitted=True,
                job=job,
            )
        if job.id != id:  # it would be taken for the result of this item
            raise _another_job(job, id)
        return operation.with_model(job)

    async def _submitted(
        self, index: int, record: Record, prepared: PreparedItem, context: RequestContext
    ) -> J:
        """Return the job of an item that was not submitted, or whose submission is unknown."""
        is_unknown = record.state == "submitting"
        if is_unknown:
            self.running[index] = record.entry.request_id
            job = await self._lookup.find(record, context)
            if job is not None:
                return job
        operation = self._operation
        # Before the upload, too, which takes longer than anything else.
        check_budgets(context.settings)
        fields = await operation.fields_of(prepared, record.digests, context)
        body = {**operation.body, **fields, "id": record.entry.request_id}
        submissions = 0
        while True:
            submissions += 1
            await self._records.sending(record, time())
            self.running[index] = record.entry.request_id
            try:
                # With a deadline, refusals because of a rate limit are outlasted.
                longest = max(self._options.wait_options.timeout or 0.0, DEFAULT_WAIT)
                return await operation.submit(body, context.within(longest))
            except APIError as error:
                failure = error
            except VLMRunError:  # found before anything was sent
                record.state = "claimed"
                raise
            except BaseException as error:  # the batch ends
                if is_not_in_flight(error) and not is_unknown:
                    del self.running[index]
                    await self._records.forget(record)
                raise
            job = await self._lookup.find_after(failure, is_unknown, record, context)
            if job is not None:
                return job
            if submissions == _MAX_SUBMISSIONS:
                raise failure
            is_unknown = True


def _another_job(job: Job[Any], id: str) -> ResponseDecodeError:
    error = ResponseDecodeError(
        f"The service was asked for the job {id!r}, and returned {job.id!r}", raw=job.raw
    )
    error.job_id = id
    return error


def _misfit(job: Job[Any]) -> ResponseDecodeError | None:
    """Return the error if the response of a job does not fit its response model."""
    try:
        _ = job.parsed
    except ResponseDecodeError as error:
        error.job_id = job.id
        error.suggestion = (
            f"{kind_of(type(job)).resource}.get({job.id!r}) returns the job, whose `response` is "
            "the data as it is"
        )
        return error
    except VLMRunError:  # of a package that is missing: it is raised where `parsed` is read
        pass
    return None


def _credits_of(job: Any) -> float:
    return getattr(job.usage, "credits_used", None) or 0.0
