"""Validation of single arguments, before anything is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from vlmrun._files.paths import check_file
from vlmrun._validation import (
    check_choice,
    check_exactly_one,
    check_id,
    check_int,
    check_paging,
    check_seconds,
    check_str,
)
from vlmrun.errors import InputError, InputTypeError, MissingFileError


@pytest.mark.parametrize("id", ["e1", "img_a1B2_3", "invoices:2", "a.b", "ft:vlm-1:x", "a b", "é"])
def test_ids_that_stay_one_segment_of_a_url(id: str) -> None:
    assert check_id("id", id) == id


def test_a_uuid_is_accepted_as_an_id() -> None:
    assert check_id("id", UUID(int=7)) == "00000000-0000-0000-0000-000000000007"


@pytest.mark.parametrize(
    "id",
    [
        "",
        " ",
        ".",
        "..",
        " .. ",
        "../../files/x",
        "a/b",
        "/",
        "a\\b",
        "a?b=c",
        "a#b",
        "a\nb",
        "a\x00",
        "a\x7f",
        "\ud800",
        "%2e%2e",
        "%2E%2E%2Ffiles",
        "a%2fb",
        "a%3Fb",
        "a%23b",
        "a%00",
        "%252e%252e",
        "%25252f",
    ],
)
def test_p19_ids_that_would_change_the_url_are_refused(id: str) -> None:
    with pytest.raises(InputError, match=r"^file_id (is empty|cannot be .* change the URL)"):
        check_id("file_id", id)


@pytest.mark.parametrize("id", [None, 5, b"e1", ["e1"], Path("e1")])
def test_p19_ids_of_another_type_are_refused(id: Any) -> None:
    with pytest.raises(InputTypeError, match="id must be a str, got"):
        check_id("id", id)


def test_check_seconds_accepts_none_and_numbers() -> None:
    assert check_seconds("timeout", None) is None
    assert check_seconds("timeout", 0) == 0.0
    assert check_seconds("timeout", 2.5) == 2.5


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (-1, "timeout cannot be -1. Pass seconds, 0 or more"),
        (float("nan"), "timeout cannot be nan. Pass seconds"),
        (float("inf"), "timeout cannot be inf. Use None for no limit"),
        ("10", "timeout must be seconds or None, got '10'"),
        (True, "timeout must be seconds or None, got True"),
    ],
)
def test_check_seconds_refuses_invalid_values(value: Any, message: str) -> None:
    with pytest.raises(InputError) as caught:
        check_seconds("timeout", value)

    assert message in str(caught.value)


def test_check_paging_returns_only_passed_arguments() -> None:
    assert check_paging() == {}
    assert check_paging(skip=0, limit=1000) == {"skip": 0, "limit": 1000}
    assert check_paging(offset=3) == {"offset": 3}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"limit": 0}, "limit must be 1 to 1000, got 0"),
        ({"limit": 1001}, "limit must be 1 to 1000, got 1001"),
        ({"limit": "5"}, "limit must be an int, got '5'. Pass limit=5"),
        ({"skip": -1}, "skip must be 0 or more, got -1"),
        ({"offset": 1.0}, "offset must be an int, got 1.0. Pass offset=1"),
        ({"skip": True}, "skip must be an int, got True. Pass a number, such as skip=1"),
    ],
)
def test_check_paging_refuses_values_out_of_bounds(given: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        check_paging(**given)

    assert str(caught.value) == message


def test_check_int_includes_its_bounds() -> None:
    assert check_int("n", 3, 3, 3) == 3


def test_check_str_check_choice_and_check_exactly_one() -> None:
    assert check_str("name", "a") == "a"
    assert check_choice("method", "auto", ["auto", "direct"]) == "auto"
    assert check_exactly_one(name=None, id="x", prompt=None) == "id"
    with pytest.raises(InputError, match="name is empty"):
        check_str("name", "  ")
    with pytest.raises(InputTypeError, match="name must be a str, got int 5"):
        check_str("name", 5)
    with pytest.raises(InputError, match=r"'drect'\. Did you mean 'direct'\?"):
        check_choice("method", "drect", ["auto", "direct"])
    with pytest.raises(InputError, match="exactly one of name, id; got name and id"):
        check_exactly_one(name="a", id="b")
    with pytest.raises(InputError, match="exactly one of name, id; got none"):
        check_exactly_one(name=None, id=None)


def test_check_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.pdf").write_bytes(b"a")
    monkeypatch.setenv("HOME", str(tmp_path))

    assert check_file("file", str(tmp_path / "a.pdf")) == tmp_path / "a.pdf"
    assert check_file("file", "~/a.pdf") == tmp_path / "a.pdf"
    with pytest.raises(MissingFileError, match=r"file: no such file: .*b\.pdf"):
        check_file("file", tmp_path / "b.pdf")
    with pytest.raises(InputError, match="file: not a file"):
        check_file("file", tmp_path)
