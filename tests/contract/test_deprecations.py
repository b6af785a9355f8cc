"""Tests that calls of what the contract deprecates raise a `DeprecationWarning`."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Iterator
from functools import reduce
from typing import Any

import vlmrun
from tests.contract.test_fields import PAIRS
from vlmrun._contract import METHODS, load_document
from vlmrun.testing.contract.openapi import Contract
from vlmrun.types._fields import field_names

DOCUMENT = load_document()

# Deprecated in the contract, and yet used by the documentation of VLM Run.
WAIVED = {"types.AgentSkill.bundle", "client.skills.get(version=)"}


def unmarked(document: dict[str, Any]) -> set[str]:
    """Return the names that a document deprecates without a warning in vlmrun."""
    contract = Contract(document)
    calls = {each.id: each.calls for each in vlmrun.operations()}
    nodes = [
        (item, item[method])
        for item in document["paths"].values()
        for method in METHODS & item.keys()
    ]
    found = set(_fields(contract))
    for item, node in nodes:
        for call in calls[node["operationId"]]:
            found |= set(_of_call(contract, item, node, call))
    return found


def _method(call: str) -> Any:
    return reduce(getattr, call.split("."), vlmrun.VLMRun("key"))


def _of_call(contract: Contract, item: Any, node: Any, call: str) -> Iterator[str]:
    method = _method(call)
    if node.get("deprecated") and not hasattr(method, "__deprecated__"):
        yield f"client.{call}"
    parameters = [*item.get("parameters", ()), *node.get("parameters", ())]
    resolved = [contract.resolve(each, "")[0] for each in parameters]
    names = {each["name"] for each in resolved if each.get("deprecated")}
    body = contract.operations[node["operationId"]].body
    names |= _deprecated(contract, {"$ref": f"#{body.pointer}"}) if body else set()
    arguments = names & inspect.signature(method).parameters.keys()
    for name in arguments - getattr(method, "__deprecated_arguments__", {}).keys():
        yield f"client.{call}({name}=)"


def _fields(contract: Contract) -> Iterator[str]:
    for public, model in PAIRS.items():
        schema = contract.document["components"]["schemas"].get(model.__name__, {})
        own = set(field_names(public))
        for name in (_deprecated(contract, schema) & own) - public._deprecated.keys():
            yield f"types.{public.__name__}.{name}"


def _deprecated(contract: Contract, schema: Any) -> set[str]:
    """The deprecated fields of an object."""
    schema, _ = contract.resolve(schema, "")
    own = {
        name
        for name, field in schema.get("properties", {}).items()
        if contract.resolve(field, "")[0].get("deprecated") or field.get("deprecated")
    }
    return own.union(*(_deprecated(contract, part) for part in schema.get("allOf", ())))


def _all_fields(schemas: Any) -> Iterator[dict[str, Any]]:
    for schema in schemas.values():
        yield from schema.get("properties", {}).values()
        yield from _all_fields(dict(enumerate(schema.get("allOf", ()))))


def test_what_is_deprecated_warns() -> None:
    assert unmarked(DOCUMENT) == WAIVED, "Mark it: see docs/maintaining.md, section 4"


def test_everything_that_becomes_deprecated_has_to_be_marked() -> None:
    document = copy.deepcopy(DOCUMENT)
    parts = document["components"]
    for item in document["paths"].values():
        for node in (item[method] for method in METHODS if method in item):
            node["deprecated"] = True
            for parameter in node.get("parameters", ()):
                parameter["deprecated"] = True
    for each in (*parts["parameters"].values(), *_all_fields(parts["schemas"])):
        each["deprecated"] = True
    found = unmarked(document)
    calls = {call for each in vlmrun.operations() for call in each.calls}
    marked = {call for call in calls if hasattr(_method(call), "__deprecated__")}
    assert {f"client.{call}" for call in calls - marked} <= found
    fields = {
        f"types.{cls.__name__}.{each}"
        for cls in PAIRS
        for each in field_names(cls)
        if each not in cls._deprecated
    }
    # `response_model` is sent as `json_schema`.
    assert {each for each in fields if not each.endswith("response_model")} <= found
    assert "client.files.list(limit=)" in found
