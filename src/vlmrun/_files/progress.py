"""Reports of the progress of uploads and downloads."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from vlmrun._fork_safe_locks import ForkSafeLock
from vlmrun._validation import check_callable
from vlmrun.errors import InputTypeError, VLMRunError

ProgressCallback = Callable[[int, "int | None"], Any]


class ProgressStopped(VLMRunError):
    """The user's callback has raised an exception, which is raised in the place of this one.

    The transport takes no exception of this package for a failure of the network.
    """

    def __init__(self, cause: Exception) -> None:
        super().__init__("on_progress has raised an exception")
        self.cause = cause


class Progress:
    """Calls a user's function while bytes are sent or received.

    Args:
        callback: The function; None for none.
    """

    def __init__(self, callback: ProgressCallback | None) -> None:
        self._callback = callback

    @classmethod
    def check(cls, callback: Any) -> Progress:
        """Return the progress for the argument `on_progress`.

        Raises:
            InputTypeError: It is not a function, or is a coroutine function.
        """
        check_callable("on_progress", callback)
        if inspect.iscoroutinefunction(callback):
            raise InputTypeError(
                "on_progress is a coroutine function, which is not awaited",
                suggestion="Pass a plain function",
            )
        return cls(callback)

    @property
    def is_wanted(self) -> bool:
        """Whether there is a function to call."""
        return self._callback is not None

    def report(self, done: int, total: int | None) -> None:
        """Call the function with the number of bytes.

        Raises:
            ProgressStopped: It has raised an exception.
        """
        if self._callback is None:
            return
        try:
            self._callback(done, total)
        except Exception as error:
            raise ProgressStopped(error) from None


class TotalProgress:
    """The progress of several downloads at the same time, which is reported as their sum.

    Args:
        progress: What reports it.
        count: The number of downloads.
    """

    def __init__(self, progress: Progress, count: int) -> None:
        self._progress = progress
        self._lock = ForkSafeLock()
        self._done = [0] * count
        self._totals: list[int | None] = [None] * count

    def part(self, index: int) -> Progress:
        """Return the progress of one download."""
        return _Part(self, index)

    def add(self, index: int, done: int, total: int | None) -> None:
        """Report the sum after a download has progressed."""
        if not self._progress.is_wanted:
            return
        # Until it is reported, too: sums must not be reported in another order.
        with self._lock.held:
            self._done[index], self._totals[index] = done, total
            known = [each for each in self._totals if each is not None]
            is_known = len(known) == len(self._totals)
            self._progress.report(sum(self._done), sum(known) if is_known else None)


class _Part(Progress):
    def __init__(self, whole: TotalProgress, index: int) -> None:
        super().__init__(None)
        self._whole, self._index = whole, index

    def report(self, done: int, total: int | None) -> None:
        self._whole.add(self._index, done, total)
