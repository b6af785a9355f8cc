"""The line on a terminal while a command waits for a job."""

from __future__ import annotations

import re
import sys
from io import StringIO
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from rich.live import Live

from vlmrun.cli import progress
from vlmrun.cli.formatting import credits_text, number_text
from vlmrun.cli.output import Output


class Display(Live):
    """A display that is rendered only when the test asks for it."""

    latest: ClassVar[Display]

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, auto_refresh=False)
        Display.latest = self


class Screen(StringIO):
    def isatty(self) -> bool:
        return True


def test_the_time_runs_between_polls(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr("rich.live.Live", Display)
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: clock.now))
    job: Any = SimpleNamespace(status="running", usage=SimpleNamespace(credits_used=2.5))
    with progress.JobProgress(Output(), "Execution 0f1e2d3c-0000-0000") as shown:
        shown.update(job)
        for seconds in (1, 2, 65):
            clock.now = 100.0 + seconds
            Display.latest.refresh()
    for expected in ("running · 1.0 s · 2.5 credits", "running · 2.0 s", "running · 1 min 05 s"):
        assert expected in screen.getvalue()
    # Cut rather than folded, with room for the ^C of the terminal.
    lines = re.split(r"\x1b\[[0-9;?]*[A-Za-z]|\s*[\r\n]", screen.getvalue())
    found = [line for line in lines if "2.0 s" in line]
    assert found[0].endswith("…")
    assert all(len(line) <= 37 for line in found)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (None, None),
        (1, "1 credit"),
        (2.5, "2.5 credits"),
        (0, "0 credits"),
        (1e6, "1000000 credits"),
    ],
)
def test_credits(number: float | None, expected: str | None) -> None:
    assert credits_text(number) == expected


def test_numbers_have_no_exponent() -> None:
    assert [number_text(number) for number in (1234567, 0.000012, 10)] == [
        "1234567", "0.000012", "10"
    ]  # fmt: skip
