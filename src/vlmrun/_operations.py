"""Which call of the client sends which operation of the contract."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple

from vlmrun._contract import METHODS, load_document
from vlmrun._index.resources_sync import Resources
from vlmrun._sync.client import VLMRun

# By which the contract says why an operation has no call of its own; `client.low_level` sends it.
_LOW_LEVEL_ONLY = "x-low-level-only"


class Operation(NamedTuple):
    """An operation of the contract, and what sends it.

    Attributes:
        id: Its operationId, such as "execute_agent".
        method: Its HTTP method, such as "POST".
        path: Its path below the base URL.
        calls: The calls that send it, such as ("agent.execute",), as attributes of a client.
        reason: Why it has no call of its own; None where it has.
    """

    id: str
    method: str
    path: str
    calls: tuple[str, ...]
    reason: str | None


def operations() -> tuple[Operation, ...]:
    """All operations of the contract, in its order.

    Example:
        >>> import vlmrun
        >>> next(each.calls for each in vlmrun.operations() if each.id == "execute_agent")
        ('agent.execute',)
    """
    calls: dict[str, list[str]] = {}
    for id, call in _calls():
        calls.setdefault(id, []).append(call)
    return tuple(
        Operation(id, method, path, tuple(calls.get(id, ())), reason)
        for id, method, path, reason in _in_contract()
    )


def _calls() -> Iterator[tuple[str, str]]:
    yield from VLMRun._operations.items()
    client = VLMRun("unused")
    for name, member in vars(Resources).items():
        if isinstance(member, cached_property):
            resource: Any = getattr(client, name)
            for id, method in getattr(resource, "operations", {}).items():
                yield id, f"{name}.{method}"


def _in_contract() -> Iterator[tuple[str, str, str, str | None]]:
    for path, item in load_document()["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                reason = operation.get(_LOW_LEVEL_ONLY)
                yield operation["operationId"], method.upper(), path, reason
