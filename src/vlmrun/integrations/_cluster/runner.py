"""The part of a batch that runs in the driver: it submits each item by a task on a worker."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any, TypeVar

from vlmrun._core.request_context import RequestContext
from vlmrun._core.usage import check_budgets, expect_job, observe
from vlmrun._runtime.sync_runtime import Wakeup
from vlmrun._sync.many.operation import PreparedItem
from vlmrun._sync.many.records import Record
from vlmrun._sync.many.runner import ItemRunner, Outcome
from vlmrun.errors import (
    InputError,
    NetworkError,
    OutcomeUnknownError,
    RequestTimeoutError,
)
from vlmrun.integrations._cluster.engine import Engine
from vlmrun.integrations._cluster.worker import Answer, Task
from vlmrun.types._base import read
from vlmrun.types.jobs import Job

J = TypeVar("J", bound=Job)

# Seconds that a worker may take longer than the deadline, before its task is given up.
_GRACE = 5.0

# Items whose states are removed from the coordinator with one call.
_FORGOTTEN = 100


class ClusterRunner(ItemRunner[J]):
    """Runs the items of one batch: a worker submits each, and the driver waits for its job.

    Args:
        engine: The engine.
        arguments: Those of `ItemRunner`.
    """

    def __init__(self, engine: Engine, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._engine = engine
        self._items_by_index: dict[int, Any] = {}
        self._ended: list[str] = []

    def run(self, numbered: tuple[int, Any]) -> Outcome | None:
        index, item = numbered
        self._items_by_index[index] = item
        try:
            return super().run(numbered)
        finally:
            del self._items_by_index[index]

    def _submitted(
        self, index: int, record: Record, prepared: PreparedItem, context: RequestContext
    ) -> J:
        check_budgets(context.settings)
        id, state = record.entry.request_id, record.state
        item = self._pickled(self._items_by_index[index])
        task = Task(id, item, state, record.entry.sent_at, context.remaining())
        if state == "submitting" and self._records.keeps_ids():
            # The journal knows this of earlier runs, and the workers do not.
            self._engine.call("set_keeps_ids")
        # From here on, only the coordinator knows whether the request was sent.
        self._records.sending(record, None)
        self.running[index] = id
        try:
            answer = self._answer(task)
        except BaseException:  # the batch ends, or the cluster has disconnected
            self._leave(index, record, state)
            raise
        self._forget(id)
        record.state = answer.state
        if answer.error is not None:
            raise answer.error
        if answer.job is None:
            raise ConnectionError("The cluster has ended the batch, as if this process were gone")
        job: J = read(self._operation.job_class, json.loads(answer.job))
        self._operation.context.shared.keeps_ids = job.id == id
        expect_job(job.id, context.settings)
        observe(job, context.settings)
        return job

    def _pickled(self, item: Any) -> bytes:
        try:
            return self._engine.dumps(item)
        except Exception as error:  # anything that the object raises
            raise InputError(
                f"The item cannot be sent to a worker: {type(error).__name__}: {error}",
                suggestion="Pass a path that the workers can read, a URL, or (name, bytes)",
            ) from error

    def _answer(self, task: Task) -> Answer:
        """Run the task of an item, and return its end."""
        engine, wakeup = self._engine, Wakeup()
        future = engine.submit(task)
        try:
            future.add_done_callback(lambda _: wakeup.wake())
            if not wakeup.wait(None if task.seconds is None else task.seconds + _GRACE):
                return self._given_up(task)
            try:
                return future.result()
            except engine.killed as error:
                return self._killed(task, error)
        finally:
            # A cluster that has disconnected has raised its own error.
            with suppress(Exception):
                engine.cancel(future)

    def _given_up(self, task: Task) -> Answer:
        state, job = self._withdrawn(task)
        if job is not None:
            return Answer(state, job)
        error = RequestTimeoutError(
            "The deadline has passed before a worker of the cluster had submitted the item"
        )
        error.outcome = "not_sent" if state == "claimed" else "unknown"
        error.job_id = task.id
        return Answer(state, None, error)

    def _withdrawn(self, task: Task) -> tuple[str, str | None]:
        state, job, _ = self._engine.call("withdraw", task.id)
        # Of a task that has not begun, the coordinator does not know an earlier submission.
        return (task.state if state == "claimed" else state), job

    def _killed(self, task: Task, error: Exception) -> Answer:
        state, job = self._withdrawn(task)
        if job is not None:
            return Answer(state, job)
        if state == "claimed":
            unsent = NetworkError("The workers that ran the item were killed before they sent it")
            unsent.outcome, unsent.__cause__ = "not_sent", error
            return Answer(state, None, unsent)
        unknown = OutcomeUnknownError(
            f"The workers that ran the item were killed, and the request {task.id} may have "
            "started a job",
            suggestion=f"Look for a job with the id {task.id!r} before you submit the item again",
        )
        unknown.outcome, unknown.job_id, unknown.__cause__ = "unknown", task.id, error
        return Answer(state, None, unknown)

    def _leave(self, index: int, record: Record, before: str) -> None:
        """Record what became of an item that the batch no longer waits for."""
        # A cluster that has disconnected cannot report it, so the next run has to find out.
        with suppress(Exception):
            state, job, _ = self._engine.call("withdraw", record.entry.request_id)
            if job is not None:
                self._records.accepted(record, read(self._operation.job_class, json.loads(job)))
            elif state == "claimed" and before == "claimed":
                del self.running[index]
                self._records.forget(record)

    def _forget(self, id: str) -> None:
        self._ended.append(id)
        if len(self._ended) >= _FORGOTTEN:
            ids, self._ended = self._ended, []
            self._engine.call("forget", ids)
