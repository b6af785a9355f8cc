"""`spec_diff`: equivalent ways to write a document are not reported."""

from __future__ import annotations

from typing import Any

import pytest

from scripts.spec_diff.spec import Spec
from scripts.spec_diff.wire_level import compare_specs
from tests.scripts.diff_documents import (
    S,
    asking,
    changes,
    document,
    obj,
    operation,
    receiving,
    ref,
    sending,
)

REF = ref("Thing")
THING = obj("id", id=S, of=REF)

SAME: dict[str, tuple[Any, Any]] = {
    "keys in another order": (
        {"type": "object", "properties": {"a": S, "b": S}, "required": ["a", "b"]},
        {"required": ["b", "a"], "properties": {"b": S, "a": S}, "type": "object"},
    ),
    "nullable of 3.0 and of 3.1": ({**S, "nullable": True}, {"type": ["string", "null"]}),
    "null as an alternative": (
        {"type": ["string", "null"]},
        {"anyOf": [S, {"type": "null"}]},
    ),
    "null as one of": ({"oneOf": [{"type": "null"}, REF]}, {"anyOf": [REF, {"type": "null"}]}),
    "all of one": (REF, {"allOf": [REF]}),
    "all of one, and null": (
        {"allOf": [REF], "nullable": True},
        {"anyOf": [REF, {"type": "null"}]},
    ),
    "any of one": ({"anyOf": [S]}, S),
    "titles by FastAPI": (
        {"type": "object", "properties": {"some_id": S}},
        {"type": "object", "title": "Some", "properties": {"some_id": {**S, "title": "Some Id"}}},
    ),
    "in place, and by reference": (THING, REF),
    "types in a list, or as alternatives": (
        {"type": ["integer", "string"]},
        {"anyOf": [S, {"type": "integer"}]},
    ),
    "one value": ({"enum": ["a"], **S}, {"const": "a", **S}),
    "an open enum": ({"anyOf": [{**S, "enum": ["a"]}, S]}, {"anyOf": [S, {**S, "enum": ["a"]}]}),
    "merged by hand": (
        {"allOf": [{"type": "object", "properties": {"a": S}}, {"required": ["a"]}]},
        {"type": "object", "properties": {"a": S}, "required": ["a"]},
    ),
    "bounds of 3.0": (
        {"type": "number", "minimum": 1, "exclusiveMinimum": True},
        {"type": "number", "exclusiveMinimum": 1},
    ),
    "constraints without effect": (
        {**S, "minLength": 0, "pattern": ".*"},
        S,
    ),
    "binary content of 3.0 and of 3.1": (
        {**S, "format": "binary"},
        {**S, "contentMediaType": "application/octet-stream"},
    ),
    "base64 of 3.0 and of 3.1": ({**S, "format": "byte"}, {**S, "contentEncoding": "base64"}),
    "any items": ({"type": "array"}, {"type": "array", "items": {"description": "Anything."}}),
    "additional fields, by default and explicitly": (
        {"type": "object", "properties": {"a": S}},
        {"type": "object", "properties": {"a": S}, "additionalProperties": True},
    ),
}


@pytest.mark.parametrize(("old", "new"), SAME.values(), ids=SAME)
def test_on_the_wire_it_is_the_same(old: Any, new: Any) -> None:
    for side in (sending, receiving):
        for before, after in ((old, new), (new, old)):
            found = changes(
                side(before, schemas={"Thing": THING}), side(after, schemas={"Thing": THING})
            )
            assert found == [], [change.text for change in found]


def test_documentation_is_counted_and_nothing_else() -> None:
    fields = {"description": S, "example": S}
    old = receiving({"type": "object", "properties": fields}, tags=[{"name": "a"}])
    described = {"description": {**S, "description": "A string."}, "example": {**S, "example": "x"}}
    new = receiving(
        {"type": "object", "title": "T", "properties": described, "examples": [{}]},
        tags=[{"name": "a", "description": "Things."}],
    )
    new["info"] = {**new["info"], "version": "2"}
    compared = compare_specs(Spec(old, "old"), Spec(new, "new"))
    assert list(compared.changes) == []
    assert compared.documentation == 6


def test_a_parameter_of_the_path_or_by_reference() -> None:
    declared = {"name": "p", "in": "query", "schema": S}
    inline = document(paths={"/a": {"get": operation(parameters=[declared])}})
    on_path = document(paths={"/a": {"parameters": [declared], "get": operation()}})
    shared = document(
        paths={"/a": {"get": operation(parameters=[{"$ref": "#/components/parameters/P"}])}}
    )
    shared["components"]["parameters"] = {"P": declared}
    for old, new in ((inline, on_path), (on_path, shared), (shared, inline)):
        assert changes(old, new) == []


def test_names_that_are_not_sent() -> None:
    headers = [asking({"in": "header", "name": name}) for name in ("X-Tenant", "x-tenant")]
    assert [each.kind for each in changes(*headers)] == []


def test_a_response_by_reference() -> None:
    inline = document(operation(responses={"200": {"description": "Fine."}}))
    shared = document(operation(responses={"200": {"$ref": "#/components/responses/Ok"}}))
    shared["components"]["responses"] = {"Ok": {"description": "Fine."}}
    assert changes(inline, shared) == []
