"""Plugins for the processes of a Dask cluster."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from distributed import SchedulerPlugin, WorkerPlugin, get_worker, secede
from distributed.utils import sync

from vlmrun.integrations._cluster.coordinator import Coordinator
from vlmrun.integrations._cluster.worker import Answer, Batch, BatchWorker, Task

# The name of the plugin of the scheduler, and of the function that it adds.
COORDINATORS = "vlmrun_coordinators"


class Coordinators(SchedulerPlugin):
    """The coordinators of all batches, in the scheduler, which outlives the workers.

    The first batch on a cluster adds this plugin. A batch ends with the connection of its driver.
    """

    name = COORDINATORS
    idempotent = True

    def __init__(self) -> None:
        self._scheduler: Any = None
        self._by_batch: dict[str, tuple[str, Coordinator]] = {}
        self._ending: set[asyncio.Future[Any]] = set()

    async def start(self, scheduler: Any) -> None:
        """Let drivers and workers call the coordinators."""
        self._scheduler = scheduler
        scheduler.handlers[COORDINATORS] = self._call

    async def _call(self, batch: str, method: str, arguments: Any) -> Any:
        if method == "open":
            client, is_limited = arguments
            self._by_batch[batch] = client, Coordinator(is_limited)
            return None
        if method == "close":
            self._end(batch)
            return None
        _, coordinator = self._by_batch.get(batch) or (None, _closed())
        return await coordinator.call(method, *arguments)

    def remove_client(self, scheduler: Any, client: str) -> None:
        """End the batches of a driver that has disconnected."""
        for batch in [batch for batch, (owner, _) in self._by_batch.items() if owner == client]:
            self._end(batch)
            removing = asyncio.ensure_future(self._remove_from_workers(batch))
            self._ending.add(removing)
            removing.add_done_callback(self._ending.discard)

    def _end(self, batch: str) -> None:
        _, coordinator = self._by_batch.pop(batch, (None, None))
        if coordinator is not None:
            coordinator.close()

    async def _remove_from_workers(self, batch: str) -> None:
        if batch in self._scheduler.worker_plugins:
            await self._scheduler.unregister_worker_plugin(comm=None, name=batch)


def _closed() -> Coordinator:
    coordinator = Coordinator(False)
    coordinator.close()
    return coordinator


class DaskWorker(WorkerPlugin):
    """The client of a worker, which all tasks of a batch on it use.

    Dask creates one in each worker, also in those that are started later.
    """

    def __init__(self, name: str, batch: Batch) -> None:
        self.name = name
        self._batch = batch

    def setup(self, worker: Any) -> None:
        """Create the client."""
        self._worker = BatchWorker(self._batch, partial(_call, worker, self.name))

    def teardown(self, worker: Any) -> None:
        """Close the client."""
        self._worker.close()

    def run(self, task: Task) -> Answer:
        """Run a task."""
        return self._worker.run(task)


def _call(worker: Any, batch: str, method: str, *arguments: Any) -> Any:
    function = getattr(worker.scheduler, COORDINATORS)
    return sync(worker.loop, function, batch=batch, method=method, arguments=arguments)


def run_task(batch: str, task: Task) -> Answer:
    """Run an item of a batch on a worker."""
    plugin: Any = get_worker().plugins[batch]
    # It takes little CPU, so the next tasks need not wait for it.
    secede()
    answer: Answer = plugin.run(task)
    return answer
