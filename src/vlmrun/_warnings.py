"""Warnings that point at the line of the caller, outside of this package."""

from __future__ import annotations

import os
import sys
import warnings

_PACKAGE = os.path.dirname(__file__) + os.sep


def warn_caller(message: str, category: type[Warning]) -> None:
    """Issue a warning with the line that called this package."""
    # Python 3.12 has `skip_file_prefixes` for this: https://docs.python.org/3/library/warnings.html
    frame, level = sys._getframe(1), 2
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame, level = frame.f_back, level + 1
    warnings.warn(message, category, stacklevel=level)
