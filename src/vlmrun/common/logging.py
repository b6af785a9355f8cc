"""This package's logger. Handlers and levels are the application's to set: none is touched here."""

import logging

__all__ = ["logger"]

logger = logging.getLogger("vlmrun")
