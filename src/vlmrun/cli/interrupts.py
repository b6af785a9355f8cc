"""Ctrl-C, SIGTERM and SIGHUP: known in all threads as soon as they arrive."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

# Programs such as make and npm pass on a Ctrl-C that the terminal has sent to all of them already.
# Soon after the first signal, another one must not prevent the ids of jobs from being shown.
_SECONDS_TO_REPORT = 1.0


class _Signal(NamedTuple):
    number: int
    time: float


_received: list[_Signal] = []


def was_interrupted() -> bool:
    """Return whether a signal has arrived, so that nothing is worth a retry or a message."""
    return bool(_received)


def let_signals_end_the_program() -> None:
    """Let another Ctrl-C end the program silently, rather than interrupt its last steps."""
    if was_interrupted() and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def interruption_code() -> int:
    """Return the exit code: 130 for Ctrl-C, 143 for SIGTERM, 129 for SIGHUP."""
    return 128 + (_received[0].number if _received else signal.SIGINT)


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
        first = _received[0].time if _received else None
        if first is not None and time.monotonic() - first < _SECONDS_TO_REPORT:
            return
        _received.append(_Signal(number, time.monotonic()))
        signal.default_int_handler(number, frame)

    for number in watched:
        signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in watched.items():
            signal.signal(number, handler)
