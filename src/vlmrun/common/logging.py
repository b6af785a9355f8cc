"""The logger of this package. Handlers and levels are left to the application."""

import logging

__all__ = ["logger"]

logger = logging.getLogger("vlmrun")
