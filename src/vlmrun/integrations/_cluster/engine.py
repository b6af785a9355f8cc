"""The interface of an engine, such as Dask or Ray."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Protocol

from vlmrun.integrations._cluster.worker import Answer, Batch, Task


class Future(Protocol):
    """The answer to a task, once there is one."""

    def add_done_callback(self, function: Callable[[Any], Any], /) -> Any:
        """Call a function, in any thread, when there is an answer or an error."""
        ...

    def result(self) -> Answer:
        """Return the answer, or raise the error, of a task that has ended."""
        ...


class Engine(Protocol):
    """A batch on the workers of a cluster. All methods but `open` are called in any thread.

    Its tasks are run again if their worker is killed, also without a new call of `submit`.

    Attributes:
        killed: The errors of tasks whose workers were killed too often.
    """

    killed: ClassVar[tuple[type[Exception], ...]]

    def open(self, batch: Batch, max_concurrent: int) -> None:
        """Start the coordinator and the workers.

        Args:
            batch: The batch.
            max_concurrent: The number of tasks at a time, at most.
        """
        ...

    def dumps(self, item: Any) -> bytes:
        """Pickle an item, so that `pickle` can read it on the workers."""
        ...

    def call(self, method: str, *arguments: Any) -> Any:
        """Call a method of the coordinator."""
        ...

    def submit(self, task: Task) -> Future:
        """Start a task on one of the workers."""
        ...

    def cancel(self, future: Any) -> None:
        """End a task if it has not begun."""
        ...

    def close(self) -> None:
        """End the coordinator and the workers."""
        ...
