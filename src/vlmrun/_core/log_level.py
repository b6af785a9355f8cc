"""`VLMRUN_LOG`: what the logger of this package writes to stderr."""

from __future__ import annotations

import os

from vlmrun._messages import short_repr
from vlmrun.errors import ConfigurationError

VARIABLE = "VLMRUN_LOG"
_LEVELS = ("debug", "info", "warning", "error")

# Set on the handler, so that further clients do not add another one.
_NAME = "vlmrun-log"


def configure_logging() -> None:
    """Configure the logger `vlmrun` as `VLMRUN_LOG` says; without it, change nothing.

    Raises:
        ConfigurationError: The variable has another value than a level.
    """
    level = os.environ.get(VARIABLE)
    if not level:
        return
    if level.lower() not in _LEVELS:
        raise ConfigurationError(
            f"{VARIABLE} must be one of {', '.join(_LEVELS)}, got {short_repr(level)}"
        )
    import logging

    logger = logging.getLogger("vlmrun")
    logger.setLevel(level.upper())
    if any(handler.name == _NAME for handler in logger.handlers):
        return
    handler = logging.StreamHandler()
    handler.name = _NAME
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger.addHandler(handler)
    # The handlers of the application would write each line a second time.
    logger.propagate = False
