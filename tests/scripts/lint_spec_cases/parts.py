"""What the cases are made of: pointers into the small contract, parts, and ways to change it."""

from __future__ import annotations

from typing import Any, NamedTuple

Change = dict[str, Any]

LIST = "/paths/~1v1~1things/get"
CREATE = "/paths/~1v1~1things/post"
ANSWER = f"{LIST}/responses/200"
JSON = "content/application~1json/schema"
SCHEMAS = "/components/schemas"
THING = f"{SCHEMAS}/Thing"
FIELD = f"{THING}/properties/field"

TEXT = {"type": "string"}
NULL = {"type": "null"}
OBJECT = {"type": "object", "description": "One.", "properties": {"a": TEXT}}
ENUM = {"type": "string", "description": "One.", "enum": ["a", "b"]}
OWNER = {"$ref": "#/components/schemas/Owner"}
EXTRA = {"$ref": "#/components/schemas/Extra"}
OTHER = {"$ref": "#/components/schemas/Other"}
FILE = {"type": "string", "format": "binary"}
ID_HEADER = {"name": "id", "in": "header", "schema": TEXT, "description": "Whose."}
FORM = f"{CREATE}/requestBody/content/multipart~1form-data/schema"
OPEN = {"type": "object", "additionalProperties": True}


class Case(NamedTuple):
    """A mistake: what is set at which pointer, and where it is found; then what mends it.

    `...` takes the value at a pointer away. Where nothing is to be set, to take the mistake back
    is to mend it.
    """

    rule: str
    mistake: Change
    found: str
    mended: Change


def parameter(**given: Any) -> Change:
    return {f"{LIST}/parameters": [{"in": "query", "description": "It.", "schema": TEXT, **given}]}


def body(content: Any) -> Change:
    return {f"{CREATE}/requestBody": {"required": True, "content": content}}


def form(field: Any) -> Change:
    """A request of one form, with one field."""
    extra = {"type": "object", "description": "A form.", "properties": {"field": field}}
    return {**body({"multipart/form-data": {"schema": EXTRA}}), f"{SCHEMAS}/Extra": extra}


def extra(schema: Any) -> Change:
    """A component that a field of a response refers to."""
    return {f"{SCHEMAS}/Extra": schema, FIELD: EXTRA}


def changed(document: dict[str, Any], change: Change) -> dict[str, Any]:
    """The document with values set, or taken away, at JSON pointers."""
    for pointer, value in change.items():
        *parents, last = (part.replace("~1", "/") for part in pointer.split("/")[1:])
        here = document
        for part in parents:
            here = here[part]
        if value is ...:
            del here[last]
        else:
            here[last] = value
    return document


def described(name: str, place: str = "query", **given: Any) -> dict[str, Any]:
    return {"name": name, "in": place, "schema": TEXT, "description": "It.", **given}
