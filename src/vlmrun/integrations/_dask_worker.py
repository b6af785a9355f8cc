"""The part of `dask` that runs on the workers: one client for each, and one task for each item."""

from __future__ import annotations

import pickle
from time import time
from typing import Any, NamedTuple

import cloudpickle
from distributed import Client, Event, Variable, WorkerPlugin, get_client, get_worker, secede

from vlmrun._core.rate_limiter import RateLimit, RateLimiter
from vlmrun._journal.entry import Entry
from vlmrun._sync.client import VLMRun
from vlmrun._sync.many.operation import BatchOperation
from vlmrun._sync.many.options import BatchOptions
from vlmrun._sync.many.records import Record, Records
from vlmrun._sync.many.runner import ItemRunner
from vlmrun._sync.resources._agent_batches import ExecutionBatches
from vlmrun.errors import VLMRunError

# Seconds that the scheduler may take to return a variable, which exists.
_VARIABLE_TIMEOUT = 60


class Answer(NamedTuple):
    """The end of a task.

    Attributes:
        state: The state of the record of the item.
        job_id: The id of the job, if there certainly is one.
        job: The completed job as JSON.
        error: Why there is no completed job.
    """

    state: str
    job_id: str | None
    job: Any
    error: VLMRunError | None


class SharedClient(WorkerPlugin):
    """The client of a worker, which all tasks of a batch on it use.

    Dask creates one in each worker, also in those that are started later.

    Args:
        name: The name of the batch.
        client: The client, which is pickled without its API key.
        rate: The worker's share of the rate limit; None for no limit.
        body: The fields of the body that all items have in common.
        options: The arguments of the batch.
    """

    def __init__(
        self,
        name: str,
        client: VLMRun,
        rate: RateLimit | None,
        body: dict[str, Any],
        options: BatchOptions,
    ) -> None:
        self.name = name
        # Unpickled in `setup`: without an API key there, that fails, and no worker could start.
        self._pickled = pickle.dumps(client)
        self._client: VLMRun | None = None
        self._error: VLMRunError | None = None
        self._rate = rate
        self._body = body
        self._options = options

    def setup(self, worker: Any) -> None:
        """Create the client."""
        try:
            client: VLMRun = pickle.loads(self._pickled)  # noqa: S301 (from the caller's process)
        except VLMRunError as error:
            self._error = error
            return
        self._client = client
        limits = client._context.shared.limits
        limits.rate = RateLimiter(self._rate)
        # The driver counts the jobs of the whole cluster.
        limits.jobs = None

    def teardown(self, worker: Any) -> None:
        """Close the client."""
        if self._client is not None:
            self._client.close()

    def run(self, item: Any, request_id: str, cluster: Client) -> Answer:
        """Submit an item, unless an earlier run of the same task has done so, and wait for it."""
        variable: Any = Variable(name_of(request_id), client=cluster)
        state, job_id, sent_at = variable.get(timeout=_VARIABLE_TIMEOUT)
        if self._error is not None:
            return Answer(state, job_id, None, self._error)
        operation = ExecutionBatches(self._client)._operation(self._body, None)
        entry = Entry(b"", request_id, state, job_id=job_id, sent_at=sent_at)
        records = _SharedRecords(operation, variable, Event(self.name, client=cluster))
        runner = _ItemOfTask(operation, self._options, records, iter(()))
        return runner.answer(item, Record(entry, state))


class _ItemOfTask(ItemRunner[Any]):
    """Runs the item of one task."""

    def answer(self, item: Any, record: Record) -> Answer:
        context = self._operation.context.begin(self._options.options)
        try:
            job = self._completed(0, record, self._prepare(item), context)
        except VLMRunError as error:
            return Answer(record.state, self._job_id(record), None, error)
        return Answer(record.state, job.id, job.raw, None)

    def _job_id(self, record: Record) -> str | None:
        return self.running.get(0) if record.state == "submitted" else None


class _SharedRecords(Records[Any]):
    """The record of one item in the scheduler, which outlives the worker.

    Args:
        operation: The operation of the batch.
        variable: The state of the item, the id of its job, and when it was sent.
        keeps_ids: Set once the service is known to give jobs the ids that were sent.
    """

    def __init__(self, operation: BatchOperation[Any], variable: Any, keeps_ids: Any) -> None:
        super().__init__(operation, None, retry_failed=False)
        self._variable = variable
        self._keeps_ids = keeps_ids

    def sending(self, record: Record) -> None:
        # Before the request leaves: the worker may be killed at any time afterwards.
        self._variable.set(("submitting", None, time()))
        record.state = "submitting"

    def accepted(self, record: Record, job: Any) -> None:
        self._variable.set(("submitted", job.id, None))
        record.state = "submitted"
        if job.id == record.entry.request_id and not self._keeps_ids.is_set():
            self._keeps_ids.set()

    def forget(self, record: Record) -> None:
        self._variable.set(("claimed", None, None))

    def keeps_ids(self) -> bool:
        return bool(self._keeps_ids.is_set())


def name_of(request_id: str) -> str:
    """Return the name of the variable of an item."""
    return f"vlmrun-{request_id}"


def run_task(batch: str, request_id: str, pickled: bytes) -> Answer:
    """Run an item of a batch on a worker.

    Args:
        batch: The name of the batch.
        request_id: The id of the request, which is the same if the task is run again.
        pickled: The item.
    """
    plugin: Any = get_worker().plugins[batch]
    cluster = get_client()
    # A job takes no CPU here, so the next tasks need not wait for it.
    secede()
    answer: Answer = plugin.run(cloudpickle.loads(pickled), request_id, cluster)
    return answer
