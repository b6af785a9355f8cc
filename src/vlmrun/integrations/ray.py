"""Batches on a Ray cluster (extra `ray`)."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from math import ceil
from threading import Lock
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import uuid4

from vlmrun import results
from vlmrun._optional_imports import import_optional
from vlmrun._sync.client import VLMRun
from vlmrun._sync.resources._agent_batches import ExecutionBatches
from vlmrun._sync.resources.audio import AudioPredictions
from vlmrun._sync.resources.document import DocumentPredictions
from vlmrun._sync.resources.image import ImagePredictions
from vlmrun._sync.resources.video import VideoPredictions
from vlmrun._validation import check_int
from vlmrun.integrations._cluster.batches import ClusterBatches
from vlmrun.integrations._cluster.coordinator import Coordinator
from vlmrun.integrations._cluster.engine import Engine, Future
from vlmrun.integrations._cluster.worker import Answer, Batch, BatchWorker, Task

if TYPE_CHECKING:
    from ray.data import Dataset

__all__ = [
    "ClusterAgent",
    "ClusterAudio",
    "ClusterDocument",
    "ClusterImage",
    "ClusterVideo",
    "to_dataset",
]

_ray: Any = import_optional("ray", "ray", "vlmrun.integrations.ray")
_exceptions: Any = import_optional("ray.exceptions", "ray", "vlmrun.integrations.ray")

# How often a task whose worker was killed is run again, as often as by Dask.
_RUN_AGAIN = 3


class _RayBatches(ClusterBatches):
    """Mixin of a resource: its batches run on a Ray cluster."""

    def __init__(self, client: VLMRun, *, workers: int | None = None) -> None:
        if workers is not None:
            check_int("workers", workers, 1)
        super().__init__(client)
        self._workers = workers

    def _create_engine(self) -> _RayEngine:
        return _RayEngine(self._workers)

    def _items_of(self, inputs: Any) -> Iterable[Any] | None:
        rows: Iterable[Any] | None = inputs.iter_rows() if hasattr(inputs, "iter_rows") else None
        return rows


class ClusterAgent(_RayBatches, ExecutionBatches):
    """`client.agent` whose `execute_many` runs on the workers of a Ray cluster.

    It has the arguments and the results of `client.agent.execute_many`. Its `inputs` can also be a
    Ray Dataset, whose rows are the inputs as dicts. Without a call of `ray.init` before, it
    connects with `ray.init("auto")`.

    Each worker has a copy of the client, without its API key: set `VLMRUN_API_KEY` there. Workers
    prepare, upload and submit the items. This process takes the inputs, creates the ids of the
    requests, waits for the jobs, and is the only one that uses the journal. If a worker is killed,
    Ray starts another one, and runs its tasks again, which submit nothing twice.

    Args:
        client: The client. Its `rate_limit` and `max_in_flight` hold for the whole cluster.
        workers: The number of worker processes, by default one for each CPU of the cluster. They
            reserve no CPU.

    Raises:
        DependencyError: The extra `ray` is not installed (when the module is imported).
        InputError: An argument is invalid (a `ValueError`).

    Example:
        >>> ray.init("auto")  # doctest: +SKIP
        >>> agent = ClusterAgent(client)  # doctest: +SKIP
        >>> for item in agent.execute_many(paths, prompt="Read it"):  # doctest: +SKIP
        ...     print(item.input, item.error or item.result)
    """

    _attribute = "agent"
    _operations: ClassVar = {}


class ClusterDocument(_RayBatches, DocumentPredictions):
    """`client.document` whose `generate_many` runs on a Ray cluster; see `ClusterAgent`."""


class ClusterImage(_RayBatches, ImagePredictions):
    """`client.image` whose `generate_many` runs on a Ray cluster; see `ClusterAgent`."""


class ClusterAudio(_RayBatches, AudioPredictions):
    """`client.audio` whose `generate_many` runs on a Ray cluster; see `ClusterAgent`."""


class ClusterVideo(_RayBatches, VideoPredictions):
    """`client.video` whose `generate_many` runs on a Ray cluster; see `ClusterAgent`."""


def to_dataset(items: Iterable[Any], records: str | None = None) -> Dataset:
    """Return the table of results as a Ray Dataset.

    Args:
        items: Items of a batch, executions, or predictions.
        records: A list of the responses, as for `vlmrun.results.to_dataframe`.

    Raises:
        InputError: No response has such a list.

    Example:
        >>> to_dataset(items, "items").write_parquet("items")  # doctest: +SKIP
    """
    data: Any = import_optional("ray.data", "ray", "to_dataset")
    dataset: Dataset = data.from_pandas(results.to_dataframe(items, records))
    return dataset


class _WorkerActor:
    """A worker: an actor whose threads share a client."""

    def __init__(self, batch: Batch, coordinator_name: str) -> None:
        # By its name: Ray may have removed a handle when it starts the worker again.
        coordinator = _ray.get_actor(coordinator_name)

        def call(method: str, *arguments: Any) -> Any:
            return _ray.get(coordinator.call.remote(method, *arguments))

        self._worker = BatchWorker(batch, call)

    def run(self, task: Task) -> Answer:
        """Run a task."""
        return self._worker.run(task)


class _RayEngine(Engine):
    """One batch on a Ray cluster."""

    killed: ClassVar[tuple[type[Exception], ...]] = (_exceptions.RayActorError,)

    def __init__(self, workers: int | None) -> None:
        self._count = workers
        self._name = f"vlmrun-batch-{uuid4()}"
        self._coordinator: Any = None
        self._lock = Lock()
        # By worker, the number of its tasks.
        self._tasks: dict[Any, int] = {}

    def open(self, batch: Batch, max_concurrent: int) -> None:
        if not _ray.is_initialized():
            # Raises its own error if there is none, instead of starting one in this process.
            _ray.init("auto")
        count = min(self._count or int(_ray.cluster_resources().get("CPU", 1)), max_concurrent)
        strategies = import_optional("ray.util.scheduling_strategies", "ray", "ray")
        here = strategies.NodeAffinitySchedulingStrategy(
            _ray.get_runtime_context().get_node_id(), soft=False
        )
        # On the node of the driver, without which it is of no use.
        self._coordinator = (
            _ray.remote(Coordinator)
            .options(name=self._name, num_cpus=0, scheduling_strategy=here)
            .remote(batch.is_limited)
        )
        worker = _ray.remote(_WorkerActor).options(
            num_cpus=0,
            max_concurrency=ceil(max_concurrent / count),
            max_restarts=-1,
            max_task_retries=_RUN_AGAIN,
            scheduling_strategy="SPREAD",
        )
        self._tasks = {worker.remote(batch, self._name): 0 for _ in range(count)}

    def dumps(self, item: Any) -> bytes:
        data: bytes = _ray.cloudpickle.dumps(item)
        return data

    def call(self, method: str, *arguments: Any) -> Any:
        return _ray.get(self._coordinator.call.remote(method, *arguments))

    def submit(self, task: Task) -> Future:
        with self._lock:
            worker = min(self._tasks, key=lambda each: self._tasks[each])
            self._tasks[worker] += 1
        future: Any = worker.run.remote(task).future()
        future.add_done_callback(lambda _: self._has_ended(worker))
        ended: Future = future
        return ended

    def _has_ended(self, worker: Any) -> None:
        with self._lock:
            self._tasks[worker] -= 1

    def cancel(self, future: Any) -> None:
        """Do nothing: the coordinator lets no task submit that nobody waits for."""

    def close(self) -> None:
        if self._coordinator is None or not _ray.is_initialized():
            return  # `kill` would start a cluster
        for actor in [*self._tasks, self._coordinator]:
            with suppress(Exception):
                _ray.kill(actor)
