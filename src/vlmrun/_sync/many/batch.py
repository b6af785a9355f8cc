# Derived from _async/many/batch.py by `make generate`. Do not edit.
"""The iterator over the items of a batch."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from vlmrun._core.job_kinds import kind_of
from vlmrun._core.outcomes import add_note
from vlmrun._requests.batch_inputs import check_inputs
from vlmrun._runtime.sync_batching import (
    BatchInputs,
    BatchItems,
    bounded_map,
    is_iterable,
    iterate,
)
from vlmrun._runtime.sync_runtime import notify, to_end
from vlmrun._sync.many.operation import BatchOperation
from vlmrun._sync.many.options import BatchOptions
from vlmrun._sync.many.records import Records
from vlmrun._sync.many.runner import ItemRunner, Outcome
from vlmrun._sync.many.saving import check_writable
from vlmrun.types._saving import check_save_root
from vlmrun.types.batches import BatchProgress
from vlmrun.types.jobs import Job

if TYPE_CHECKING:
    from vlmrun._journal.journal import Journal

J = TypeVar("J", bound=Job)

logger = logging.getLogger("vlmrun")


def start_batch(
    operation: BatchOperation[J],
    inputs: BatchInputs,
    options: BatchOptions,
    create_runner: Callable[..., ItemRunner[J]] = ItemRunner,
) -> BatchItems[Any]:
    """Check the arguments of a batch, and return the iterator over its items.

    Nothing is sent, and no file is opened, before the first item is asked for.

    Args:
        operation: The operation that is sent for each item.
        inputs: The items.
        options: The arguments of the batch.
        create_runner: Returns what runs the items; it has the arguments of `ItemRunner`.
    """
    options = options.checked()
    operation.context.begin(options.options)  # checks the options, too
    items = check_inputs(inputs, is_iterable(inputs), options.journal, options.save_to)
    return _run(operation, items, options, create_runner)


def _run(
    operation: BatchOperation[J],
    inputs: Any,
    options: BatchOptions,
    create_runner: Callable[..., ItemRunner[J]],
) -> BatchItems[Any]:
    journal = None if options.journal is None else _journal_at(options.journal)
    try:
        if journal is not None:
            to_end(journal.open)
        if options.save_to is not None and not options.dry_run:
            to_end(check_writable, check_save_root(options.save_to))
        records = Records(operation, journal, options.retry_failed)
        runner = create_runner(operation, options, records, iterate(inputs))
        progress = _Progress(runner)
        results = bounded_map(runner.run, runner.take, options.max_concurrent, options.in_order)
        try:
            for done in results:
                if done is not None:
                    notify(options.on_progress, progress.after(done), "on_progress")
                    runner.running.pop(done.item.index, None)
                    yield done.item
        except GeneratorExit:
            _log_running(runner, journal)
            raise
        except BaseException as error:
            if runner.running:
                add_note(error, _running(runner, operation))
            raise
        finally:
            results.close()
        final_error = runner.final_error()
        if final_error is not None:
            if runner.running:
                add_note(final_error, _running(runner, operation))
            raise final_error
        records.check()
    finally:
        if journal is not None:
            to_end(journal.close)


def _journal_at(path: str | os.PathLike[str]) -> Journal:
    # Imported late: a build of Python may lack sqlite3, which only journals need.
    from vlmrun._journal.journal import Journal

    return Journal(path)


class _Progress:
    """Counts the items that are yielded."""

    def __init__(self, runner: ItemRunner[Any]) -> None:
        self._runner = runner
        self._finished = self._failed = self._from_journal = 0
        self._credits: float = 0

    def after(self, done: Outcome) -> BatchProgress:
        """Return the progress with one more item."""
        self._finished += 1
        self._failed += done.item.error is not None
        self._from_journal += done.item.from_journal
        self._credits += done.credits
        return BatchProgress(
            self._runner.started, self._finished, self._failed, self._from_journal, self._credits
        )


def _running(runner: ItemRunner[Any], operation: BatchOperation[Any]) -> str:
    kind = kind_of(operation.job_class)
    ids = ", ".join(runner.running.values())
    return (
        "These jobs may still be running, or have results that were not yielded; "
        f"{kind.resource}.wait(id) returns the result of one: {ids}"
    )


def _log_running(runner: ItemRunner[Any], journal: Journal | None) -> None:
    """Log the jobs that are no longer waited for; there is no exception to add a note to."""
    if runner.running:
        # With a journal, the next run finds them.
        level = logging.WARNING if journal is None else logging.INFO
        ids = ", ".join(runner.running.values())
        logger.log(
            level, "the batch was closed; these jobs may be running, or were not yielded: %s", ids
        )
