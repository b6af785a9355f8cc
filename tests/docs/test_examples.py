"""The program of `make demo` prints its results against the mock server."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_the_demo_shows_a_typed_answer_and_a_batch() -> None:
    environment = {name: value for name, value in os.environ.items() if name[:7] != "VLMRUN_"}
    command = [sys.executable, "-W", "error", ROOT / "examples/quickstart.py"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    lines = done.stdout.splitlines()
    assert done.stderr == ""
    assert "Answer     Referral:" in lines
    assert "           patient    Maria Example" in lines
    assert any("scripted: no model has read the document" in line for line in lines)
    assert lines[-1] == "Batch      [#####] 5 of 5 finished"
    assert len(lines) <= 15
