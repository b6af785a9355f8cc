"""The most memory that a process has had."""

from __future__ import annotations

import re
import resource
import sys
from pathlib import Path


def peak(pid: int | None = None) -> int:
    """The highest resident size so far, in bytes, of this process or (on Linux) of another.

    On Linux `ru_maxrss` starts at the size of the parent that forked, which would hide growth below
    that size; `VmHWM` starts at zero.
    """
    status = Path("/proc") / (str(pid) if pid else "self") / "status"
    if status.exists():
        found = re.search(r"VmHWM:\s*(\d+) kB", status.read_text())
        if found:
            return int(found[1]) * 1024
    if pid:
        raise NotImplementedError("Only Linux tells the peak of another process")
    usage = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return usage if sys.platform == "darwin" else usage * 1024
