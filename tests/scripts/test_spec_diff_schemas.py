"""`spec_diff`: each change of a schema, in a request and in a response."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from tests.scripts.diff_documents import (
    I,
    N,
    S,
    changes,
    kinds,
    obj,
    on_wire,
    receiving,
    ref,
    sending,
)


class Case(NamedTuple):
    """A change, its kind, and whether it breaks on the wire in a request or in a response."""

    old: Any
    new: Any
    kind: str
    request: bool
    response: bool


AB = {"type": "string", "enum": ["a", "b"]}
ABC = {"type": "string", "enum": ["a", "b", "c"]}
X = obj("kind", kind={"const": "x"}, a=S)
Y = obj("kind", kind={"const": "y"}, b=S)
OPEN, CLOSED = obj(a=S), {**obj(a=S), "additionalProperties": False}
MAP = {"type": "object", "additionalProperties": S}

CASES = {
    "optional field added": Case(obj(a=S), obj(a=S, b=S), "field-added", False, False),
    "required field added": Case(obj(a=S), obj("b", a=S, b=S), "required-field-added", True, False),
    "optional field removed": Case(obj(a=S, b=S), obj(a=S), "field-removed", True, False),
    "required field removed": Case(obj("b", a=S, b=S), obj(a=S), "field-removed", True, True),
    "became required": Case(obj(a=S), obj("a", a=S), "field-became-required", True, False),
    "became optional": Case(obj("a", a=S), obj(a=S), "field-became-optional", False, True),
    "undescribed required": Case(obj(a=S), obj("z", a=S), "field-became-required", True, False),
    "other type": Case(obj(a=S), obj(a=I), "type-changed", True, True),
    "wider number": Case(obj(a=I), obj(a=N), "type-changed", False, True),
    "narrower number": Case(obj(a=N), obj(a=I), "type-changed", True, False),
    "anything": Case(obj(a=S), obj(a={}), "type-changed", False, True),
    "no longer anything": Case(obj(a={}), obj(a=S), "type-changed", True, False),
    "null added": Case(S, {"type": ["string", "null"]}, "nullable-added", False, True),
    "null removed": Case({"type": ["string", "null"]}, S, "nullable-removed", True, False),
    "enum value added": Case(AB, ABC, "enum-value-added", False, False),
    "enum value removed": Case(ABC, AB, "enum-value-removed", True, False),
    "enum introduced": Case(S, AB, "enum-introduced", True, False),
    "enum dropped": Case(AB, S, "enum-dropped", False, False),
    "const": Case({"const": "a"}, {"const": "b"}, "const-changed", True, True),
    "format introduced": Case(S, {**S, "format": "date"}, "format-changed", True, False),
    "format dropped": Case({**S, "format": "date"}, S, "format-changed", False, True),
    "wider format": Case(
        {**I, "format": "int32"}, {**I, "format": "int64"}, "format-changed", False, True
    ),
    "longer": Case({**S, "maxLength": 3}, {**S, "maxLength": 5}, "maxLength-changed", False, True),
    "shorter": Case({**S, "maxLength": 5}, {**S, "maxLength": 3}, "maxLength-changed", True, False),
    "at least": Case(S, {**S, "minLength": 2}, "minLength-changed", True, False),
    "maximum": Case(I, {**I, "maximum": 9}, "maximum-changed", True, False),
    "minimum": Case({**I, "minimum": 5}, {**I, "minimum": 1}, "minimum-changed", False, True),
    "exclusive bound": Case(
        {**N, "minimum": 1}, {**N, "exclusiveMinimum": 1}, "minimum-changed", True, False
    ),
    "multiples": Case(
        {**I, "multipleOf": 4}, {**I, "multipleOf": 2}, "multipleOf-changed", False, True
    ),
    "pattern introduced": Case(S, {**S, "pattern": "^a"}, "pattern-changed", True, False),
    "pattern dropped": Case({**S, "pattern": "^a"}, S, "pattern-changed", False, False),
    "unique items": Case(
        {"type": "array", "items": S},
        {"type": "array", "items": S, "uniqueItems": True},
        "uniqueItems-changed",
        True,
        False,
    ),
    "items": Case(
        {"type": "array", "items": S}, {"type": "array", "items": I}, "type-changed", True, True
    ),
    "closed": Case(OPEN, CLOSED, "additional-properties-changed", True, False),
    "opened": Case(CLOSED, OPEN, "additional-properties-changed", False, False),
    "values of a map": Case(MAP, {**MAP, "additionalProperties": I}, "type-changed", True, True),
    "map of anything": Case(MAP, {"type": "object"}, "additional-properties-changed", False, True),
    "alternative added": Case({"anyOf": [X]}, {"anyOf": [X, Y]}, "alternative-added", False, True),
    "alternative removed": Case(
        {"oneOf": [X, Y]}, {"oneOf": [X]}, "alternative-removed", True, False
    ),
    "alternative that another one covers": Case(
        {"anyOf": [N, S]}, {"anyOf": [N, S, {**I, "minimum": 3}]}, "", False, False
    ),
    "inside an alternative": Case(
        {"oneOf": [X, Y]},
        {"oneOf": [obj("kind", "a", kind={"const": "x"}, a=S), Y]},
        "field-became-required",
        True,
        False,
    ),
    "part of all": Case(
        {"allOf": [obj(a=S), obj(b=S)]},
        {"allOf": [obj(a=S), obj("b", b=S)]},
        "field-became-required",
        True,
        False,
    ),
    "default": Case(obj(a=S), obj(a={**S, "default": "x"}), "default-changed", False, False),
    "deprecated": Case(
        obj(a=S), obj(a={**S, "deprecated": True}), "deprecation-changed", False, False
    ),
    "discriminator": Case(
        {"oneOf": [X, Y], "discriminator": {"propertyName": "kind"}},
        {"oneOf": [X, Y], "discriminator": {"propertyName": "sort"}},
        "discriminator-changed",
        True,
        True,
    ),
    "media type of a string": Case(
        {**S, "format": "binary"},
        {**S, "contentMediaType": "image/png"},
        "contentMediaType-changed",
        False,
        False,
    ),
    "no longer base64": Case({**S, "contentEncoding": "base64"}, S, "format-changed", False, True),
    "keyword that is compared as a whole": Case(
        S, {**S, "not": {"const": "x"}}, "not-changed", True, False
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_change(case: Case) -> None:
    for side, is_breaking in ((sending, case.request), (receiving, case.response)):
        found = changes(side(case.old), side(case.new))
        assert kinds(found) == ([case.kind] if case.kind else [])
        assert bool(on_wire(found)) is is_breaking


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_named_schema_is_compared_once_wherever_it_is_used(case: Case) -> None:
    named = [
        {
            **sending(ref("Thing"), schemas={"Thing": schema}),
            "webhooks": {},
        }
        for schema in (case.old, case.new)
    ]
    for each in named:
        again = {**each["paths"]["/things"]["post"], "operationId": "again"}
        each["paths"]["/again"] = {"post": again}
    found = changes(*named)
    assert kinds(found) == ([case.kind] if case.kind else [])
    assert bool(on_wire(found)) is case.request
    assert all(change.operations == ["again", "do_it"] for change in found if change.reached)


def test_a_field_that_was_probably_renamed() -> None:
    found = changes(sending(obj(file_name=S, size=I)), sending(obj(filename=S, length=I)))
    assert {each.subject.rpartition(".")[2]: each.text for each in found} == {
        "file_name": "the field was removed; a guess: it is filename now",
        "filename": "new field (string); a guess: it was file_name",
        "size": "the field was removed",
        "length": "new field (integer)",
    }


def test_a_field_for_responses_only_does_not_bind_requests() -> None:
    old, new = obj(a=S), obj("b", a=S, b={**S, "readOnly": True})
    assert on_wire(changes(sending(old), sending(new))) == set()
    removed = changes(sending(obj(b={**S, "readOnly": True})), sending(obj()))
    assert on_wire(removed) == set()


def test_a_field_for_requests_only_does_not_bind_responses() -> None:
    secret = {**S, "writeOnly": True}
    found = changes(receiving(obj("b", b=secret)), receiving(obj(b=secret)))
    assert (kinds(found), on_wire(found)) == (["field-became-optional"], set())


def test_a_pattern_of_a_field_for_responses_only_breaks_nothing() -> None:
    old, new = ({**S, "readOnly": True, "pattern": text} for text in ("^a", "^b"))
    for side in (sending, receiving):
        found = changes(side(obj(a=old)), side(obj(a=new)))
        assert (kinds(found), on_wire(found)) == (["pattern-changed"], set())


def test_becoming_read_only_breaks_requests() -> None:
    new = obj(a={**S, "readOnly": True})
    assert on_wire(changes(sending(obj(a=S)), sending(new))) == {"readOnly-changed"}
    assert on_wire(changes(receiving(obj(a=S)), receiving(new))) == set()


def test_another_named_schema_is_one_change() -> None:
    schemas = {"A": obj("a", a=S), "B": obj("a", "b", a=S, b=I)}
    found = changes(*(sending(ref(name), schemas=schemas) for name in "AB"))
    assert [(change.kind, change.subject) for change in found] == [
        ("reference-changed", "do_it: request")
    ]
    assert "A → B (B.b: new required field (integer))" in found[0].text
    assert on_wire(found) == {"reference-changed"}


def test_a_named_schema_of_another_type() -> None:
    (change,) = changes(*(sending(ref("A"), schemas={"A": each}) for each in (S, obj(a=S))))
    assert (change.subject, change.text) == ("A", "string → object")


def test_a_schema_that_contains_itself() -> None:
    def tree(**more: Any) -> dict[str, Any]:
        node = obj(below={"type": "array", "items": ref("Tree")}, other=ref("Tree"), **more)
        return sending(ref("Tree"), schemas={"Tree": node})

    assert changes(tree(), tree()) == []
    assert kinds(changes(tree(), tree(name=S))) == ["field-added"]


def test_a_parent_whose_alternatives_are_its_children() -> None:
    def pets(**more: Any) -> dict[str, Any]:
        schemas = {
            "Pet": {"type": "object", "oneOf": [ref("Cat"), ref("Dog")]},
            "Cat": {"allOf": [ref("Pet"), obj(claws=I)]},
            "Dog": {"allOf": [ref("Pet"), obj(tail=I, **more)]},
        }
        return sending(ref("Pet"), schemas=schemas)

    assert changes(pets(), pets()) == []
    assert "field-added" in kinds(changes(pets(), pets(name=S)))
