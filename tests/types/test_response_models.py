"""All kinds of `response_model`: the schema that is sent, and `.parsed`."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict

import attrs
import pydantic
import pytest

from vlmrun.errors import InputError, InputTypeError, JobNotCompletedError, ResponseDecodeError
from vlmrun.types import AgentExecutionConfig, AgentExecutionResponse, GenerationConfig


class Invoice(pydantic.BaseModel):
    total: float
    due: date | None = None


@dataclass
class Line:
    text: str
    parts: list[Line] | None = None


@dataclass
class Order:
    total: float
    lines: list[Line]
    due: date | None = None


class Receipt(TypedDict):
    total: float


@attrs.define
class Bill:
    total: float


class Picky(pydantic.BaseModel):
    total: float

    @pydantic.field_validator("total")
    @classmethod
    def refuse(cls, value: float) -> float:
        raise KeyError("a mistake of the user's")


SCHEMA = {"type": "object", "properties": {"total": {"type": "number"}}}


def completed(response: Any, response_model: Any) -> AgentExecutionResponse:
    execution = AgentExecutionResponse(id="e", status="completed", response=response)
    return execution.with_response_model(response_model)


@pytest.mark.parametrize("response_model", [Invoice, Order, Receipt, Bill, SCHEMA, Line])
@pytest.mark.parametrize("config", [AgentExecutionConfig, GenerationConfig])
def test_the_schema_is_sent_instead_of_the_model(config: Any, response_model: Any) -> None:
    built = config(response_model=response_model)

    dumped = built.model_dump(exclude_none=True)

    assert list(dumped) == ["json_schema"]
    assert dumped["json_schema"]["type"] == "object"
    assert "properties" in dumped["json_schema"]
    assert built.to_dict() == dumped
    assert "response_model" not in built.model_dump()


def test_references_inside_a_schema_can_be_resolved() -> None:
    order = AgentExecutionConfig(response_model=Order).to_dict()["json_schema"]
    line = AgentExecutionConfig(response_model=Line).to_dict()["json_schema"]

    assert order["properties"]["lines"]["items"] == {"$ref": "#/$defs/Line"}
    assert list(order["$defs"]) == ["Line"]
    assert list(line["$defs"]) == ["Line"]
    assert "$defs" not in AgentExecutionConfig(response_model=Bill).to_dict()["json_schema"]


def test_a_json_schema_is_sent_unchanged() -> None:
    assert AgentExecutionConfig(json_schema=SCHEMA).to_dict() == {"json_schema": SCHEMA}


@pytest.mark.parametrize("config", [AgentExecutionConfig, GenerationConfig])
def test_response_model_and_json_schema_cannot_be_combined(config: Any) -> None:
    with pytest.raises(ValueError, match="response_model or json_schema, not both"):
        config(response_model=Invoice, json_schema=SCHEMA)


@pytest.mark.parametrize(
    "response_model", [5, "Invoice", list[Invoice], Invoice(total=1), int, object, lambda: None]
)
def test_a_response_model_without_a_schema_is_refused(response_model: Any) -> None:
    with pytest.raises(InputError, match="response_model"):
        AgentExecutionConfig(response_model=response_model)


@pytest.mark.parametrize(
    ("response_model", "expected"),
    [
        (Invoice, Invoice(total=3, due=date(2026, 1, 2))),
        (Order, Order(3, [Line("a")], date(2026, 1, 2))),
        (Receipt, {"total": 3}),
        (Bill, Bill(3)),
        (SCHEMA, {"total": 3, "lines": [{"text": "a"}], "due": "2026-01-02"}),
    ],
    ids=["pydantic", "dataclass", "TypedDict", "attrs", "JSON schema"],
)
def test_parsed_is_an_instance_and_the_response_stays_a_dict(
    response_model: Any, expected: Any
) -> None:
    response = {"total": 3, "lines": [{"text": "a"}], "due": "2026-01-02"}

    execution = completed(response, response_model)

    assert execution.parsed == expected
    assert type(execution.parsed) is type(expected)
    assert execution.parsed is execution.parsed
    assert execution.response == response


@pytest.mark.parametrize("status", ["pending", "running", "failed", "paused", "new-status"])
def test_parsed_raises_before_the_job_has_completed(status: str) -> None:
    execution = AgentExecutionResponse(id="e", status=status, response={"total": "?"})

    with pytest.raises(JobNotCompletedError):
        _ = execution.with_response_model(Invoice).parsed


def test_parsed_is_none_without_a_response_model() -> None:
    assert AgentExecutionResponse(id="e", status="completed", response={"a": 1}).parsed is None


@pytest.mark.parametrize("response_model", [Invoice, Order, Receipt, Bill, Picky])
def test_a_response_that_does_not_fit_is_still_available(response_model: Any) -> None:
    execution = completed({"total": 3 if response_model is Picky else "three"}, response_model)

    with pytest.raises(ResponseDecodeError, match=f"fit {response_model.__name__}") as caught:
        execution.parsed

    assert caught.value.raw == execution.response
    # The libraries' errors show the data.
    assert caught.value.__cause__ is caught.value.__context__ is None


def test_an_invalid_response_model_is_refused_immediately() -> None:
    with pytest.raises(InputTypeError, match="response_model cannot be 5"):
        AgentExecutionResponse(id="e").with_response_model(5)


@pytest.mark.slow
def test_without_msgspec_the_error_names_the_extra() -> None:
    program = """
import sys
sys.modules["msgspec"] = None
from dataclasses import dataclass
from vlmrun.errors import DependencyError
from vlmrun.types import AgentExecutionConfig
@dataclass
class Order:
    total: float
try:
    AgentExecutionConfig(response_model=Order)
except DependencyError as error:
    assert "response_model=Order" in str(error) and "vlmrun[structured]" in str(error), error
else:
    raise SystemExit("no error")
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
