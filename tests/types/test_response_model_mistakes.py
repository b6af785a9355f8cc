"""Invalid values of response_model: the error names the field and says what to pass instead."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal, TypedDict
from uuid import UUID

import pydantic
import pydantic.v1
import pytest
from PIL import Image

from vlmrun.errors import InputError, InputTypeError, ResponseDecodeError
from vlmrun.testing import Server
from vlmrun.types import AgentExecutionConfig, AgentExecutionResponse, GenerationConfig, ImageRef

NAN = float("nan")


class WithCallable(pydantic.BaseModel):
    total: float
    on_click: Callable[[], None]


class WithImage(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(arbitrary_types_allowed=True)
    scan: Image.Image


class Nested(pydantic.BaseModel):
    total: float
    lines: list[WithCallable]


class Undefined(pydantic.BaseModel):
    total: float
    lines: list[Missing]  # type: ignore[name-defined] # noqa: F821


class Old(pydantic.v1.BaseModel):
    total: float


class Simple(pydantic.BaseModel):
    total: float


@dataclass
class DataClass:
    total: float
    on_click: Callable[[], None]


class Dictionary(TypedDict):
    scan: Image.Image


REFUSED: list[tuple[Any, str]] = [
    (WithCallable, r"WithCallable has no JSON schema: its field on_click: .*Give on_click a type"),
    (WithImage, r"WithImage has no JSON schema: its field scan: "),
    (Nested, r"Nested has no JSON schema: its field lines\.on_click: "),
    (Undefined, r"Undefined has no JSON schema: its field lines: .*not fully defined"),
    (DataClass, r"DataClass has no JSON schema: its field on_click: "),
    (Dictionary, r"Dictionary has no JSON schema: its field scan: "),
    (pydantic.BaseModel, r"is BaseModel itself, which has no fields.*Pass a subclass"),
    (Old, r"Old is a model of pydantic 1.*pydantic\.BaseModel of pydantic 2"),
    (Simple(total=1), r"is an instance of Simple, not the class.*response_model=Simple"),
    (dict, r"must describe an object, got dict.*value: dict"),
    (str, r"must describe an object, got str"),
    (list[Simple], r"must describe an object, got list\[.*Simple\].*Wrap it in a class"),
    (Simple | None, r"must describe an object, got .*Simple \| None"),
    (dict[str, float], r"must describe an object, got dict\[str, float\]"),
]

SCHEMAS: list[tuple[dict[Any, Any], str]] = [
    ({"total": 12.5}, r"is not a JSON schema: 'total' is not a keyword of it.*'properties'"),
    ({"total": {"type": "number"}}, r"is not a JSON schema: 'total' is not a keyword"),
    ({"total": float}, r"\['total'\] is the class float.*\{'type': 'number'\}"),
    ({"properties": {"total": float}}, r"\['properties'\]\['total'\] is the class float"),
    ({"properties": {"total": 12.5}}, r"\['properties'\]\['total'\] must be a schema, got float"),
    ({"properties": {"total": "number"}}, r"\['properties'\]\['total'\] must be a schema"),
    ({"type": "object", "default": NAN}, r"\['default'\] is nan, which is not valid JSON"),
    ({"enum": [{1, 2}]}, r"\['enum'\]\[0\] is not JSON: set"),
    ({"type": "object", 1: "a"}, r"has the key 1; keys must be str"),
    ({"properties": {"lines": Simple}}, r"\['lines'\] is the class Simple"),
]


@pytest.mark.parametrize(("response_model", "message"), REFUSED, ids=lambda each: str(each)[:40])
@pytest.mark.parametrize("config", [AgentExecutionConfig, GenerationConfig])
def test_a_class_without_a_schema_is_refused(
    config: Any, response_model: Any, message: str
) -> None:
    with pytest.raises(InputTypeError, match=f"(?s)response_model.*{message}"):
        config(response_model=response_model)


@pytest.mark.parametrize(("schema", "message"), SCHEMAS, ids=lambda each: str(each)[:40])
@pytest.mark.parametrize("argument", ["response_model", "json_schema"])
def test_a_dict_that_is_not_a_schema_is_refused(
    client: Any, server: Server, argument: str, schema: Any, message: str
) -> None:
    with pytest.raises(InputError, match=f"{argument}.*{message}"):
        client.agent.execute(prompt="Read it", config={argument: schema})
    if argument == "json_schema":
        with pytest.raises(InputError, match=f"{argument}.*{message}"):
            client.skills.create(prompt="Read it", json_schema=schema)
    assert server.requests == []


def test_a_schema_that_contains_itself_is_refused() -> None:
    schema: dict[str, Any] = {"type": "object"}
    schema["properties"] = {"child": schema}
    with pytest.raises(InputError, match="json_schema contains itself"):
        AgentExecutionConfig(json_schema=schema)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object"},
        {"$ref": "#/$defs/a", "$defs": {"a": {"type": "object"}}},
        {"anyOf": [{"type": "object"}]},
        {"type": "object", "x-new": True, "properties": {"a": True}},
        {"properties": {"total": {"type": "number"}}},
    ],
)
def test_a_schema_is_sent_as_it_is(schema: dict[str, Any]) -> None:
    assert AgentExecutionConfig(response_model=schema).to_dict() == {"json_schema": schema}


SECRET = "4111 1111 1111 1111"


class Color(Enum):
    RED = "red"


class Strict(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid")
    number: int
    kind: Literal["a", "b"]
    color: Color
    checked: str
    cover: ImageRef
    id: UUID

    @pydantic.field_validator("checked")
    @classmethod
    def refuse(cls, value: str) -> str:
        raise ValueError(f"{value} is not valid")


@dataclass
class StrictDataClass:
    number: int
    color: Color


@pytest.mark.parametrize("response_model", [Strict, StrictDataClass])
@pytest.mark.parametrize(
    "response",
    [
        dict.fromkeys(["number", "kind", "color", "checked", "other", "id"], SECRET),
        {"number": 1, "kind": "a", "color": SECRET, "checked": SECRET, "cover": {"id": SECRET}},
        [SECRET],
        SECRET,
    ],
    ids=["all", "color", "list", "str"],
)
def test_p69_p23_a_response_that_does_not_fit_is_not_shown(
    response_model: Any, response: Any, caplog: pytest.LogCaptureFixture
) -> None:
    execution = AgentExecutionResponse(id="e", status="completed", response=response)
    execution = execution.with_response_model(response_model)
    with pytest.raises(ResponseDecodeError, match="does not fit Strict") as caught:
        execution.parsed
    error = caught.value
    logging.getLogger("app").error("failed", exc_info=error)
    shown = [str(error), repr(error), *traceback.format_exception(error), caplog.text]
    assert SECRET not in "".join(shown)
    assert error.raw == response


def test_p69_the_fields_that_do_not_fit_are_named() -> None:
    execution = AgentExecutionResponse(id="e", status="completed", response={"total": "x"})
    with pytest.raises(ResponseDecodeError, match=r"fit Simple: total: Input should be a valid"):
        execution.with_response_model(Simple).parsed
