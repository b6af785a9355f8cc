"""Warnings that point at the line of the caller, outside of this package."""

from __future__ import annotations

import sys
import warnings
from types import FrameType


def warn_caller(message: str, category: type[Warning]) -> None:
    """Issue a warning with the line that called this package."""
    # Python 3.12 has `skip_file_prefixes` for this: https://docs.python.org/3/library/warnings.html
    level, frame = 1, sys._getframe(0)
    while frame.f_back is not None and is_internal(frame):
        level, frame = level + 1, frame.f_back
    warnings.warn(message, category, stacklevel=level)


def is_internal(frame: FrameType) -> bool:
    """Return whether code is of this package, or one of the methods that attrs generates."""
    package = str(frame.f_globals.get("__name__")).partition(".")[0]
    return package in ("vlmrun", "attr") or frame.f_code.co_filename.startswith("<attrs ")
