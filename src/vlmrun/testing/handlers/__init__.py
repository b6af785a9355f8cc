"""The operations that the stand-in server carries out: one module per resource of the contract.

A handler is named as its operation and listed in its module's `__all__`. It takes a `Call` and
returns the answer's JSON, or a `Response` where the answer is not JSON. It runs in a thread of its
own, so it may block.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any


def _found() -> Iterator[tuple[str, Callable[..., Any]]]:
    for info in pkgutil.iter_modules(__path__):
        module = import_module(f"{__name__}.{info.name}")
        for name in getattr(module, "__all__", ()):
            yield name, getattr(module, name)


HANDLERS: dict[str, Callable[..., Any]] = dict(_found())
