"""The turns of a client's rate limit, which the driver hands out to the workers."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Any

from vlmrun._core.rate_limiter import RateLimiter
from vlmrun.integrations._cluster.engine import Engine

# Seconds to wait until a worker asks for a turn, before the end of the batch is looked for.
_LONGEST_WAIT = 1.0


class Turns:
    """Takes turns of the client's limiter, beside its other calls, as workers ask for them.

    Args:
        limiter: The limiter of the client, whose limit so holds for all processes together.
        engine: The engine.
    """

    def __init__(self, limiter: RateLimiter, engine: Engine) -> None:
        self._limiter = limiter
        self._engine = engine
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._hand_out, name="vlmrun-turns", daemon=True)

    def __enter__(self) -> Turns:
        self._thread.start()
        return self

    def __exit__(self, *error: Any) -> None:
        self._is_over.set()
        # Else, the thread would wait until a worker asks.
        with suppress(Exception):
            self._engine.call("close")
        self._thread.join()

    def _hand_out(self) -> None:
        granted = 0
        while not self._is_over.is_set():
            # A cluster that has disconnected raises its error where tasks are waited for.
            with suppress(Exception):
                asked = self._engine.call("asked", granted, _LONGEST_WAIT)
                granted = self._taken(asked)
                continue
            self._is_over.wait(_LONGEST_WAIT)

    def _taken(self, asked: int) -> int:
        """Take a turn, and as many others as there are at the same time; return their number."""
        for taken in range(asked):
            place = self._limiter.join(False)
            if place is None:
                continue
            try:
                if taken and place.seconds_left():
                    return taken
                while seconds := place.seconds_left():
                    if self._is_over.wait(seconds):
                        return taken
            finally:
                place.leave()
        return asked
