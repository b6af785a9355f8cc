"""Pydantic classes that are built from JSON schemas."""

from __future__ import annotations

import copy
import os
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pydantic
import pytest

from vlmrun.errors import InputError, InputTypeError
from vlmrun.types._schema_model_cache import SchemaModelCache

NODE = {
    "type": "object",
    "required": ["value"],
    "properties": {
        "value": {"type": "integer"},
        "children": {"type": "array", "items": {"$ref": "#/$defs/Node"}},
    },
}


def model_of(schema: Any, name: str = "Response") -> Any:
    return SchemaModelCache().model_of(schema, name)


def value_of_property(schema: Any, **root: Any) -> Any:
    """A function that reads a value by the schema of a required property."""
    cls = model_of({"type": "object", "required": ["x"], "properties": {"x": schema}, **root})
    return lambda value: cls(x=value).x


def test_a_class_is_named_and_described_by_its_schema() -> None:
    line = {"title": "Line", "type": "object", "properties": {"text": {"type": "string"}}}
    cls = model_of(
        {
            "title": "Invoice",
            "description": "A bill.",
            "type": "object",
            "required": ["total"],
            "properties": {
                "total": {"type": "number", "title": "Total", "description": "To be paid."},
                "lines": {"type": "array", "items": line},
                "seller": {"type": "object", "properties": {"name": {"type": "string"}}},
            },
        }
    )
    assert issubclass(cls, pydantic.BaseModel)
    assert (cls.__name__, cls.__doc__) == ("Invoice", "A bill.")
    assert list(cls.model_fields) == ["total", "lines", "seller"]
    assert cls.model_fields["total"].description == "To be paid."
    assert cls.model_fields["total"].title == "Total"
    invoice = cls(total=1, lines=[{"text": "paper"}], seller={"name": "x"})
    assert type(invoice.lines[0]).__name__ == "Line"
    assert type(invoice.seller).__name__ == "Seller"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Invoice", "Invoice"),
        ("US Driver's License", "USDriverSLicense"),
        ("patient_referral", "PatientReferral"),
        ("Rechnung für Übersicht", "RechnungFürÜbersicht"),
        ("1040", "Response"),
        ("", "Response"),
        (None, "Response"),
        (["x"], "Response"),
    ],
)
def test_a_title_that_is_not_a_name_is_converted_to_one(title: Any, name: str) -> None:
    assert model_of({"title": title, "type": "object"}).__name__ == name


def test_the_schema_of_the_class_is_the_schema_itself() -> None:
    schema = {
        "title": "A",
        "type": "object",
        "properties": {"a": {"type": "string", "pattern": "^[A-Z]+$", "x-unit": "kg"}},
        "additionalProperties": False,
    }
    cls = model_of(schema)
    assert cls.model_json_schema() == schema
    cls.model_json_schema()["properties"].clear()
    assert cls.model_json_schema() == schema

    class Mine(cls):  # type: ignore[misc, valid-type]
        more: int = 0

    assert "more" in Mine.model_json_schema()["properties"]


def test_unknown_keys_are_kept_at_any_depth() -> None:
    cls = model_of(
        {
            "type": "object",
            "additionalProperties": False,
            "properties": {"a": {"type": "string"}, "rows": {"type": "array", "items": NODE}},
            "$defs": {"Node": NODE},
        }
    )
    response = {
        "a": "x",
        "a_metadata": {"confidence": "hi", "bboxes": [{"xywh": [0, 0, 1, 1]}]},
        "rows": [{"value": 1, "children": [], "value_metadata": {"confidence": "lo"}}],
    }
    assert cls(**response).model_dump() == response
    assert cls(**response).a_metadata["confidence"] == "hi"


def test_null_is_accepted_only_for_optional_properties() -> None:
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}
    schema["properties"]["b"] = {"type": "integer"}  # type: ignore[index]
    cls = model_of(schema)
    assert cls(a="x", b=None).b is None
    assert cls(a="x").b is None
    for bad in ({"a": None}, {}):
        with pytest.raises(pydantic.ValidationError):
            cls(**bad)


def test_defaults_come_from_the_schema() -> None:
    cls = model_of({"properties": {"a": {"type": "integer", "default": 3}, "b": {"default": []}}})
    assert (cls().a, cls().b) == (3, [])
    cls().b.append(1)
    assert cls().b == []
    inner = {"title": "In", "type": "object", "properties": {"n": {"type": "integer"}}}
    cls = model_of({"properties": {"in": {**inner, "default": {"n": 1}}}})
    assert cls().in_.n == 1
    cls().in_.n = 2
    assert cls().in_.n == 1


def test_an_invalid_default_is_replaced_by_none() -> None:
    node = {**NODE, "default": {"value": 1, "children": [{"value": "x"}]}}
    properties = {
        "a": {"type": "integer", "default": "x"},
        "b": {"type": "object", "properties": {"c": {"type": "string"}}, "default": [1]},
        "d": {"type": "array", "items": {"$ref": "#"}, "default": [{}]},
        "e": {"$ref": "#/$defs/Node", "default": {"value": "x"}},
    }
    cls = model_of({"properties": properties, "$defs": {"Node": node}})
    assert cls().model_dump() == dict.fromkeys(properties)


def test_all_of_gives_one_class() -> None:
    cls = model_of(
        {
            "allOf": [
                {"$ref": "#/$defs/Named"},
                {"properties": {"age": {"type": "integer"}}, "required": ["age"]},
            ],
            "title": "Person",
            "$defs": {"Named": {"properties": {"name": {"type": "string"}}, "required": ["name"]}},
        }
    )
    assert cls.__name__ == "Person"
    assert cls(name="x", age=3).model_dump() == {"name": "x", "age": 3}
    for bad in ({"name": "x"}, {"age": 3}):
        with pytest.raises(pydantic.ValidationError):
            cls(**bad)


def test_a_union_of_objects_uses_the_matching_variant() -> None:
    read = value_of_property(
        {
            "anyOf": [
                {
                    "title": "Cat",
                    "type": "object",
                    "required": ["claws"],
                    "properties": {"claws": {}},
                },
                {
                    "title": "Dog",
                    "type": "object",
                    "required": ["bark"],
                    "properties": {"bark": {}},
                },
            ]
        }
    )
    assert type(read({"bark": 1})).__name__ == "Dog"
    assert type(read({"claws": 1})).__name__ == "Cat"


def test_a_reference_gives_one_class_however_often_it_is_used() -> None:
    schema = {"properties": {"a": {"$ref": "#/$defs/P"}, "b": {"$ref": "#/$defs/P"}}}
    cls = model_of({**schema, "$defs": {"P": {"type": "object", "properties": {"x": {}}}}})
    value = cls(a={"x": 1}, b={"x": 2})
    assert type(value.a) is type(value.b)
    assert type(value.a).__name__ == "P"


def test_recursive_schemas() -> None:
    tree = model_of({"title": "Tree", **NODE, "$defs": {"Node": NODE}})
    value = {"value": 1, "children": [{"value": 2, "children": [{"value": 3, "children": []}]}]}
    assert tree(**value).children[0].children[0].value == 3
    assert tree(**value).model_dump() == value
    with pytest.raises(pydantic.ValidationError):
        tree(value=1, children=[{"value": 2, "children": [{"value": "x"}]}])

    root = model_of({"properties": {"next": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}}})
    assert root(next={"next": {"next": None}}).next.next.next is None

    one = {"type": "object", "properties": {"two": {"$ref": "#/$defs/Two"}}}
    two = {"type": "object", "properties": {"one": {"$ref": "#/$defs/One"}}}
    both = model_of({"$ref": "#/$defs/One", "$defs": {"One": one, "Two": two}})
    assert both(two={"one": {"two": None}}).two.one.two is None


def test_property_names_that_are_not_field_names_become_aliases() -> None:
    keys = ["class", "copy", "json", "model_config", "model_x", "_a", "a-b", "a_b", "1st", "", "é"]
    keys += ["self", "schema", "a b", "__base__", "validate", "print", "Config", "mro", "register"]
    cls = model_of({"properties": {key: {"type": "integer"} for key in keys}})
    response = {key: index for index, key in enumerate(keys)}
    value = cls(**response)
    assert value.model_dump() == response
    assert pydantic.TypeAdapter(dict[str, int]).validate_json(value.model_dump_json()) == response
    assert (value.class_, value.copy_, value.a, value.a_b, value.a_b_) == (0, 1, 5, 7, 6)
    assert (value.model_x, value.self, value.field_1st, value.é) == (4, 11, 8, 10)
    assert cls(**{"class_": 7}).model_dump()["class"] == 7


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"title": "Numbers", "type": "array", "items": {"type": "integer"}}, [1, 2]),
        ({"type": "string"}, "x"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, None),
        ({}, {"a": 1}),
        ({"$ref": "#"}, 3),
    ],
)
def test_a_schema_that_is_not_an_object_gives_a_root_model(schema: Any, value: Any) -> None:
    cls = model_of(schema)
    assert cls.model_validate(value).root == value
    assert cls.model_validate(value).model_dump() == value
    assert cls.model_json_schema() == schema


def test_an_object_without_properties_gives_a_class() -> None:
    assert model_of({"type": "object"})(a=1).a == 1


@pytest.mark.parametrize(
    ("schema", "error"),
    [
        ([], InputTypeError),
        ("x", InputTypeError),
        (None, InputTypeError),
        ({"a": {1, 2}}, InputError),
        ({1j: 2}, InputError),
        ({"title": "\ud800"}, InputError),
        ({"properties": {"\ud800": {}}}, InputError),
    ],
    ids=str,
)
def test_an_invalid_schema_raises_input_error(schema: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        model_of(schema)


def test_a_schema_that_contains_its_own_python_object_is_refused() -> None:
    schema: dict[str, Any] = {"type": "object"}
    schema["properties"] = {"a": schema}
    with pytest.raises(InputError, match="not JSON"):
        model_of(schema)


def test_equal_schemas_give_the_same_class_and_only_the_latest_are_cached() -> None:
    classes = SchemaModelCache(max_size=8)
    first = classes.model_of({"title": "A", "type": "object"})
    assert classes.model_of({"title": "A", "type": "object"}) is first
    assert classes.model_of({"title": "A", "type": "object", "properties": {}}) is not first
    latest = [{"title": f"B{number}", "type": "object"} for number in range(8)]
    models = [classes.model_of(schema) for schema in latest]
    assert [classes.model_of(schema) for schema in latest] == models
    assert len(classes._models) == 8
    assert classes.model_of({"title": "A", "type": "object"}) is not first
    assert SchemaModelCache().model_of({"title": "A", "type": "object"}) is not first


def test_changing_the_schema_later_does_not_change_the_class() -> None:
    schema: dict[str, Any] = {"type": "object", "properties": {"a": {"type": "string"}}}
    cls = model_of(schema)
    schema["properties"]["a"]["type"] = "integer"
    assert cls.model_json_schema()["properties"]["a"] == {"type": "string"}


def test_p05_many_threads_get_the_right_classes_and_write_no_files(tmp_path: Path) -> None:
    classes = SchemaModelCache()
    here = os.getcwd()
    found_before = sorted(os.listdir("."))
    start = threading.Barrier(16)

    def make(number: int) -> list[tuple[int, Any]]:
        start.wait(10)
        made = []
        for turn in range(40):
            which = (number + turn) % 20
            inner = {"type": "integer"} if which % 2 else {"type": "string"}
            schema = {"title": f"T{which}", "type": "object", "properties": {f"p{which}": inner}}
            made.append((which, classes.model_of(schema)))
        return made

    with ThreadPoolExecutor(16) as pool:
        made = [each for batch in pool.map(make, range(16)) for each in batch]
    by_number: dict[int, set[Any]] = {}
    for which, cls in made:
        by_number.setdefault(which, set()).add(cls)
        assert cls.__name__ == f"T{which}"
        assert list(cls.model_fields) == [f"p{which}"]
        assert getattr(cls(**{f"p{which}": 7 if which % 2 else "x"}), f"p{which}")
    assert {len(found) for found in by_number.values()} == {1}
    assert os.getcwd() == here
    assert sorted(os.listdir(".")) == found_before


def test_instances_can_be_pickled_and_copied() -> None:
    schema = {
        "title": "Tree",
        "properties": {**NODE["properties"], "on": {"format": "date", "type": "string"}},
        "$defs": {"Node": NODE},
    }
    tree = model_of(schema)(value=1, on="2024-02-29", children=[{"value": 2}], more=3)
    numbers = model_of({"type": "array", "items": {"type": "integer"}}, "Numbers")([1, 2])
    for value in (tree, numbers):
        copied = pickle.loads(pickle.dumps(value))
        assert copied.model_dump() == value.model_dump()
        assert type(copied).__name__ == type(value).__name__
        assert copy.deepcopy(value) == value == copy.copy(value)
    assert pickle.loads(pickle.dumps(tree)).children[0].value == 2


class Mine(model_of({"properties": {"a": {"type": "integer"}}})):  # type: ignore[misc]
    b: int = 0


def test_a_users_subclass_is_pickled_by_reference() -> None:
    assert pickle.loads(pickle.dumps(Mine(a=1, b=2))) == Mine(a=1, b=2)
