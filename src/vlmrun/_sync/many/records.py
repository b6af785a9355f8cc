# Derived from _async/many/records.py by `make generate`. Do not edit.
"""The records that a batch has of its items: in a journal, or only while it runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import uuid4

import attrs

from vlmrun._core.polling import error_for_status
from vlmrun._core.request_context import RequestContext
from vlmrun._journal.entry import Entry
from vlmrun._journal.keys import file_identity, item_key, label_of
from vlmrun._runtime.sync_runtime import sleep, to_end
from vlmrun._sync.http.file_reading import read_within
from vlmrun._sync.many.operation import BatchOperation, PreparedItem
from vlmrun.errors import JobFailedError, WaitTimeoutError
from vlmrun.types._base import read
from vlmrun.types.jobs import Job

if TYPE_CHECKING:
    from vlmrun._journal.journal import Journal

J = TypeVar("J", bound=Job)

# Seconds between two checks of an item that another run works on.
_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 1.0


@attrs.define
class Record:
    """An item that this run works on.

    Attributes:
        entry: Its row, or what would be its row.
        state: The current state; that of `entry` is the one at the beginning.
        digests: The MD5 of each of its files, if they are known.
    """

    entry: Entry
    state: str
    digests: list[str] | None = None


class Records(Generic[J]):
    """The records of a batch.

    Args:
        operation: The operation of the batch.
        journal: The open journal; None if there is none.
        retry_failed: Whether jobs that failed in an earlier run are submitted again.

    Attributes:
        has_kept_ids: Whether a job of this run had the id that was sent.
    """

    def __init__(
        self, operation: BatchOperation[J], journal: Journal | None, retry_failed: bool
    ) -> None:
        self._operation = operation
        self._journal = journal
        self._retry_failed = retry_failed
        self.has_kept_ids = False

    @property
    def _base_url(self) -> str:
        return self._operation.context.settings.base_url

    def claim(
        self, prepared: PreparedItem, item: Any, context: RequestContext, timeout: float | None
    ) -> Record:
        """Return the record of an item, once no other run works on it.

        Args:
            prepared: The item.
            item: The same as the caller passed it.
            context: The settings, and the deadline of the item.
            timeout: Seconds to wait for another run; None for no limit.

        Raises:
            WaitTimeoutError: Another run works on it for longer.
        """
        if self._journal is None:
            return Record(Entry(b"", str(uuid4())), "claimed")
        key, digests = self._identify(prepared, context)
        label, pause = label_of(prepared.sources, item), _FIRST_PAUSE
        limited = context.within(timeout)
        while True:
            entry = to_end(self._journal.claim, key, label, self._retry_failed)
            if entry.is_ours or entry.is_final:
                return Record(entry, entry.state, digests)
            left = limited.remaining()
            if left == 0:
                raise WaitTimeoutError(
                    "Another run with the same journal, or another item, works on an equal item: "
                    f"request {entry.request_id} is {entry.state}"
                )
            sleep(pause if left is None else min(pause, left))
            pause = min(2 * pause, _LONGEST_PAUSE)

    def is_done(self, prepared: PreparedItem, context: RequestContext) -> bool | None:
        """Return whether there is a result; None without a journal."""
        if self._journal is None:
            return None
        key, _ = self._identify(prepared, context)
        entry = to_end(self._journal.find, key)
        return entry is not None and entry.state == "done"

    def stored(self, record: Record) -> J:
        """Return the job of a record that has ended.

        Raises:
            JobFailedError: The job has failed.
        """
        job = read(self._operation.job_class, record.entry.result)
        problem = error_for_status(job, through_pause=True)
        if problem is not None:
            raise problem
        return job

    def sending(self, record: Record, sent_at: float | None) -> None:
        """Record that the request is sent.

        Args:
            record: The item.
            sent_at: When, in seconds since 1970; None if another process sends it from now on.
        """
        if self._journal is not None:
            to_end(self._journal.sending, record.entry.key, sent_at)
        record.state = "submitting"

    def accepted(self, record: Record, job: J) -> None:
        """Record that the service has accepted the request."""
        record.state = "submitted"
        if self._journal is not None:
            to_end(self._journal.submitted, record.entry.key, job.id)
        if job.id == record.entry.request_id and not self.has_kept_ids:
            self.has_kept_ids = True
            if self._journal is not None:
                to_end(self._journal.set_keeps_ids, self._base_url)

    def finish(self, record: Record, job: Any, error: JobFailedError | None = None) -> None:
        """Record the end of the job."""
        record.state = "done" if error is None else "failed"
        if self._journal is not None:
            text = None if error is None else str(error)
            to_end(self._journal.finish, record.entry.key, record.state, job.raw, text)

    def give_up(self, record: Record, error: Exception) -> None:
        """Leave an item to later runs; one that was never sent was never there."""
        if self._journal is None:
            return
        if record.state == "claimed":
            self.forget(record)
        else:
            to_end(self._journal.release, record.entry.key, str(error))

    def forget(self, record: Record) -> None:
        """Remove the record of an item that was certainly not submitted."""
        if self._journal is not None:
            to_end(self._journal.forget, record.entry.key)

    def check(self) -> None:
        """Check that the next run will find what was recorded.

        Raises:
            JournalError: The journal was removed, replaced or emptied.
        """
        if self._journal is not None:
            to_end(self._journal.check)

    def keeps_ids(self) -> bool:
        """Return whether the service is known to give jobs the ids that were sent."""
        known = self._operation.context.shared.keeps_ids
        if known is not None or self._journal is None:
            return bool(known)
        return to_end(self._journal.keeps_ids, self._base_url)

    def _identify(self, prepared: PreparedItem, context: RequestContext) -> tuple[bytes, list[str]]:
        return read_within(context, partial(self._key_of, prepared))

    def _key_of(self, prepared: PreparedItem, check: Callable[[], None]) -> tuple[bytes, list[str]]:
        # Read each time: a file may have changed without another size or time.
        digests = [source.digests(check) for source in prepared.sources]
        for part, source, (_, digest) in zip(
            prepared.parts, prepared.sources, digests, strict=True
        ):
            part.update(file_identity(source, digest))
        operation = self._operation
        key = item_key(operation.name, self._base_url, operation.body, prepared.fields)
        for part in prepared.parts:
            part.clear()
        return key, [md5 for md5, _ in digests]
