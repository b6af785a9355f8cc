"""Handlers of the operations: one module per resource of the contract.

A handler has the name of its operation and is listed in the `__all__` of its module. It takes a
`HandlerRequest` and returns the JSON of the response, or a `Response` if that is not JSON. It runs
in a worker thread, so it may block.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any


def _find_handlers() -> Iterator[tuple[str, Callable[..., Any]]]:
    for info in pkgutil.iter_modules(__path__):
        module = import_module(f"{__name__}.{info.name}")
        for name in getattr(module, "__all__", ()):
            yield name, getattr(module, name)


HANDLERS: dict[str, Callable[..., Any]] = dict(_find_handlers())
