"""Functions that import an optional package, under the import path of the official SDK.

Each function returns the package, or raises a `DependencyError` with the extra to install.
"""

from __future__ import annotations

from typing import Any

from vlmrun._optional_imports import import_optional

__all__ = [
    "require_cv2",
    "require_ipython_html",
    "require_numpy",
    "require_openai",
    "require_pandas",
    "require_pypdfium2",
    "require_websockets",
]


def require_cv2() -> Any:
    """Import and return the module `cv2` (extra `video`)."""
    return import_optional("cv2", "video", "Reading and writing videos")


def require_ipython_html() -> Any:
    """Import and return the class `IPython.display.HTML` (extra `viz`)."""
    return import_optional("IPython.display", "viz", "Showing results in a notebook").HTML


def require_numpy() -> Any:
    """Import and return the module `numpy` (extra `video`)."""
    return import_optional("numpy", "video", "A frame of a video")


def require_openai() -> Any:
    """Import and return the module `openai` (extra `openai`)."""
    return import_optional("openai", "openai", "Chat")


def require_pandas() -> Any:
    """Import and return the module `pandas` (extra `pandas`)."""
    return import_optional("pandas", "pandas", "A data frame")


def require_pypdfium2() -> Any:
    """Import and return the module `pypdfium2` (extra `pdf`)."""
    return import_optional("pypdfium2", "pdf", "Rendering a PDF")


def require_websockets() -> Any:
    """Import and return the module `websockets` (extra `ws`)."""
    return import_optional("websockets", "ws", "A stream over a WebSocket")
