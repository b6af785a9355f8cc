"""The import path of the command line in the official SDK."""

from vlmrun.cli import main as main
from vlmrun.cli.application import app as app

__all__ = ["app", "main"]
