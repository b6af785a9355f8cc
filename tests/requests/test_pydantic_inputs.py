"""`inputs` as a user's pydantic model: its own serialization, without unset fields."""

from __future__ import annotations

import datetime
import enum
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pydantic
import pytest

from vlmrun._requests.inputs import prepare
from vlmrun.errors import InputError, InputTypeError, MissingFileError
from vlmrun.types import ImageUrl, MessageContent

TEXT = MessageContent(type="text", text="x")
SENT_TEXT = {"type": "text", "text": "x"}


class Kind(enum.Enum):
    INVOICE = "invoice"


class Form(pydantic.BaseModel):
    file: MessageContent | None = None
    note: str | None = None


class Values(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(arbitrary_types_allowed=True)

    at: datetime.datetime = datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone.utc)
    span: datetime.timedelta = datetime.timedelta(seconds=3)
    id: UUID = UUID(int=7)
    price: Decimal = Decimal("1.10")
    kind: Kind = Kind.INVOICE
    page: pydantic.HttpUrl = pydantic.HttpUrl("https://example.com/a")
    tags: set[str] = {"a"}
    by_number: dict[int, str] = {1: "x"}


def test_p11_values_of_every_kind_become_json() -> None:
    assert prepare(Values()).tree == {
        "at": "2026-01-02T00:00:00Z",
        "span": "PT3S",
        "id": "00000000-0000-0000-0000-000000000007",
        "price": "1.10",
        "kind": "invoice",
        "page": "https://example.com/a",
        "tags": ["a"],
        "by_number": {"1": "x"},
    }


def test_p11_an_explicit_none_is_sent_and_an_unset_one_is_not() -> None:
    assert prepare(Form(file=TEXT)).tree == {"file": SENT_TEXT}
    assert prepare(Form(file=TEXT, note=None)).tree == {"file": SENT_TEXT, "note": None}


def test_p11_aliases_are_the_names_that_are_sent() -> None:
    class Aliased(pydantic.BaseModel):
        given: str | None = pydantic.Field(default=None, alias="givenName")
        family: str | None = pydantic.Field(default=None, serialization_alias="familyName")
        unset: str | None = pydantic.Field(default=None, alias="unsetName")

    assert prepare(Aliased(givenName="A", family=None)).tree == {
        "givenName": "A",
        "familyName": None,
    }


def test_public_types_are_sent_without_unset_fields_at_any_depth() -> None:
    class Mixed(pydantic.BaseModel):
        model_config = pydantic.ConfigDict(extra="allow")

        image: ImageUrl
        many: list[MessageContent | str]
        named: dict[str, MessageContent]
        anything: Any
        form: Form

    mixed = Mixed(
        image=ImageUrl(url="https://a.b"),
        many=[TEXT, "y"],
        named={"a": TEXT},
        anything=[TEXT],
        form=Form(file=TEXT),
        extra=TEXT,
    )

    assert prepare({"mixed": mixed}).tree == {
        "mixed": {
            "image": {"url": "https://a.b"},
            "many": [SENT_TEXT, "y"],
            "named": {"a": SENT_TEXT},
            "anything": [SENT_TEXT],
            "form": {"file": SENT_TEXT},
            "extra": SENT_TEXT,
        }
    }


def test_paths_at_any_depth_get_a_part_to_fill(tmp_path: Path) -> None:
    scan = tmp_path / "a.pdf"
    scan.write_bytes(b"a")

    @dataclass
    class Sheet:
        scan: Path

    class Files(pydantic.BaseModel):
        one: Path
        many: list[Path]
        named: dict[str, Path]
        anything: Any
        sheet: Sheet
        root: pydantic.RootModel[list[Path]]

    files = Files(
        one=scan,
        many=[scan],
        named={"a": scan},
        anything=(scan,),
        sheet=Sheet(scan),
        root=pydantic.RootModel[list[Path]]([scan]),
    )

    prepared = prepare(files)
    prepared.parts[scan]["name"] = "a.pdf"
    part = {"name": "a.pdf"}
    assert prepared.tree == {
        "one": part,
        "many": [part],
        "named": {"a": part},
        "anything": [part],
        "sheet": {"scan": part},
        "root": [part],
    }
    prepared = prepare(pydantic.RootModel[dict[str, Path]]({"a": scan}))
    assert prepared.tree == {"a": prepared.parts[scan]}
    with pytest.raises(MissingFileError, match=r"inputs\['one'\]: no such file"):
        prepare(files.model_copy(update={"one": tmp_path / "nope.pdf"}))


def test_serializers_of_the_model_apply() -> None:
    class Own(pydantic.BaseModel):
        path: Path = Path("a.pdf")
        at: datetime.date = datetime.date(2026, 1, 2)
        secret: str = pydantic.Field(default="s", exclude=True)

        @pydantic.field_serializer("path")
        def as_url(self, path: Path) -> str:
            return f"https://example.com/{path}"

        @pydantic.field_serializer("at", when_used="json")
        def as_year(self, at: datetime.date) -> int:
            return at.year

        @pydantic.computed_field
        def pages(self) -> int:
            return 3

    assert prepare(Own()).tree == {"path": "https://example.com/a.pdf", "at": 2026, "pages": 3}


def test_value_that_pydantic_cannot_serialize_is_an_input_error() -> None:
    class Loose(pydantic.BaseModel):
        value: Any = None
        number: float = 1.0

    with pytest.raises(InputTypeError, match=r"inputs \(Loose\) cannot be sent: .*object"):
        prepare(Loose(value=object()))
    with pytest.raises(InputError, match=r"inputs\['number'\] is nan"):
        prepare(Loose(number=float("nan")))
    with pytest.raises(InputTypeError, match="is the class Loose, not an instance"):
        prepare(Loose)


def test_recursive_model_is_an_input_error() -> None:
    class Node(pydantic.BaseModel):
        child: Any = None

    node = Node()
    node.child = node

    with pytest.raises(InputError, match="Circular reference"):
        prepare(node)
