"""Batches on a Dask cluster (extra `dask`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import uuid4

from vlmrun import results
from vlmrun._messages import type_and_repr
from vlmrun._optional_imports import import_optional
from vlmrun._sync.client import VLMRun
from vlmrun._sync.resources._agent_batches import ExecutionBatches
from vlmrun._sync.resources.audio import AudioPredictions
from vlmrun._sync.resources.document import DocumentPredictions
from vlmrun._sync.resources.image import ImagePredictions
from vlmrun._sync.resources.video import VideoPredictions
from vlmrun._validation import check_int
from vlmrun.errors import InputTypeError
from vlmrun.integrations._cluster.batches import ClusterBatches
from vlmrun.integrations._cluster.engine import Engine, Future
from vlmrun.integrations._cluster.worker import Batch, Task

if TYPE_CHECKING:
    from dask.bag import Bag
    from dask.dataframe import DataFrame
    from distributed import Client

__all__ = [
    "ClusterAgent",
    "ClusterAudio",
    "ClusterDocument",
    "ClusterImage",
    "ClusterVideo",
    "to_bag",
    "to_dataframe",
]

_distributed: Any = import_optional("distributed", "dask", "vlmrun.integrations.dask")


class _DaskBatches(ClusterBatches):
    """Mixin of a resource: its batches run on a Dask cluster."""

    def __init__(self, client: VLMRun, cluster: Client) -> None:
        if not isinstance(cluster, _distributed.Client) or cluster.asynchronous:
            raise InputTypeError(
                "cluster must be a distributed.Client that is not asynchronous, got "
                f"{type_and_repr(cluster)}"
            )
        super().__init__(client)
        self._cluster = cluster

    def _create_engine(self) -> _DaskEngine:
        return _DaskEngine(self._cluster)

    def _items_of(self, inputs: Any) -> Iterable[Any] | None:
        if not hasattr(inputs, "to_delayed"):
            return None
        return _items_of_partitions(self._cluster, inputs)


class ClusterAgent(_DaskBatches, ExecutionBatches):
    """`client.agent` whose `execute_many` runs on the workers of a Dask cluster.

    It has the arguments and the results of `client.agent.execute_many`. Its `inputs` can also be a
    Dask bag, or a Dask DataFrame, whose rows are the inputs as dicts.

    Each worker has a copy of the client, without its API key: set `VLMRUN_API_KEY` there. Workers
    prepare, upload and submit the items. This process takes the inputs, creates the ids of the
    requests, waits for the jobs, and is the only one that uses the journal. If a worker is killed,
    Dask runs its tasks again on another one, which submits nothing twice.

    Args:
        client: The client. Its `rate_limit` and `max_in_flight` hold for the whole cluster.
        cluster: The client of the cluster, a `distributed.Client` that is not asynchronous.

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


class ClusterDocument(_DaskBatches, DocumentPredictions):
    """`client.document` whose `generate_many` runs on a Dask cluster; see `ClusterAgent`."""


class ClusterImage(_DaskBatches, ImagePredictions):
    """`client.image` whose `generate_many` runs on a Dask cluster; see `ClusterAgent`."""


class ClusterAudio(_DaskBatches, AudioPredictions):
    """`client.audio` whose `generate_many` runs on a Dask cluster; see `ClusterAgent`."""


class ClusterVideo(_DaskBatches, VideoPredictions):
    """`client.video` whose `generate_many` runs on a Dask cluster; see `ClusterAgent`."""


def to_bag(items: Iterable[Any], cluster: Client, partition_size: int = 1000) -> Bag:
    """Return the items of a batch as a Dask bag, whose partitions are stored by the workers.

    This process holds one partition at a time, so the bag can be larger than its memory.

    Args:
        items: The items, such as those of `execute_many`, which may still be running.
        cluster: The client of the cluster.
        partition_size: The number of items of a partition.

    Raises:
        InputError: An argument is invalid (a `ValueError`).

    Example:
        >>> items = agent.execute_many(bag, prompt="Read it")  # doctest: +SKIP
        >>> to_bag(items, cluster).map(lambda item: item.id).compute()  # doctest: +SKIP
    """
    check_int("partition_size", partition_size, 1)
    bags: Any = import_optional("dask.bag", "dask", "to_bag")
    # Its methods may return coroutines, according to its annotations.
    any_cluster: Any = cluster
    remaining = iter(items)
    partitions: list[Any] = []
    while partition := list(islice(remaining, partition_size)):
        partitions += any_cluster.scatter([partition], hash=False)
    if not partitions:
        partitions = any_cluster.scatter([[]], hash=False)
    # Else, nothing would refer to the partitions any more.
    bag: Bag = any_cluster.persist(bags.from_delayed(partitions))
    return bag


def to_dataframe(
    items: Iterable[Any], records: str | None = None, partition_size: int = 10_000
) -> DataFrame:
    """Return the table of results as a Dask DataFrame; it needs the extra `pandas`, too.

    Args:
        items: Items of a batch, executions, or predictions.
        records: A list of the responses, as for `vlmrun.results.to_dataframe`.
        partition_size: The number of rows of a partition.

    Raises:
        InputError: An argument is invalid, or no response has such a list.

    Example:
        >>> to_dataframe(items, "items").to_parquet("items")  # doctest: +SKIP
    """
    check_int("partition_size", partition_size, 1)
    frames: Any = import_optional("dask.dataframe", "pandas", "to_dataframe")
    frame: DataFrame = frames.from_pandas(
        results.to_dataframe(items, records), chunksize=partition_size
    )
    return frame


class _DaskEngine(Engine):
    """One batch on a Dask cluster."""

    killed: ClassVar[tuple[type[Exception], ...]] = (_distributed.KilledWorker,)

    def __init__(self, cluster: Client) -> None:
        # Its methods may return coroutines, according to its annotations.
        self._cluster: Any = cluster
        self._name = f"vlmrun-batch-{uuid4()}"

    def open(self, batch: Batch, max_concurrent: int) -> None:
        from vlmrun.integrations._dask_plugins import Coordinators, DaskWorker

        self._cluster.register_plugin(Coordinators())
        self.call("open", self._cluster.id, batch.is_limited)
        self._cluster.register_plugin(DaskWorker(self._name, batch))

    def dumps(self, item: Any) -> bytes:
        import cloudpickle

        data: bytes = cloudpickle.dumps(item)
        return data

    def call(self, method: str, *arguments: Any) -> Any:
        from vlmrun.integrations._dask_plugins import COORDINATORS

        function = getattr(self._cluster.scheduler, COORDINATORS)
        return self._cluster.sync(function, batch=self._name, method=method, arguments=arguments)

    def submit(self, task: Task) -> Future:
        from vlmrun.integrations._dask_plugins import run_task

        # The key is new, so that a task of an earlier run is not taken for this one.
        key = f"vlmrun-{task.id}-{uuid4().hex[:8]}"
        future: Future = self._cluster.submit(run_task, self._name, task, key=key)
        return future

    def cancel(self, future: Any) -> None:
        if not future.done():
            future.cancel()
        future.release()

    def close(self) -> None:
        self.call("close")
        with suppress(Exception):
            self._cluster.unregister_worker_plugin(self._name)


def _items_of_partitions(cluster: Any, collection: Any) -> Iterator[Any]:
    """Yield the elements of a bag, or the rows of a DataFrame, one partition at a time."""
    for partition in collection.to_delayed():
        values = cluster.compute(partition).result()
        yield from values.to_dict("records") if hasattr(values, "to_dict") else values
