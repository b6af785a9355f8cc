"""The state that the processes of a batch share: its items, and the turns of its rate limit."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

# The state of an item, and the JSON of its job once it is "submitted".
State = tuple[str, str | None, float | None]

_NEVER_BEGUN: State = ("claimed", None, None)


class Coordinator:
    """The object in the cluster that the driver and the workers of a batch call.

    It outlives the workers, and ends with the driver, without which nothing is submitted any more.
    It is used in one event loop only, and all arguments and results are plain values, which any
    engine can send.

    Args:
        is_limited: Whether the driver hands out turns, one for each request.
    """

    def __init__(self, is_limited: bool) -> None:
        self._is_limited = is_limited
        self._states: dict[str, State] = {}
        self._withdrawn: set[str] = set()
        self._keeps_ids = self._is_over = False
        self._turns: deque[asyncio.Future[bool]] = deque()
        self._has_asked = asyncio.Event()

    async def call(self, method: str, *arguments: Any) -> Any:
        """Call another method by its name."""
        result = getattr(self, method)(*arguments)
        return await result if asyncio.iscoroutine(result) else result

    def begin(self, id: str, state: str, sent_at: float | None) -> State | None:
        """Return the state in which an earlier run of the same task has left an item.

        Args:
            id: The id of its request.
            state: Its state as the driver knows it.
            sent_at: When an earlier batch has sent the request, if that is known.

        Returns:
            None if the driver has no use for the item any more.
        """
        if not self._is_open(id):
            return None
        return self._states.setdefault(id, (state, None, sent_at))

    def sending(self, id: str, sent_at: float) -> bool:
        """Record that the request leaves now; return False if it must not be sent any more."""
        if not self._is_open(id):
            return False
        self._states[id] = ("submitting", None, sent_at)
        return True

    def accepted(self, id: str, job: str, keeps_ids: bool) -> None:
        """Record that the service has accepted a request, and the JSON of its job."""
        self._keeps_ids = self._keeps_ids or keeps_ids
        if self._is_open(id):
            self._states[id] = ("submitted", job, None)

    def unsent(self, id: str) -> None:
        """Record that a request has certainly not arrived."""
        if self._is_open(id):
            self._states[id] = _NEVER_BEGUN

    def keeps_ids(self) -> bool:
        """Return whether the service is known to give jobs the ids that were sent."""
        return self._keeps_ids

    def set_keeps_ids(self) -> None:
        """Record that the service gives jobs the ids that were sent."""
        self._keeps_ids = True

    def withdraw(self, id: str) -> State:
        """Let an item not be submitted any more; return its state.

        Raises:
            RuntimeError: The batch is over, and the state is not known any more.
        """
        if self._is_over:
            raise RuntimeError("the batch is over")
        self._withdrawn.add(id)
        return self._states.pop(id, _NEVER_BEGUN)

    def forget(self, ids: list[str]) -> None:
        """Remove the states of items whose tasks have ended."""
        for id in ids:
            self._states.pop(id, None)

    async def turn(self, seconds: float) -> bool | None:
        """Wait for a turn to send a request.

        Args:
            seconds: How long to wait at most.

        Returns:
            Whether it has come; None if nothing must be sent any more.
        """
        if self._is_over:
            return None
        if not self._is_limited:
            return True
        turn: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._turns.append(turn)
        self._has_asked.set()
        await asyncio.wait([turn], timeout=seconds)
        if not turn.done():
            self._turns.remove(turn)
            return False
        return None if self._is_over else turn.result()

    async def asked(self, granted: int, seconds: float) -> int:
        """Grant turns, and return how many others are asked for.

        Args:
            granted: How many; those that nobody waits for any more are lost.
            seconds: How long to wait until one is asked for.
        """
        for _ in range(min(granted, len(self._turns))):
            self._turns.popleft().set_result(True)
        if not self._turns:
            self._has_asked.clear()
            waiting = asyncio.ensure_future(self._has_asked.wait())
            await asyncio.wait([waiting], timeout=seconds)
            waiting.cancel()
        return len(self._turns)

    def close(self) -> None:
        """End the batch: nothing is submitted from now on."""
        self._is_over = True
        self._has_asked.set()
        while self._turns:
            self._turns.popleft().set_result(False)

    def _is_open(self, id: str) -> bool:
        return not self._is_over and id not in self._withdrawn
