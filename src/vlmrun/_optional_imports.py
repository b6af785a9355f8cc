"""Imports of packages that only an extra installs."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from vlmrun._environment_variables import check_certificate_files
from vlmrun.errors import DependencyError

# They create a TLS context when they are imported; openai does if aiohttp is installed.
_WITH_TLS_CONTEXT = ("aiohttp", "openai")


def import_optional(module: str, extra: str, feature: str) -> Any:
    """Import a module that is not among the package's dependencies.

    Args:
        module: The name of the module, such as "PIL.Image".
        extra: The extra of this package that installs it.
        feature: What needs the module, for the error message.

    Raises:
        DependencyError: The module is not installed; the message says how to install it.
        ConfigurationError: It creates a TLS context, for which the environment names a file that
            cannot be used.
    """
    if module in _WITH_TLS_CONTEXT:
        check_certificate_files()
    try:
        return import_module(module)
    except ImportError as error:
        missing = error.name or module
        raise DependencyError(
            f"{feature} needs {missing.partition('.')[0]}",
            suggestion=f"pip install 'vlmrun[{extra}]'",
        ) from error
    except OSError as error:  # of a TLS context, as aiohttp creates it, or of a shared library
        raise DependencyError(
            f"{feature} needs {module}, which cannot be imported: {error}"
        ) from error
