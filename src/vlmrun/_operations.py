"""The operations of the API, and the methods of the client that send them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple

from vlmrun._contract import METHODS, load_document
from vlmrun._core.cost_classes import CostClass, cost_class
from vlmrun._index.resources_sync import Resources
from vlmrun._sync.client import VLMRun

# This extension of openapi.yaml says why an operation has no method; `client.low_level` sends it.
_LOW_LEVEL_ONLY = "x-low-level-only"


class Operation(NamedTuple):
    """An operation of the API, and the methods that send it.

    Attributes:
        id: Its operationId, such as "execute_agent".
        method: Its HTTP method, such as "POST".
        path: Its path below the base URL.
        calls: The methods that send it, as attributes of a client, such as ("agent.execute",).
        reason: Why there is no method for it; None if there is one.
        cost: "free" if it only reads, "stores" if it creates or changes something, "deletes", or
            "paid" if it starts a job or calls a model.
    """

    id: str
    method: str
    path: str
    calls: tuple[str, ...]
    reason: str | None
    cost: CostClass


def operations() -> tuple[Operation, ...]:
    """List all operations of the API, in the order of openapi.yaml.

    Example:
        >>> import vlmrun
        >>> next(each.calls for each in vlmrun.operations() if each.id == "execute_agent")
        ('agent.execute',)
    """
    calls: dict[str, list[str]] = {}
    for id, call in _calls():
        calls.setdefault(id, []).append(call)
    return tuple(
        Operation(id, method, path, tuple(calls.get(id, ())), reason, cost_class(id, method))
        for id, method, path, reason in _in_contract()
    )


def _calls() -> Iterator[tuple[str, str]]:
    yield from VLMRun._operations.items()
    client = VLMRun("unused")
    for name, member in vars(Resources).items():
        if isinstance(member, cached_property):
            yield from _calls_of(getattr(client, name), name)


def _calls_of(resource: Any, name: str) -> Iterator[tuple[str, str]]:
    for id, method in getattr(resource, "_operations", {}).items():
        yield id, f"{name}.{method}"
    for nested in getattr(resource, "_resources", ()):
        yield from _calls_of(getattr(resource, nested), f"{name}.{nested}")


def _in_contract() -> Iterator[tuple[str, str, str, str | None]]:
    for path, item in load_document()["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                reason = operation.get(_LOW_LEVEL_ONLY)
                yield operation["operationId"], method.upper(), path, reason
