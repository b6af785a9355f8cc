"""From a JSON schema to a pydantic class in memory: what it takes, keeps and gives back."""

from __future__ import annotations

import copy
import datetime as dt
import os
import pickle
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

import pydantic
import pytest

from vlmrun.errors import DependencyError, InputError, InputTypeError, ResponseDecodeError
from vlmrun.testing.sampling import SampleError, sample
from vlmrun.types import HubSchemaResponse, SchemaResponse
from vlmrun.types._classes import Classes

NODE = {
    "type": "object",
    "required": ["value"],
    "properties": {
        "value": {"type": "integer"},
        "children": {"type": "array", "items": {"$ref": "#/$defs/Node"}},
    },
}


def class_of(schema: Any, name: str = "Response") -> Any:
    return Classes().of(schema, name)


def of_property(schema: Any, **root: Any) -> Any:
    """A function that reads a value by the schema of a required property."""
    cls = class_of({"type": "object", "required": ["x"], "properties": {"x": schema}, **root})
    return lambda value: cls(x=value).x


def test_a_class_is_named_and_described_by_its_schema() -> None:
    line = {"title": "Line", "type": "object", "properties": {"text": {"type": "string"}}}
    cls = class_of(
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
def test_a_title_that_is_no_name_becomes_one(title: Any, name: str) -> None:
    assert class_of({"title": title, "type": "object"}).__name__ == name


def test_the_schema_of_the_class_is_the_schema_itself() -> None:
    schema = {
        "title": "A",
        "type": "object",
        "properties": {"a": {"type": "string", "pattern": "^[A-Z]+$", "x-unit": "kg"}},
        "additionalProperties": False,
    }
    cls = class_of(schema)
    assert cls.model_json_schema() == schema
    cls.model_json_schema()["properties"].clear()
    assert cls.model_json_schema() == schema

    class Mine(cls):  # type: ignore[misc, valid-type]
        more: int = 0

    assert "more" in Mine.model_json_schema()["properties"]


def test_keys_that_the_schema_does_not_know_are_kept_at_any_depth() -> None:
    cls = class_of(
        {
            "type": "object",
            "additionalProperties": False,
            "properties": {"a": {"type": "string"}, "rows": {"type": "array", "items": NODE}},
            "$defs": {"Node": NODE},
        }
    )
    answer = {
        "a": "x",
        "a_metadata": {"confidence": "hi", "bboxes": [{"xywh": [0, 0, 1, 1]}]},
        "rows": [{"value": 1, "children": [], "value_metadata": {"confidence": "lo"}}],
    }
    assert cls(**answer).model_dump() == answer
    assert cls(**answer).a_metadata["confidence"] == "hi"


def test_null_is_taken_for_what_is_not_required_only() -> None:
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}
    schema["properties"]["b"] = {"type": "integer"}  # type: ignore[index]
    cls = class_of(schema)
    assert cls(a="x", b=None).b is None
    assert cls(a="x").b is None
    for bad in ({"a": None}, {}):
        with pytest.raises(pydantic.ValidationError):
            cls(**bad)


def test_defaults_are_those_of_the_schema() -> None:
    cls = class_of({"properties": {"a": {"type": "integer", "default": 3}, "b": {"default": []}}})
    assert (cls().a, cls().b) == (3, [])
    cls().b.append(1)
    assert cls().b == []


@pytest.mark.parametrize(
    ("format", "text", "value"),
    [
        ("date", "2024-02-29", dt.date(2024, 2, 29)),
        ("date", "February", "February"),
        ("date", "20240229", "20240229"),
        ("date-time", "2024-02-29T10:00:00Z", dt.datetime(2024, 2, 29, 10, tzinfo=dt.timezone.utc)),
        ("date-time", "2024-02-29", "2024-02-29"),
        ("date-time", "1700000000", "1700000000"),
        ("time", "10:30:00", dt.time(10, 30)),
        ("time", "noon", "noon"),
        ("duration", "P1D", dt.timedelta(days=1)),
        ("uuid", str(uuid.UUID(int=7)), uuid.UUID(int=7)),
        ("uuid", "7", "7"),
        ("uri", "example.com/é", "example.com/é"),
        ("email", "nobody", "nobody"),
        ("of-tomorrow", "x", "x"),
        (["x"], "x", "x"),
    ],
)
def test_a_text_becomes_what_its_format_says_or_stays(format: Any, text: str, value: Any) -> None:
    read = of_property({"type": "string", "format": format})(text)
    assert read == value
    assert type(read) is type(value)


def test_formatted_values_go_back_to_json() -> None:
    cls = class_of({"properties": {"on": {"type": "string", "format": "date"}}})
    assert cls(on="2024-02-29").model_dump_json() == '{"on":"2024-02-29"}'
    assert cls(on="soon").model_dump(mode="json") == {"on": "soon"}


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": "string"}, ["a", ""], [1, None, {}]),
        ({"type": "integer"}, [1, -1, 3.0], ["x", 1.5, None]),
        ({"type": "number"}, [1, 1.5, 1e300], ["x", None]),
        ({"type": "boolean"}, [True, False], ["x", None]),
        ({"type": "null"}, [None], [0]),
        ({"type": ["string", "null"]}, ["a", None], [[]]),
        ({"type": ["integer", "object"], "properties": {"a": {"type": "string"}}}, [1], ["x"]),
        ({"enum": ["a", 1, None]}, ["a", 1, None], ["b", 2]),
        ({"enum": ["a", 0.5, []]}, ["a", 0.5, [], "b"], []),
        ({"enum": []}, ["x"], []),
        ({"const": "v"}, ["v"], ["w"]),
        ({"const": {"a": 1}}, [{"a": 1}], []),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, [1, None], ["x"]),
        ({"oneOf": [{"type": "integer"}, True]}, [1, "x"], []),
        ({"type": "array", "items": {"type": "integer"}}, [[1], []], [["x"], 1, None]),
        ({"type": "array"}, [[1, "x"]], ["x"]),
        ({"type": "array", "items": [{"type": "integer"}]}, [[1, "x"]], ["x"]),
        ({"type": "array", "prefixItems": [{"type": "integer"}]}, [[1, "x"]], ["x"]),
        ({"type": "object"}, [{"a": 1}], [[]]),
        (
            {"type": "object", "additionalProperties": {"type": "integer"}},
            [{"a": 1}],
            [{"a": "x"}],
        ),
        ({}, [1, None, "x", []], []),
        (True, [1, None], []),
        ({"type": "of-tomorrow"}, [1, None], []),
        ({"type": {"odd": 1}}, [1], []),
        ({"$ref": "https://example.com/schema.json"}, [1, None], []),
        ({"$ref": "#/$defs/Missing"}, [1, None], []),
        ({"$ref": "#anchor"}, [1], []),
        ({"$ref": "#/$defs/Word"}, ["a"], [1]),
        ({"$ref": "#/$defs/A%20b~1c"}, [1], ["x"]),
        ({"$ref": "#/$defs/Word", "description": "x", "maxLength": 3}, ["abcd"], [1]),
        ({"allOf": [{"$ref": "#/$defs/Word"}]}, ["a"], [1]),
        ({"allOf": "odd"}, [1], []),
        ({"anyOf": [{"$ref": "#/$defs/Word"}, {"type": "null"}], "title": "T"}, ["a", None], [1]),
        # Bounds and patterns are not enforced.
        ({"type": "integer", "maximum": 3}, [4], []),
        ({"type": "string", "pattern": "^(?!x)", "maxLength": 1}, ["xx"], []),
    ],
    ids=str,
)
def test_values_by_schema(schema: Any, good: list[Any], bad: list[Any]) -> None:
    definitions = {"Word": {"type": "string"}, "A b/c": {"type": "integer"}}
    read = of_property(schema, **{"$defs": definitions})
    for value in good:
        assert read(value) == value
    for value in bad:
        with pytest.raises(pydantic.ValidationError):
            read(value)


def test_not_a_number_is_a_number() -> None:
    assert of_property({"type": "number"})(float("nan")) != 0


def test_parts_joined_by_all_of_are_one_class() -> None:
    cls = class_of(
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


def test_a_union_of_objects_takes_the_one_that_fits() -> None:
    read = of_property(
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
    cls = class_of({**schema, "$defs": {"P": {"type": "object", "properties": {"x": {}}}}})
    value = cls(a={"x": 1}, b={"x": 2})
    assert type(value.a) is type(value.b)
    assert type(value.a).__name__ == "P"


def test_schemas_that_contain_themselves() -> None:
    tree = class_of({"title": "Tree", **NODE, "$defs": {"Node": NODE}})
    value = {"value": 1, "children": [{"value": 2, "children": [{"value": 3, "children": []}]}]}
    assert tree(**value).children[0].children[0].value == 3
    assert tree(**value).model_dump() == value
    with pytest.raises(pydantic.ValidationError):
        tree(value=1, children=[{"value": 2, "children": [{"value": "x"}]}])

    root = class_of({"properties": {"next": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}}})
    assert root(next={"next": {"next": None}}).next.next.next is None

    one = {"type": "object", "properties": {"two": {"$ref": "#/$defs/Two"}}}
    two = {"type": "object", "properties": {"one": {"$ref": "#/$defs/One"}}}
    both = class_of({"$ref": "#/$defs/One", "$defs": {"One": one, "Two": two}})
    assert both(two={"one": {"two": None}}).two.one.two is None


def test_names_that_no_field_can_have_become_aliases() -> None:
    keys = ["class", "copy", "json", "model_config", "model_x", "_a", "a-b", "a_b", "1st", "", "é"]
    keys += ["self", "schema", "a b", "__base__", "validate", "print"]
    cls = class_of({"properties": {key: {"type": "integer"} for key in keys}})
    answer = {key: index for index, key in enumerate(keys)}
    value = cls(**answer)
    assert value.model_dump() == answer
    assert pydantic.TypeAdapter(dict[str, int]).validate_json(value.model_dump_json()) == answer
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
def test_a_schema_of_no_object_gives_a_root_model(schema: Any, value: Any) -> None:
    cls = class_of(schema)
    assert cls.model_validate(value).root == value
    assert cls.model_validate(value).model_dump() == value
    assert cls.model_json_schema() == schema


def test_an_object_without_properties_is_a_class_all_the_same() -> None:
    assert class_of({"type": "object"})(a=1).a == 1


@pytest.mark.parametrize(
    ("schema", "error"),
    [
        ([], InputTypeError),
        ("x", InputTypeError),
        (None, InputTypeError),
        ({"a": {1, 2}}, InputError),
        ({1j: 2}, InputError),
    ],
    ids=str,
)
def test_what_is_no_schema_is_refused(schema: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        class_of(schema)


def test_a_schema_that_holds_itself_as_a_python_object_is_refused() -> None:
    schema: dict[str, Any] = {"type": "object"}
    schema["properties"] = {"a": schema}
    with pytest.raises(InputError, match="not JSON"):
        class_of(schema)


def nested(levels: int, wrap: Any) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        schema = wrap(schema)
    return schema


HOSTILE = {
    "ten thousand properties": {"properties": {f"p{n}": {"type": "string"} for n in range(10_000)}},
    "objects in objects": nested(200, lambda s: {"type": "object", "properties": {"x": s}}),
    "lists in lists": {"properties": {"x": nested(200, lambda s: {"type": "array", "items": s})}},
    "unions in unions": {"properties": {"x": nested(200, lambda s: {"anyOf": [s, True]})}},
    "references in a ring": {
        "properties": {"x": {"$ref": "#/$defs/A"}},
        "$defs": {"A": {"$ref": "#/$defs/B"}, "B": {"$ref": "#/$defs/A"}},
    },
    "a chain of references": {
        "$ref": "#/$defs/A0",
        "$defs": {f"A{n}": {"$ref": f"#/$defs/A{n + 1}"} for n in range(2000)},
    },
    "allOf that doubles": {
        "$ref": "#/$defs/A0",
        "$defs": {
            f"A{n}": {"allOf": [{"$ref": f"#/$defs/A{n + 1}"}] * 2, "required": ["x"]}
            for n in range(60)
        },
    },
    "allOf that contains itself": {"allOf": [{"$ref": "#"}], "properties": {"x": {}}},
    "objects that branch without end": {
        "$ref": "#/$defs/N",
        "$defs": {
            "N": {
                "type": "object",
                "properties": {k: {"$ref": "#/$defs/N", "properties": {}} for k in "abcdef"},
            }
        },
    },
    "ten thousand words": {"properties": {"x": {"enum": [f"w{n}" for n in range(10_000)]}}},
    "odd keywords": {
        "type": "object",
        "properties": {"x": {"properties": "odd", "required": 3, "anyOf": {}, "enum": "ab"}},
        "required": [{}, 3, "x"],
        "title": {"a": 1},
        "description": 7,
    },
    "properties that are none": {"type": "object", "properties": ["x"]},
    "text that is code": {
        "title": "__import__('os').system('false')",
        "properties": {"x": {"default": "__import__('os')", "description": "{0.__class__}"}},
    },
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_schemas_end_soon_in_a_class(name: str) -> None:
    before = copy.deepcopy(HOSTILE[name])
    started = time.monotonic()
    cls = class_of(HOSTILE[name])
    assert time.monotonic() - started < 20
    cls.model_validate({"x": None})
    assert before == HOSTILE[name]


def random_schema(random: Random, depth: int = 0) -> Any:
    """Some schema of an object, of a list or of a single value."""
    kinds = ["string", "integer", "number", "boolean", "enum", "const", "ref", "nullable"]
    kind = random.choice(
        kinds if depth > 3 else [*kinds, "object", "object", "array", "any", "all"]
    )
    if kind == "object":
        keys = random.sample(["a", "b", "c-d", "class", "copy", "x_metadata", "é"], 3)
        inner = {key: random_schema(random, depth + 1) for key in keys}
        return {"type": "object", "properties": inner, "required": keys[: random.randrange(4)]}
    if kind == "array":
        return {"type": "array", "items": random_schema(random, depth + 1)}
    if kind in ("any", "all"):
        arms = [random_schema(random, depth + 1) for _ in range(2 if kind == "any" else 1)]
        return {f"{kind}Of": arms}
    if kind == "string":
        formats = [{}, {"format": "date"}, {"format": "date-time"}, {"format": "uuid"}]
        return {"type": "string", **random.choice(formats), "minLength": 1}
    special = {
        "enum": {"enum": [1, "x", None]},
        "const": {"const": random.choice([1, "x", None, True])},
        "ref": {"$ref": random.choice(["#/$defs/Word", "#/$defs/Node"])},
        "nullable": {"type": ["integer", "null"]},
    }
    return special.get(kind, {"type": kind})


@pytest.mark.parametrize("seed", range(300))
def test_what_conforms_to_a_schema_is_read_and_given_back(seed: int) -> None:
    schema = random_schema(Random(seed))
    schema["$defs"] = {"Word": {"type": "string"}, "Node": NODE}
    try:
        value = sample(schema)
    except SampleError:
        return
    read = class_of(schema).model_validate(value)
    assert read.model_dump(mode="json", exclude_unset=True) == value


def test_equal_schemas_give_the_same_class_and_only_the_latest_are_kept() -> None:
    classes = Classes()
    first = classes.of({"title": "A", "type": "object"})
    assert classes.of({"title": "A", "type": "object"}) is first
    assert classes.of({"title": "A", "type": "object", "properties": {}}) is not first
    for number in range(200):
        classes.of({"title": f"B{number}", "type": "object"})
    assert classes.of({"title": "A", "type": "object"}) is not first
    assert len(classes._kept) <= 128
    assert Classes().of({"title": "A", "type": "object"}) is not first


def test_a_change_of_the_callers_schema_does_not_reach_the_class() -> None:
    schema: dict[str, Any] = {"type": "object", "properties": {"a": {"type": "string"}}}
    cls = class_of(schema)
    schema["properties"]["a"]["type"] = "integer"
    assert cls.model_json_schema()["properties"]["a"] == {"type": "string"}


def test_p05_many_threads_get_right_classes_and_touch_nothing(tmp_path: Path) -> None:
    classes = Classes()
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
            made.append((which, classes.of(schema)))
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


FIELDS = {"schema_version": "1.0.0", "schema_hash": "abc", "gql_stmt": "{ a }"}
SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}}


@pytest.mark.parametrize("cls", [SchemaResponse, HubSchemaResponse])
def test_a_schema_response(cls: type[SchemaResponse]) -> None:
    schema = cls(domain="document.bank-statement", json_schema=SCHEMA, **FIELDS)
    assert (schema.version, schema.hash) == ("1.0.0", "abc")
    assert schema.response_model.__name__ == "BankStatement"
    assert schema.response_model is schema.response_model
    assert schema.response_model(a=1).a == 1
    assert schema.model_json_schema() == SCHEMA
    assert cls.model_json_schema()["title"] == cls.__name__
    assert "gql_stmt" in cls.model_json_schema()["properties"]
    for twin in (pickle.loads(pickle.dumps(schema)), copy.deepcopy(schema), copy.copy(schema)):
        assert twin == schema
        assert twin.response_model(a=1).a == 1
    assert cls.model_validate(schema.model_dump()) == schema


def test_a_schema_response_without_a_schema() -> None:
    from vlmrun.types._base import read

    with pytest.raises(ResponseDecodeError, match=r"no JSON schema for document\.x"):
        read(SchemaResponse, {"domain": "document.x"}).response_model


def test_without_pydantic_a_class_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from vlmrun.types import _class_parts

    monkeypatch.setitem(sys.modules, "pydantic", None)
    _class_parts.parts.cache_clear()
    try:
        with pytest.raises(DependencyError, match="pip install 'pydantic>=2'"):
            class_of(SCHEMA)
    finally:
        _class_parts.parts.cache_clear()
