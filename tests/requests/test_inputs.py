"""The values that `inputs` accepts, and the JSON they are converted to."""

from __future__ import annotations

import enum
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import attrs
import pytest

from vlmrun._requests.inputs import prepare
from vlmrun.errors import InputError, InputTypeError, MissingFileError
from vlmrun.types import FileUrl, MessageContent

PART = MessageContent(type="file_url", file_url=FileUrl(url="https://example.com/a.pdf"))
SENT_PART = {"type": "file_url", "file_url": {"url": "https://example.com/a.pdf"}}


class Kind(enum.Enum):
    INVOICE = "invoice"


class Level(enum.IntEnum):
    HIGH = 3


class Point(NamedTuple):
    x: int
    y: int


@dataclass
class Patient:
    name: str
    scan: Any
    born: date | None = None
    notes: list[str] = field(default_factory=list)


@attrs.define
class Visit:
    patient: Patient
    at: datetime
    ward: str | None = None


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (PART, SENT_PART),
        ([{"deep": (PART,)}], [{"deep": [SENT_PART]}]),
        (datetime(2026, 1, 2, 3, tzinfo=timezone.utc), "2026-01-02T03:00:00+00:00"),
        (date(2026, 1, 2), "2026-01-02"),
        (time(3, 4), "03:04:00"),
        (UUID(int=7), "00000000-0000-0000-0000-000000000007"),
        (Decimal("1.10"), "1.10"),
        (Kind.INVOICE, "invoice"),
        (Level.HIGH, 3),
        (OrderedDict({Kind.INVOICE: None}), {"invoice": None}),
        (Point(1, 2), [1, 2]),
        ({"type": "text", "text": "x"}, {"type": "text", "text": "x"}),
        (None, None),
        ("https://example.com/a.pdf", "https://example.com/a.pdf"),
        ([True, 1, 1.5, "é"], [True, 1, 1.5, "é"]),
    ],
)
def test_p11_values_become_json_at_any_depth(value: Any, sent: Any) -> None:
    assert prepare({"value": value, "list": [value]}).tree == {"value": sent, "list": [sent]}


def test_no_inputs_are_not_sent() -> None:
    assert prepare(None).tree is None
    assert prepare({}).tree == {}


def test_dataclasses_and_attrs_classes_leave_out_the_none_that_is_their_default() -> None:
    visit = Visit(Patient("A", PART), datetime(2026, 1, 2, tzinfo=timezone.utc))

    assert prepare(visit).tree == {
        "patient": {"name": "A", "scan": SENT_PART, "notes": []},
        "at": "2026-01-02T00:00:00+00:00",
    }


def test_p11_required_none_is_sent() -> None:
    assert prepare(Patient("A", None)).tree["scan"] is None  # type: ignore[index]


def test_each_path_gets_one_part_to_fill(tmp_path: Path) -> None:
    first, second = tmp_path / "a.pdf", tmp_path / "b.pdf"
    first.write_bytes(b"a")
    second.write_bytes(b"b")

    prepared = prepare({"all": [first, {"again": first}], "patient": Patient("A", second)})

    assert list(prepared.parts) == [first, second]
    for path, part in prepared.parts.items():
        part["name"] = path.name
    assert prepared.tree == {
        "all": [{"name": "a.pdf"}, {"again": {"name": "a.pdf"}}],
        "patient": {"name": "A", "scan": {"name": "b.pdf"}, "notes": []},
    }


def test_missing_path_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match=r"inputs\['a'\]\[0\]: no such file: .*nope.pdf"):
        prepare({"a": [tmp_path / "nope.pdf"]})
    with pytest.raises(InputError, match=r"inputs\['a'\]: not a file"):
        prepare({"a": tmp_path})


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"a": b"x"}, r"inputs\['a'\] cannot be sent: bytes b'x' has no file name"),
        ({"a": [{"b": {1}}]}, r"inputs\['a'\]\[0\]\['b'\] cannot be sent: set \{1\}"),
        ({"a": object}, r"inputs\['a'\] is the class object, not an instance of it"),
        (Patient, r"inputs is the class Patient, not an instance of it\. Pass Patient\("),
        ({1: "a"}, "inputs has the key 1; keys must be str"),
        ({"a": {None: 1}}, r"inputs\['a'\] has the key None; keys must be str"),
        ({"a": 1j}, "complex 1j"),
        (Patient("x", scan=iter([])), r"inputs\['scan'\] cannot be sent: list_iterator"),
    ],
)
def test_invalid_value_is_named_with_its_location(inputs: Any, message: str) -> None:
    with pytest.raises(InputTypeError, match=message):
        prepare(inputs)


@pytest.mark.parametrize("inputs", ["https://a.b", Path("a.pdf"), PART, [1], 1, date(2026, 1, 2)])
def test_inputs_without_names_raise_with_an_example(inputs: Any) -> None:
    with pytest.raises(InputTypeError, match=r"Give each input a name, .*inputs=\{'file': Path"):
        prepare(inputs)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_numbers_that_are_not_valid_json_are_an_input_error(number: float) -> None:
    with pytest.raises(InputError, match=r"inputs\['a'\]\['b'\] is -?(nan|inf)"):
        prepare({"a": {"b": number}})


def test_recursive_structure_is_an_input_error() -> None:
    loop: dict[str, Any] = {}
    loop["again"] = [loop]

    with pytest.raises(InputError, match="contains itself"):
        prepare(loop)
