"""Ctrl-C at any time leaves no lock locked, for which other threads would wait forever."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="Windows has no timers")
def test_no_lock_is_locked_after_ctrl_c() -> None:
    # Without coverage, whose own lock would be left locked.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COVERAGE")}
    done = subprocess.run(
        [sys.executable, "-m", "tests.core.interrupt_locks"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stderr, done.stdout) == ("", "done\n")
