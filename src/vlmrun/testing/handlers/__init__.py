"""The operations that the stand-in server carries out: one module per resource of the contract.

A handler is named as its operation, takes a `Call` and returns the answer's JSON. It runs in a
thread of its own, so it may block.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vlmrun.testing.handlers import agents, executions, files, models, predictions, skills

HANDLERS: dict[str, Callable[..., Any]] = {
    name: getattr(module, name)
    for module in (agents, executions, files, models, predictions, skills)
    for name in module.__all__
}
