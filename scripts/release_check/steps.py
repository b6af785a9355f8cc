"""Steps of a check: what each found, and how long it took."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple


class StepFailed(Exception):
    """A step could not be carried out; the text says why."""


class Step(NamedTuple):
    """What became of a step.

    Attributes:
        name: What was done.
        problems: What is wrong; nothing where all is well.
        seconds: How long it took.
    """

    name: str
    problems: tuple[str, ...]
    seconds: float


class Steps:
    """Runs steps and remembers them; may be used from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._done: list[Step] = []

    @property
    def failed(self) -> list[Step]:
        """Those that found something."""
        return [step for step in self._done if step.problems]

    def run(self, name: str, work: Callable[[], Iterable[str]]) -> bool:
        """Do a piece of work, and print a line about it on standard error.

        Args:
            name: What is done.
            work: Gives the problems that it finds, or raises `StepFailed`.

        Returns:
            Whether all is well.
        """
        started = time.monotonic()
        try:
            problems = tuple(work())
        except StepFailed as failure:
            problems = (str(failure),)
        step = Step(name, problems, time.monotonic() - started)
        with self._lock:
            self._done.append(step)
            print(_line(step), file=sys.stderr, flush=True)
        return not problems

    def table(self) -> str:
        """All steps, those that begin alike (up to a colon) together, then what is wrong."""
        groups: dict[str, list[Step]] = {}
        for step in self._done:
            groups.setdefault(step.name.partition(":")[0], []).append(step)
        lines = [_line(step) for group in groups.values() for step in group]
        details = [
            f"\n{step.name}:\n" + "\n".join(f"  - {problem}" for problem in step.problems)
            for step in self.failed
        ]
        summary = f"\n{len(self._done)} steps, {len(self.failed)} failed"
        return "\n".join([*lines, *details, summary])


def _line(step: Step) -> str:
    return f"{'FAILED' if step.problems else 'ok':6}  {step.seconds:6.1f} s  {step.name}"
