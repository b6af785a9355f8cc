"""The limit of jobs in flight that all calls of a client share."""

from __future__ import annotations

from collections import deque
from typing import Protocol

from vlmrun._fork_safe_locks import ForkSafeLock


class Waiter(Protocol):
    """A call that waits for something that another thread or task ends."""

    def wake(self) -> bool:
        """End the wait; return whether there is still somebody who waits."""
        ...


class JobSlots:
    """Slots for jobs in flight. Threads and the tasks of any event loop can wait for one.

    Args:
        count: The number of slots.
    """

    def __init__(self, count: int) -> None:
        self._lock = ForkSafeLock(self._free_all)
        self._count = self._free = count
        self._waiting: deque[Waiter] = deque()

    def take(self, waiter: Waiter) -> bool:
        """Take a slot if one is free; otherwise the waiter is woken once it has one."""
        with self._lock.held:
            if self._free and not self._waiting:
                self._free -= 1
                return True
            self._waiting.append(waiter)
            return False

    def give_up(self, waiter: Waiter) -> None:
        """Stop waiting; a slot that the waiter has got meanwhile goes to the next one."""
        with self._lock.held:
            if waiter in self._waiting:
                self._waiting.remove(waiter)
                return
        self.release()

    def release(self) -> None:
        """Hand a slot on to the waiter that has waited longest."""
        while True:
            with self._lock.held:
                if not self._waiting:
                    # After a fork, the slot of the thread that goes on is free already.
                    self._free = min(self._free + 1, self._count)
                    return
                waiter = self._waiting.popleft()
            if waiter.wake():
                return

    def _free_all(self) -> None:
        """Take all slots back: in the child of a fork, the threads that hold them do not exist."""
        self._free = self._count
        self._waiting.clear()
