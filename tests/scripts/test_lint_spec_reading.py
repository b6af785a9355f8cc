"""Reading of documents: the data, and the line of each value."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.lint_spec.__main__ import main
from scripts.openapi.load_document import UnusableError, dead_references, read, read_any
from scripts.openapi.strict_yaml import parse
from tests.scripts.conftest import ROOT
from tests.scripts.conftest import SMALL_CONTRACT as SMALL
from vlmrun._contract import load_document


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "api.yaml"
    with path.open("wb") as file:
        file.truncate(30_000_000)
    with pytest.raises(UnusableError, match="the file has 30 MB, more than 20; is it the right"):
        read(path)


def test_all_dead_references_are_reported_together(tmp_path: Path) -> None:
    path = tmp_path / "api.yaml"
    refs = "".join(f"  /{n}: {{$ref: '#/components/no/{n}'}}\n" for n in range(30))
    path.write_text(f"openapi: 3.1.0\npaths:\n{refs}")
    with pytest.raises(UnusableError) as caught:
        read(path)
    lines = str(caught.value).replace(f"{tmp_path}/", "").splitlines()
    assert lines[0].startswith("api.yaml:3: #/paths/~10: ")
    assert lines[19].startswith("api.yaml:22: #/paths/~119: ")
    assert lines[20:] == ["... and 10 more"]


@pytest.mark.parametrize(
    ("place", "is_reference"),
    [
        ("default: {$ref: no}", False),
        ("enum: [{$ref: no}]", False),
        ("x-note: {example: {$ref: no}}", False),
        ("properties: {default: {$ref: no}}", True),
        ("properties: {x-note: {$ref: no}}", True),
        ("properties: {properties: {$ref: no}}", True),
        ("properties: {a: {properties: {example: {$ref: no}}}}", True),
    ],
)
def test_references_in_example_data_are_ignored(place: str, is_reference: bool) -> None:
    document = parse(f"components: {{schemas: {{default: {{{place}}}}}}}").value
    assert [finding.reason for finding in dead_references(document)] == (
        ["$ref 'no' leads to another file"] * is_reference
    )


@pytest.mark.slow
def test_json_and_yaml_have_the_same_data(tmp_path: Path) -> None:
    value = read(ROOT / "openapi.yaml").value
    assert value == load_document()
    path = tmp_path / "openapi.json"
    for indent in (None, 2, "\t"):
        path.write_text(json.dumps(value, indent=indent))
        assert read(path).value == value


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be"])
def test_a_byte_order_mark_decides_the_encoding(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "openapi.json"
    text = "\ufeff" * encoding.endswith("be") + '{"openapi": "3.1.0", "paths": {}}'
    path.write_bytes(text.encode(encoding))
    assert read(path).value == {"openapi": "3.1.0", "paths": {}}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 2024-01-02", "2024-01-02"),
        ("a: 12:30", "12:30"),
        ("a: no", "no"),
        ("a: 'true'", "true"),
        ("a: !!str 1", "1"),
        ("a: True", True),
        ("a: ~", None),
        ("a:", None),
        ("a: 007", 7),
        ("a: 0x10", 16),
        ("a: 0o10", 8),
        ("a: -1.5e3", -1500.0),
        ("a: >-\n  b\n  c\n", "b c"),
        ("x: &x [1]\na: *x", [1]),
        ('{"a": "\\ud83d\\ude00"}', "😀"),
        ("\ufeff{a: 1}", 1),
    ],
)
def test_yaml_values(text: str, value: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(text, "utf-8")
    assert read_any(path).value["a"] == value


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_the_line_of_a_value(form: str) -> None:
    text = SMALL.read_text("utf-8")
    if form == "json":
        text = json.dumps(yaml.safe_load(text), indent=1)
    lines = text.splitlines()
    parsed = parse(text)
    for pointer, text_there in {
        "/openapi": "openapi",
        "/paths/~1v1~1things/post/operationId": "operationId",
        "/components/schemas/Thing/properties/id/description": "id" if form == "yaml" else "desc",
        "/components/schemas/Thing/no/such/part": "Thing",
    }.items():
        assert text_there in lines[parsed.line_of(pointer) - 1], pointer
    assert parsed.line_of("") == 1
    assert "create_thing" in lines[parsed.line_of("/paths/~1v1~1things/post/operationId") - 1]


@pytest.mark.parametrize(
    "value", ["no", "On", "0777", "1_000", "12:30", "0b1", "1e3", "0o17", "a?"]
)
def test_values_that_yaml_parsers_read_differently(
    value: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "api.yaml"
    path.write_text(SMALL.read_text("utf-8").replace("title: Small", f"title: {value}"))
    assert main([str(path)]) == 1
    assert "api.yaml:2: #/info/title: plain_word: " in capsys.readouterr().out
    path.write_text(SMALL.read_text("utf-8").replace("title: Small", f"title: '{value}'"))
    assert main([str(path)]) == 0
