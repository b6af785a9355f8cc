"""The common base of the resources that have batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vlmrun._async.resources._base import Resource

if TYPE_CHECKING:
    from vlmrun._async.many.operation import BatchOperation
    from vlmrun._async.many.options import BatchOptions
    from vlmrun._runtime.async_batching import BatchInputs, BatchItems


class Batches(Resource):
    """A resource with batches; those of `vlmrun.integrations` run them on clusters."""

    def _batch_operation(self, body: dict[str, Any], config: Any) -> BatchOperation[Any]:
        """Return the operation that is sent for each item.

        Args:
            body: The fields of the body that all items have in common.
            config: The configuration that is part of the body; None if the results are not read.
        """
        raise NotImplementedError

    def _start_batch(
        self, operation: BatchOperation[Any], inputs: BatchInputs, options: BatchOptions
    ) -> BatchItems[Any]:
        """Check the arguments of a batch, and return the iterator over its items."""
        # Imported late: most clients never use it.
        from vlmrun._async.many.batch import start_batch

        return start_batch(operation, inputs, options)
