"""Ctrl-C, SIGTERM and SIGHUP: known in all threads as soon as they arrive."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_received: list[int] = []


def was_interrupted() -> bool:
    """Return whether a signal has arrived, so that nothing is worth a retry or a message."""
    return bool(_received)


def interruption_code() -> int:
    """Return the exit code: 130 for Ctrl-C, 143 for SIGTERM, 129 for SIGHUP."""
    return 128 + (_received[0] if _received else signal.SIGINT)


@contextmanager
def watch_interrupts() -> Iterator[None]:
    """Let SIGTERM and SIGHUP raise KeyboardInterrupt, as Ctrl-C does.

    `timeout` and containers send SIGTERM, and a terminal that is closed sends SIGHUP. In other
    threads, and where a program handles or ignores a signal, as with `nohup`, nothing is changed.
    """
    _received.clear()
    defaults: dict[signal.Signals, Any] = {
        signal.SIGINT: signal.default_int_handler,
        signal.SIGTERM: signal.SIG_DFL,
    }
    if hasattr(signal, "SIGHUP"):  # not on Windows
        defaults[signal.SIGHUP] = signal.SIG_DFL
    if threading.current_thread() is not threading.main_thread():
        defaults = {}
    watched = {
        number: each for number, each in defaults.items() if signal.getsignal(number) == each
    }

    def handle(number: int, frame: Any) -> None:
        _received.append(number)
        signal.default_int_handler(number, frame)

    for number in watched:
        signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in watched.items():
            signal.signal(number, handler)
