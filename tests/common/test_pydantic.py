"""`patch_response_format`: model classes in which dates are str."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal, Optional

import pytest
from pydantic import BaseModel, Field, RootModel, ValidationError, field_validator

from vlmrun.common.pydantic import patch_response_format
from vlmrun.errors import InputTypeError


class Line(BaseModel):
    """One line of an invoice."""

    day: date
    amount: float = Field(gt=0)


class Node(BaseModel):
    when: datetime
    children: list[Node] = []
    owner: Optional[Owner] = None  # noqa: UP045


class Owner(BaseModel):
    since: date
    node: Node | None = None


class Invoice(BaseModel):
    """An invoice."""

    model_config = {"extra": "forbid"}

    issued: date = Field(alias="Issued", description="When it was issued")
    paid: datetime | None = Field(None, title="Paid at")
    hours: tuple[time, ...] = ()
    terms: dict[str, timedelta] = {}
    lines: list[Line] = Field([], max_length=2)
    days: Annotated[list[Annotated[date, Field(ge=date(2020, 1, 1))]], Field(max_length=2)] = []
    either: int | date | None = None
    late: Annotated[date, Field(gt=date(2020, 1, 1))] = date(2024, 2, 29)
    kind: Literal["a", "b"] = "a"
    line: Line | None = None

    @field_validator("issued")
    @classmethod
    def is_past(cls, value: date) -> date:
        assert value < date.today()
        return value


Node.model_rebuild()


def test_dates_become_str_and_other_fields_keep_their_types_and_bounds() -> None:
    patched: Any = patch_response_format(Invoice)
    invoice = patched(
        Issued="last Tuesday",
        paid="soon",
        hours=["noon", "9ish"],
        terms={"net": "a month"},
        lines=[{"day": "Monday", "amount": 1}],
        either="some day",
        line={"day": "?", "amount": 2},
    )

    assert (invoice.issued, invoice.paid, invoice.hours) == (
        "last Tuesday",
        "soon",
        ("noon", "9ish"),
    )
    assert (invoice.terms, invoice.either, invoice.late) == (
        {"net": "a month"},
        "some day",
        "2024-02-29",
    )
    assert (invoice.lines[0].day, invoice.line.day) == ("Monday", "?")
    with pytest.raises(ValidationError):
        patched(Issued="x", lines=[{"day": "x", "amount": 0}])
    for wrong in ({"unknown": 1}, {"days": ["a"] * 3}, {"lines": [{"day": "", "amount": 1}] * 3}):
        with pytest.raises(ValidationError):
            patched(Issued="x", **wrong)
    assert patched(Issued="x", days=["one day"]).days == ["one day"]


def test_the_schema_has_no_dates_but_the_descriptions_of_the_original() -> None:
    schema = patch_response_format(Invoice).model_json_schema()
    text = str(schema)

    assert not any(word in text for word in ("date-time", "'date'", "'time'", "duration"))
    assert schema["title"] == "Invoice"
    assert schema["description"] == "An invoice."
    assert schema["properties"]["Issued"]["description"] == "When it was issued"
    assert schema["properties"]["paid"]["title"] == "Paid at"
    assert schema["properties"]["late"]["default"] == "2024-02-29"
    assert schema["required"] == ["Issued"]
    assert schema["$defs"]["Line"]["description"] == "One line of an invoice."
    assert schema["$defs"]["Line"]["properties"]["amount"]["exclusiveMinimum"] == 0


def test_the_original_class_is_unchanged() -> None:
    before = Invoice.model_json_schema()
    patch_response_format(Invoice)

    assert Invoice.model_json_schema() == before
    assert isinstance(Line(day=date(2024, 1, 1), amount=1).day, date)


def test_recursive_and_mutually_recursive_models_are_converted() -> None:
    patched: Any = patch_response_format(Node)
    node = patched(
        when="a",
        children=[{"when": "b", "children": [{"when": "c"}]}],
        owner={"since": "d", "node": {"when": "e"}},
    )

    assert node.children[0].children[0].when == "c"
    assert node.owner.node.when == "e"
    assert type(node.children[0]) is type(node.owner.node) is patched


def test_a_root_model_is_converted() -> None:
    class Days(RootModel[list[date]]):
        pass

    patched: Any = patch_response_format(Days)
    assert patched.model_validate(["Monday"]).root == ["Monday"]


def test_a_class_without_dates_is_usable() -> None:
    class Plain(BaseModel):
        name: str

    assert patch_response_format(Plain)(name="a").name == "a"


@pytest.mark.parametrize("wrong", [dict, Line(day=date(2024, 1, 1), amount=1), {"type": "object"}])
def test_a_value_that_is_not_a_model_class_raises_input_type_error(wrong: Any) -> None:
    with pytest.raises(InputTypeError, match="response_format must be a pydantic model class"):
        patch_response_format(wrong)
