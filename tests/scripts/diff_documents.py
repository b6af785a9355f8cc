"""Small OpenAPI documents, for the tests of `spec_diff` above all."""

from __future__ import annotations

from typing import Any

from scripts.spec_diff.change import LOW_LEVEL, WIRE, Change
from scripts.spec_diff.wire_level import compare

S, I, N = {"type": "string"}, {"type": "integer"}, {"type": "number"}  # noqa: E741


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def obj(*required: str, **fields: Any) -> dict[str, Any]:
    """An object with these fields, some of them required."""
    return {"type": "object", "properties": fields, "required": list(required)}


def names(variants: list[dict[str, Any]]) -> list[str]:
    """The names of the components that a union refers to; empty for its other variants."""
    return [each.get("$ref", "").rpartition("/")[2] for each in variants]


def content(schema: Any, media: str = "application/json") -> dict[str, Any]:
    return {"content": {media: {"schema": schema}}}


def operation(**parts: Any) -> dict[str, Any]:
    """An operation, by default with the id `do_it`."""
    standard = {"operationId": "do_it", "tags": ["things"], "responses": {"204": {}}}
    return {**standard, **parts}


def document(
    item: dict[str, Any] | None = None,
    schemas: dict[str, Any] | None = None,
    paths: dict[str, Any] | None = None,
    version: str = "3.1.0",
    **parts: Any,
) -> dict[str, Any]:
    """A document with `POST /things` as the operation, or with other paths."""
    return {
        "openapi": version,
        "info": {"title": "Small", "version": "1"},
        "paths": paths if paths is not None else {"/things": {"post": item or operation()}},
        "components": {"schemas": schemas or {}},
        **parts,
    }


def sending(schema: Any, **parts: Any) -> dict[str, Any]:
    """A document whose operation accepts a body with this schema."""
    return document(operation(requestBody={"required": True, **content(schema)}), **parts)


def receiving(schema: Any, **parts: Any) -> dict[str, Any]:
    """A document whose operation returns a body with this schema."""
    return document(operation(responses={"200": content(schema)}), **parts)


def asking(parameter: dict[str, Any], **parts: Any) -> dict[str, Any]:
    """A document whose operation has one parameter, by default in the query."""
    declared = {"name": "p", "in": "query", "schema": {"type": "string"}, **parameter}
    return document(operation(parameters=[declared]), **parts)


def changes(old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    """The differences of two documents, without those of the packages that they are used for."""
    return compare(old, new)


def kinds(found: list[Change]) -> list[str]:
    return sorted({change.kind for change in found})


def on_wire(found: list[Change]) -> set[str]:
    """The kinds of the changes that break on the wire."""
    return {change.kind for change in found if WIRE in change.reasons}


def marked(found: list[Change]) -> str:
    """The kinds of the changes, those that break on the wire with a mark."""
    breaking = on_wire(found)
    return " ".join(f"!{kind}" if kind in breaking else kind for kind in kinds(found))


def low_level(found: list[Change]) -> set[str]:
    """The reasons why something breaks in the low-level package."""
    return {reason for change in found for reason in change.reasons.get(LOW_LEVEL, [])}
