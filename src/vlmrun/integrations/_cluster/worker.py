"""The part of a batch that runs on the workers: one client for each, and one task for each item."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from time import time
from typing import Any, NamedTuple

from vlmrun._core.rate_limiter import Place, RateLimiter
from vlmrun._journal.entry import Entry
from vlmrun._sync.client import VLMRun
from vlmrun._sync.many.operation import BatchOperation
from vlmrun._sync.many.options import BatchOptions
from vlmrun._sync.many.records import Record, Records
from vlmrun._sync.many.runner import ItemRunner
from vlmrun.errors import InputError, VLMRunError

# Calls a method of the coordinator: its name and arguments.
Call = Callable[..., Any]

# Seconds to wait for a turn, before the deadline is looked at again.
_LONGEST_TURN = 1.0


class Batch(NamedTuple):
    """The part of a batch that its workers need.

    Attributes:
        client: The client, pickled without its API key.
        attribute: The attribute of the client whose batch it is, such as "agent".
        body: The fields of the body that all items have in common.
        options: The arguments of the batch.
        is_limited: Whether the client has a rate limit.
    """

    client: bytes
    attribute: str
    body: dict[str, Any]
    options: BatchOptions
    is_limited: bool


class Task(NamedTuple):
    """An item for a worker.

    Attributes:
        id: The id of its request.
        item: The item, pickled.
        state: Its state: "claimed" or "submitting".
        sent_at: When an earlier batch has sent the request, if that is known.
        seconds: The seconds until its deadline; None without one.
    """

    id: str
    item: bytes
    state: str
    sent_at: float | None
    seconds: float | None


class Answer(NamedTuple):
    """The end of a task.

    Attributes:
        state: The state of the item.
        job: The JSON of the job that was submitted.
        error: Why there is none.
    """

    state: str
    job: str | None = None
    error: VLMRunError | None = None


class WithdrawnError(Exception):
    """The driver has disconnected, or no longer needs the item: it must not be submitted."""


class BatchWorker:
    """One worker of a batch, whose threads share a client.

    Args:
        batch: The batch.
        call: Calls a method of the coordinator.
    """

    def __init__(self, batch: Batch, call: Call) -> None:
        self._batch = batch
        self._call = call
        self._client: VLMRun | None = None
        self._error: VLMRunError | None = None
        try:
            client: VLMRun = pickle.loads(batch.client)  # noqa: S301 (from the caller's process)
        except VLMRunError as error:  # there is no API key here
            self._error = error
            return
        self._client = client
        limits = client._context.shared.limits
        # In place of the cached properties; the driver counts the jobs of the whole cluster.
        vars(limits).update(rate=_SharedRateLimiter(call, batch.is_limited), jobs=None)

    def close(self) -> None:
        """Close the client."""
        if self._client is not None:
            self._client.close()

    def run(self, task: Task) -> Answer:
        """Submit an item, unless an earlier run of the same task has done so."""
        state = self._call("begin", task.id, task.state, task.sent_at)
        if state is None:
            return Answer("claimed")
        if state[0] == "submitted":
            return Answer(*state[:2])
        if self._error is not None:
            return Answer(state[0], None, self._error)
        operation = getattr(self._client, self._batch.attribute)._batch_operation(
            self._batch.body, None
        )
        entry = Entry(b"", task.id, state[0], sent_at=state[2])
        records = _SharedRecords(operation, self._call)
        runner = _TaskRunner(operation, self._batch.options, records, iter(()))
        return runner.answer(task, Record(entry, state[0]))


class _TaskRunner(ItemRunner[Any]):
    """Submits the item of one task."""

    def answer(self, task: Task, record: Record) -> Answer:
        context = self._operation.context.begin(self._options.options).within(task.seconds)
        try:
            prepared = self._prepare(_unpickled(task.item))
            job = self._submitted(0, record, prepared, context)
        except WithdrawnError:
            return Answer(record.state)
        except VLMRunError as error:
            return Answer(record.state, None, error)
        self._records.accepted(record, job)
        return Answer(record.state, json.dumps(job.raw))


class _SharedRecords(Records[Any]):
    """The record of one item in the coordinator, which outlives the worker."""

    def __init__(self, operation: BatchOperation[Any], call: Call) -> None:
        super().__init__(operation, None, retry_failed=False)
        self._call = call

    def sending(self, record: Record, sent_at: float | None) -> None:
        # Before the request leaves: the worker may be killed at any time afterwards.
        if not self._call("sending", record.entry.request_id, sent_at or time()):
            raise WithdrawnError
        record.state = "submitting"

    def accepted(self, record: Record, job: Any) -> None:
        id = record.entry.request_id
        self._call("accepted", id, json.dumps(job.raw), job.id == id)
        record.state = "submitted"

    def forget(self, record: Record) -> None:
        self._call("unsent", record.entry.request_id)

    def keeps_ids(self) -> bool:
        return bool(super().keeps_ids() or self._call("keeps_ids"))


class _SharedRateLimiter(RateLimiter):
    """The limiter of a worker: it asks the driver for a turn, after its own turn has come.

    What the service refuses, each worker learns for itself.
    """

    def __init__(self, call: Call, is_limited: bool) -> None:
        super().__init__()
        self._call = call
        self._is_limited = is_limited

    def join(self, is_read: bool) -> Place | None:
        own = super().join(is_read)
        if is_read and not self._is_limited:
            return own
        # A task of a driver that has disconnected must not write any more.
        return _SharedPlace(own, self._call)


class _SharedPlace(Place):
    """A place in the line of a worker, and then in that of the cluster."""

    def __init__(self, own: Place | None, call: Call) -> None:
        self._own = own
        self._call = call

    def seconds_left(self) -> float:
        if self._own is not None:
            seconds = self._own.seconds_left()
            if seconds:
                return seconds
            self._own = None
        has_turn = self._call("turn", _LONGEST_TURN)
        if has_turn is None:
            raise WithdrawnError
        # Asked again after the deadline was looked at.
        return 0.0 if has_turn else 0.001

    def leave(self) -> None:
        if self._own is not None:
            self._own.leave()


def _unpickled(data: bytes) -> Any:
    try:
        return pickle.loads(data)  # noqa: S301 (from the caller's process)
    except Exception as error:  # anything that the object raises
        raise InputError(
            f"The item cannot be read by the worker: {type(error).__name__}: {error}",
            suggestion="Install what the item needs on the workers, too",
        ) from error
