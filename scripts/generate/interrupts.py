"""Being interrupted: anywhere but while trees are being replaced."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = {signal.SIGINT, signal.SIGTERM}


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def listen() -> None:
    """Let a request to end undo what was begun, as Ctrl-C does."""
    signal.signal(signal.SIGTERM, _interrupt)


@contextmanager
def deferred() -> Iterator[None]:
    """Let an interruption wait until this is over."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
