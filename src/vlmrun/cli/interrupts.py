"""Ctrl-C: known in all threads as soon as it is pressed."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_pressed = threading.Event()


def was_interrupted() -> bool:
    """Return whether Ctrl-C was pressed, so that nothing is worth a retry or a message."""
    return _pressed.is_set()


@contextmanager
def watch_interrupts() -> Iterator[None]:
    """Take note of Ctrl-C, which still raises KeyboardInterrupt in the main thread.

    In other threads, and where a program handles the signal itself, nothing is changed.
    """
    _pressed.clear()
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return

    def handle(number: int, frame: Any) -> None:
        _pressed.set()
        signal.default_int_handler(number, frame)

    signal.signal(signal.SIGINT, handle)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
