"""How a reader of the report calls a place of a document."""

from __future__ import annotations

from scripts.openapi.document import mapping
from scripts.spec_diff.document import Document

_SKIPPED = frozenset(["allOf", "anyOf", "oneOf", "schema", "content", "schemas", "components"])


def label(document: Document, pointer: str) -> str:
    """Such as `FileResponse.bytes`, `list_files: query skip` or `get_file: 200`."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    if parts[:2] == ["components", "schemas"] and len(parts) > 2:
        return parts[2] + _below(parts[3:])
    received = [op for op in document.received if _is_in(pointer, op.node.pointer)]
    if received:
        start = received[-1].node.pointer.count("/")
        return ": ".join(filter(None, (received[-1].id, _place(document, parts, start))))
    if parts[:1] == ["paths"] and len(parts) > 2:
        head = document.ids.get("/".join(pointer.split("/")[:4]), "")
        shared = parts[2] == "parameters"
        head = parts[1] if shared else head
        place = _place(document, parts, 2 if shared else 3)
        return ": ".join(filter(None, (head or f"{parts[2].upper()} {parts[1]}", place)))
    if parts[:1] == ["components"] and len(parts) > 2:
        place = _place(document, parts, 1)
        return f"{place} of components" if parts[1] == "parameters" else place
    return pointer or "the document"


def _is_in(pointer: str, outer: str) -> bool:
    return pointer == outer or pointer.startswith(f"{outer}/")


def _place(document: Document, parts: list[str], start: int) -> str:
    """A part of an operation: a parameter, the request, or a response."""
    inside = parts[start:]
    if not inside:
        return ""
    if inside[0] == "parameters" and len(inside) > 1:
        path = [int(part) if part.isdigit() else part for part in parts[: start + 2]]
        value = mapping(document.root.at(*path).value)
        return f"{value.get('in')} {value.get('name')}" + _below(inside[2:])
    if inside[0] == "requestBody":
        return "request" + _below(inside[1:])
    if inside[0] == "requestBodies" and len(inside) > 1:
        return f"{inside[1]} request" + _below(inside[2:])
    if inside[0] == "responses" and len(inside) > 1:
        return inside[1] + _below(inside[2:])
    return " ".join(inside)


def _below(parts: list[str]) -> str:
    """The way further down, from fields to fields."""
    text, left = "", list(parts)
    while left:
        part = left.pop(0)
        if part in ("properties", "headers") and left:
            text += f".{left.pop(0)}"
        elif part in ("items", "prefixItems"):
            text += "[]"
        elif part in ("additionalProperties", "patternProperties"):
            text += ".*"
        elif part == "content" and left:
            media = left.pop(0)
            text += "" if media == "application/json" else f" ({media})"
        elif part not in _SKIPPED and not part.isdigit():
            text += f" {part}"
    return text
