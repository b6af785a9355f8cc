"""The peak memory of a process."""

from __future__ import annotations

import re
import resource
import sys
from pathlib import Path


def peak(pid: int | None = None) -> int:
    """Return the peak resident set size in bytes of this process or, on Linux, of another one.

    Args:
        pid: The id of the other process.

    Raises:
        NotImplementedError: The platform does not provide it for another process.
    """
    # On Linux, ru_maxrss starts at the size of the parent process at its fork, which would hide
    # growth below that size, while VmHWM starts at zero.
    status = Path("/proc") / (str(pid) if pid else "self") / "status"
    if status.exists():
        found = re.search(r"VmHWM:\s*(\d+) kB", status.read_text())
        if found:
            return int(found[1]) * 1024
    if pid:
        raise NotImplementedError("The peak memory of another process is only available on Linux")
    usage = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return usage if sys.platform == "darwin" else usage * 1024
