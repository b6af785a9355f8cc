"""Which operations and methods the tests' calls really send and run: measured, not claimed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import partial, reduce
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

_ROOT = Path(__file__).resolve().parents[2]
_TWINS = {"sync": "SyncTwin", "async": "AsyncTwin"}


class Measured(NamedTuple):
    """What a twin did when the tests' call of an operation was made.

    Attributes:
        statuses: Those of the requests with this operationId, the oldest first.
        ran: Which of the operation's methods ran, such as "agent.execute".
        error: What the call raised; None if it returned.
    """

    statuses: tuple[int | None, ...] = ()
    ran: frozenset[str] = frozenset()
    error: str | None = None

    @property
    def succeeded(self) -> bool:
        """Whether the call returned and the operation was answered with success."""
        last = self.statuses[-1] if self.statuses else None
        return self.error is None and last is not None and last < 300


def calls_of_tests() -> dict[str, Any]:
    """The calls that the modules of tests/client list in `CALLS`, by operationId.

    Raises:
        Exception: A module of tests cannot be imported, or two have the same operation.
    """
    if str(_ROOT) not in sys.path:
        sys.path.insert(0, str(_ROOT))
    found: dict[str, Any] = import_module("tests.stock").all_calls()
    return found


def measure(operation: str, methods: Iterable[str], call: Any) -> dict[str, Measured]:
    """Make a call of the tests on both twins, each against a stand-in server of its own.

    Args:
        operation: The operationId.
        methods: The methods that send it, as attributes of a client: "agent.execute".
        call: A value of `CALLS`, see tests/stock.py.

    Returns:
        What happened, under "sync" and "async".
    """
    twins = import_module("tests.twins")
    return {
        kind: _measure(getattr(twins, name)(), operation, methods, call)
        for kind, name in _TWINS.items()
    }


def _measure(twin: Any, operation: str, methods: Iterable[str], call: Any) -> Measured:
    ran: set[str] = set()

    def watch(client: Any) -> None:
        for method in methods:
            *path, name = method.split(".")
            owner = reduce(getattr, path, client)
            setattr(owner, name, _noting(getattr(owner, name), partial(ran.add, method)))

    try:
        requests = import_module("tests.stock").sent(twin, call, watch)
    except Exception as error:
        reason = str(error).partition("\n")[0]
        return Measured(ran=frozenset(ran), error=f"{type(error).__name__}: {reason}")
    statuses = tuple(each.status for each in requests if each.operation == operation)
    return Measured(statuses, frozenset(ran))


def _noting(method: Any, note: Callable[[], object]) -> Any:
    def noted(*args: Any, **kwargs: Any) -> Any:
        note()
        return method(*args, **kwargs)

    return noted
