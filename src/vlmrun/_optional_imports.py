"""Packages that are not dependencies: imported when used, with an error that names the extra."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from vlmrun.errors import DependencyError


def require(module: str, extra: str, what: str) -> Any:
    """The module, imported.

    Args:
        module: Its name, such as "PIL.Image".
        extra: The extra of this package that installs it.
        what: What needs it, for the message.

    Raises:
        DependencyError: It is not installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        missing = error.name or module
        raise DependencyError(
            f"{what} needs {missing.partition('.')[0]}",
            suggestion=f"pip install 'vlmrun[{extra}]'",
        ) from error
