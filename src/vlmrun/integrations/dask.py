"""Batches on a Dask cluster (extra `dask`)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar, cast
from uuid import uuid4

from vlmrun._core.rate_limiter import RateLimit
from vlmrun._core.request_context import RequestContext
from vlmrun._core.usage import check_budgets, expect_job, observe
from vlmrun._messages import type_and_repr
from vlmrun._optional_imports import import_optional
from vlmrun._runtime.sync_runtime import Wakeup
from vlmrun._sync.client import VLMRun
from vlmrun._sync.many.batch import start_batch
from vlmrun._sync.many.operation import BatchOperation, PreparedItem
from vlmrun._sync.many.options import BatchOptions
from vlmrun._sync.many.records import Record
from vlmrun._sync.many.runner import ItemRunner, Outcome
from vlmrun._sync.resources._agent_batches import ExecutionBatches
from vlmrun._validation import check_int
from vlmrun.errors import InputError, InputTypeError, OutcomeUnknownError
from vlmrun.types._base import read
from vlmrun.types.executions import AgentExecutionResponse

if TYPE_CHECKING:
    from distributed import Client

    from vlmrun._runtime.sync_batching import BatchInputs, BatchItems

__all__ = ["ClusterAgent"]

_distributed: Any = import_optional("distributed", "dask", "vlmrun.integrations.dask")


class ClusterAgent(ExecutionBatches):
    """Execute an agent for many inputs on the workers of a Dask cluster.

    `execute_many` has the arguments and the results of `client.agent.execute_many`. Its `inputs`
    can also be a Dask bag, or a Dask DataFrame, whose rows are the inputs as dicts.

    Each worker has a copy of the client, without its API key: set `VLMRUN_API_KEY` there. This
    process takes the inputs, creates the ids of the requests, and is the only one that uses the
    journal. If a worker is killed, Dask runs its tasks again on another one, which continues with
    the jobs that were submitted.

    Args:
        client: The client. Its `max_in_flight` limits the jobs of the whole cluster, and each
            worker gets an equal share of its `rate_limit`.
        cluster: The client of the cluster, a `distributed.Client` that is not asynchronous.
        workers: The number of workers that share the `rate_limit`, by default those that there are
            when a batch begins. Pass the largest number if the cluster can grow.

    Raises:
        DependencyError: The extra `dask` is not installed (when the module is imported).
        InputError: An argument is invalid (a `ValueError`).

    Example:
        >>> from distributed import Client  # doctest: +SKIP
        >>> agent = ClusterAgent(client, Client("tcp://scheduler:8786"))  # doctest: +SKIP
        >>> for item in agent.execute_many(paths, prompt="Read it"):  # doctest: +SKIP
        ...     print(item.input, item.error or item.result)
    """

    _attribute = "agent"
    _operations: ClassVar = {}

    def __init__(self, client: VLMRun, cluster: Client, *, workers: int | None = None) -> None:
        if not isinstance(client, VLMRun):
            raise InputTypeError(f"client must be a VLMRun, got {type_and_repr(client)}")
        if not isinstance(cluster, _distributed.Client) or cluster.asynchronous:
            raise InputTypeError(
                "cluster must be a distributed.Client that is not asynchronous, got "
                f"{type_and_repr(cluster)}"
            )
        if workers is not None:
            check_int("workers", workers, 1)
        super().__init__(client)
        self._client = client
        # Its methods may return coroutines, according to its annotations.
        self._cluster: Any = cluster
        self._workers = workers

    def _start_batch(
        self,
        operation: BatchOperation[AgentExecutionResponse],
        inputs: BatchInputs,
        options: BatchOptions,
    ) -> BatchItems[Any]:
        name = f"vlmrun-batch-{uuid4()}"

        def create_runner(*arguments: Any) -> _ClusterRunner:
            return _ClusterRunner(self._cluster, name, *arguments)

        if hasattr(inputs, "to_delayed"):
            inputs = _items_of_partitions(self._cluster, inputs)
        items = start_batch(operation, inputs, options, create_runner)
        if options.dry_run:
            return items
        return self._run(name, items, operation, options)

    def _run(
        self,
        name: str,
        items: BatchItems[Any],
        operation: BatchOperation[AgentExecutionResponse],
        options: BatchOptions,
    ) -> BatchItems[Any]:
        from vlmrun.integrations._dask_worker import SharedClient

        rate = self._share_of_rate_limit()
        common = options._replace(
            on_progress=None, journal=None, retry_failed=False, budget=None, save_to=None
        )
        plugin = SharedClient(name, self._client, rate, operation.body, common)
        keeps_ids = _distributed.Event(name, client=self._cluster)
        try:
            self._cluster.register_plugin(plugin, name=name)
            yield from items
        finally:
            items.close()
            # A cluster that is gone has raised its own error.
            with suppress(Exception):
                keeps_ids.clear()
                self._cluster.unregister_worker_plugin(name)

    def _share_of_rate_limit(self) -> RateLimit | None:
        rate = RateLimit.parse("rate_limit", self._client_context.shared.limits.arguments[0])
        if rate is None:
            return None
        count = self._workers
        if count is None:
            count = max(len(self._cluster.nthreads()), 1)
        if rate.requests < count:
            raise InputError(
                f"rate_limit has {rate.requests} requests for {count} workers, which is less than "
                "one for each",
                suggestion='Use a longer period, such as "600/hour" instead of "10/minute"',
            )
        return rate._replace(requests=rate.requests // count)


class _ClusterRunner(ItemRunner[AgentExecutionResponse]):
    """Runs the items of one batch, each by a task.

    Args:
        cluster: The client of the cluster.
        name: The name of the batch.
        arguments: Those of `ItemRunner`.
    """

    def __init__(self, cluster: Any, name: str, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._cluster = cluster
        self._name = name
        self._items_by_index: dict[int, Any] = {}

    def run(self, numbered: tuple[int, Any]) -> Outcome | None:
        index, item = numbered
        self._items_by_index[index] = item
        try:
            return super().run(numbered)
        finally:
            del self._items_by_index[index]

    def _completed(
        self, index: int, record: Record, prepared: PreparedItem, context: RequestContext
    ) -> AgentExecutionResponse:
        check_budgets(context.settings)
        request_id = record.entry.request_id
        pickled = _pickled(self._items_by_index[index])
        known = (record.state, record.entry.job_id, record.entry.sent_at)
        if record.state == "submitting" and self._records.keeps_ids():
            # The journal knows this of earlier runs, and the workers do not.
            _distributed.Event(self._name, client=self._cluster).set()
        if record.state != "submitted":
            # From here on, only the workers know whether the request was sent.
            self._records.sending(record)
        self.running[index] = record.entry.job_id or request_id
        answer = self._answer(request_id, pickled, known)
        record.state = answer.state
        if answer.job_id is not None:
            self._records.accepted(record, cast(Any, SimpleNamespace(id=answer.job_id)))
            self.running[index] = answer.job_id
            expect_job(answer.job_id, context.settings)
        if answer.error is not None:
            observe(getattr(answer.error, "job", None), context.settings)
            raise answer.error
        job = read(self._operation.job_class, answer.job)
        observe(job, context.settings)
        return self._operation.with_model(job)

    def _answer(self, request_id: str, pickled: bytes, known: tuple[Any, ...]) -> Any:
        """Run the task of an item, and return its end.

        Args:
            request_id: The id of the request.
            pickled: The item.
            known: The state of the item, the id of its job, and when it was sent.
        """
        from vlmrun.integrations._dask_worker import name_of, run_task

        variable = _distributed.Variable(name_of(request_id), client=self._cluster)
        variable.set(known)
        # The key is new, so that a task of an earlier run is not taken for this one.
        key = f"vlmrun-{request_id}-{uuid4().hex[:8]}"
        future = self._cluster.submit(run_task, self._name, request_id, pickled, key=key)
        wakeup = Wakeup()
        future.add_done_callback(lambda _: wakeup.wake())
        try:
            wakeup.wait(None)
            return future.result()
        except _distributed.KilledWorker as error:
            unknown = OutcomeUnknownError(
                f"The workers that ran the item were killed, and the request {request_id} may have "
                "started a job",
                suggestion=f"client.executions.get({request_id!r}) returns the job if there is one",
            )
            unknown.outcome, unknown.job_id = "unknown", request_id
            raise unknown from error
        except BaseException:  # the batch ends
            with suppress(Exception):
                future.cancel()
            raise
        finally:
            # A cluster that is gone has raised its own error.
            with suppress(Exception):
                future.release()
                variable.delete()


def _pickled(item: Any) -> bytes:
    import cloudpickle

    try:
        data: bytes = cloudpickle.dumps(item)
    except Exception as error:  # whatever the object raises
        raise InputError(
            f"The item cannot be sent to a worker: {type(error).__name__}: {error}",
            suggestion="Pass a path that the workers can read, a URL, or (name, bytes)",
        ) from error
    return data


def _items_of_partitions(cluster: Any, collection: Any) -> Iterator[Any]:
    """Yield the elements of a bag, or the rows of a DataFrame, one partition at a time."""
    for partition in collection.to_delayed():
        values = cluster.compute(partition).result()
        yield from values.to_dict("records") if hasattr(values, "to_dict") else values
