"""The base of the resources whose batches run on a cluster."""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from contextlib import nullcontext, suppress
from functools import partial
from typing import Any

from vlmrun._core.rate_limiter import RateLimit
from vlmrun._messages import type_and_repr
from vlmrun._runtime.sync_batching import BatchInputs, BatchItems
from vlmrun._sync.client import VLMRun
from vlmrun._sync.many.batch import start_batch
from vlmrun._sync.many.operation import BatchOperation
from vlmrun._sync.many.options import BatchOptions
from vlmrun._sync.resources._batches import Batches
from vlmrun.errors import InputTypeError
from vlmrun.integrations._cluster.engine import Engine
from vlmrun.integrations._cluster.runner import ClusterRunner
from vlmrun.integrations._cluster.turns import Turns
from vlmrun.integrations._cluster.worker import Batch


class ClusterBatches(Batches):
    """Mixin of a resource: its batches run on a cluster.

    Args:
        client: The client, whose limits hold for the whole cluster.
    """

    def __init__(self, client: VLMRun) -> None:
        if not isinstance(client, VLMRun):
            raise InputTypeError(f"client must be a VLMRun, got {type_and_repr(client)}")
        super().__init__(client)
        self._client = client

    def _create_engine(self) -> Engine:
        """Return an engine for one batch; it is not open yet."""
        raise NotImplementedError

    def _items_of(self, inputs: Any) -> Iterable[Any] | None:
        """Return the items of a collection of the engine; None if it is another object."""
        raise NotImplementedError

    def _start_batch(
        self, operation: BatchOperation[Any], inputs: BatchInputs, options: BatchOptions
    ) -> BatchItems[Any]:
        engine = self._create_engine()
        items_of_collection = self._items_of(inputs)
        items = start_batch(
            operation,
            inputs if items_of_collection is None else items_of_collection,
            options,
            partial(ClusterRunner, engine),
        )
        if options.dry_run:
            return items
        return self._run(engine, items, operation, options)

    def _run(
        self,
        engine: Engine,
        items: BatchItems[Any],
        operation: BatchOperation[Any],
        options: BatchOptions,
    ) -> BatchItems[Any]:
        limits = self._client_context.shared.limits
        is_limited = RateLimit.parse("rate_limit", limits.arguments[0]) is not None
        common = options._replace(
            on_progress=None, journal=None, retry_failed=False, budget=None, save_to=None
        )
        batch = Batch(
            pickle.dumps(self._client), self._attribute, operation.body, common, is_limited
        )
        try:
            engine.open(batch, options.max_concurrent)
            with Turns(limits.rate, engine) if is_limited else nullcontext():
                try:
                    yield from items
                finally:
                    items.close()
        finally:
            # A cluster that has disconnected has raised its own error.
            with suppress(Exception):
                engine.close()
