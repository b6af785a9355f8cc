"""Validation of schema.json and vlmrun.yaml, the files that VLM Run adds."""

from __future__ import annotations

import json

import pytest

from vlmrun import skills

from .conftest import WriteFiles

GOOD_SETTINGS = """\
apiVersion: vlm.run/v1alpha
model: vlmrun-orion-1:auto
toolsets: [core, image-gen]
graph: |
  stateDiagram-v2
    [*] --> Read
"""


def found_in(make_skill: WriteFiles, name: str, content: object) -> list[str]:
    raw = content if isinstance(content, (str, bytes)) else json.dumps(content)
    return [str(finding) for finding in skills.validate(make_skill({name: raw}))]


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object"},
        {"$schema": "http://json-schema.org/draft-07/schema#", "type": "object"},
        {"type": "object", "properties": {"a": True}, "required": ["a"]},
        {"type": "object", "additionalProperties": {"type": "string"}},
        {"type": ["object"], "required": ["a"]},
    ],
)
def test_a_valid_schema_has_no_findings(schema: object, make_skill: WriteFiles) -> None:
    assert found_in(make_skill, "schema.json", schema) == []


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ("{", "error: schema.json: is not JSON"),
        ("", "error: schema.json: is not JSON"),
        ("[" * 100_000, "error: schema.json: is not JSON"),
        ('{"type": NaN}', "error: schema.json: is not JSON: NaN is not a JSON value"),
        (b"\xff", "error: schema.json: is not UTF-8 at byte 0"),
        ([], "error: schema.json: must be a JSON object, not a list"),
        ({}, 'error: schema.json: type: must state "type": "object"'),
        ({"type": "array"}, "error: schema.json: type: must be \"object\", not 'array'"),
        ({"$ref": "#/definitions/a"}, 'warning: schema.json: type: should state "type": "object"'),
        (
            {"type": "object", "properties": []},
            "error: schema.json: properties: must be an object, not a list",
        ),
        (
            {"type": "object", "properties": {"a": "string"}},
            "error: schema.json: properties: 'a' must be a schema, not a string",
        ),
        (
            {"type": "object", "properties": {"a": None}},
            "error: schema.json: properties: 'a' must be a schema, not null",
        ),
        (
            {"type": "object", "required": "a"},
            "error: schema.json: required: must be a list of names",
        ),
        (
            {"type": "object", "properties": {"total": {}}, "required": ["totl"]},
            "warning: schema.json: required: names 'totl'. Did you mean 'total'?",
        ),
        (
            {"type": "object", "additionalProperties": 1},
            "error: schema.json: additionalProperties: must be true, false or a schema",
        ),
        (
            {"type": "object", "$schema": "https://json-schema.org/draft/2020-12/schema"},
            "warning: schema.json: $schema: should be draft-07",
        ),
    ],
)
def test_an_invalid_schema_is_a_finding(
    schema: object, expected: str, make_skill: WriteFiles
) -> None:
    (finding,) = found_in(make_skill, "schema.json", schema)

    assert finding.startswith(expected)


def test_valid_settings_have_no_findings(make_skill: WriteFiles) -> None:
    optional = "metadata: {a: b}\nplan: Read it\nsettings: {}\ndependencies: []\n"

    assert found_in(make_skill, "vlmrun.yaml", GOOD_SETTINGS + optional) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("apiVersion: vlm.run/v1alpha", "", "error: vlmrun.yaml: apiVersion: is missing"),
        ("v1alpha", "v2", "error: vlmrun.yaml: apiVersion: must be vlm.run/v1alpha"),
        ("model: vlmrun-orion-1:auto", "", "error: vlmrun.yaml: model: is missing"),
        ("vlmrun-orion-1:auto", "", "error: vlmrun.yaml: model: is empty"),
        ("vlmrun-orion-1:auto", "[a]", "error: vlmrun.yaml: model: must be a string, not a list"),
        ("toolsets: [core, image-gen]", "", "error: vlmrun.yaml: toolsets: is missing"),
        ("[core, image-gen]", "core", "error: vlmrun.yaml: toolsets: must be a list, not a string"),
        ("image-gen", "[a]", "error: vlmrun.yaml: toolsets: must have names only; it has a list"),
        ("image-gen", "documents", "error: vlmrun.yaml: toolsets: has 'documents'. Did you mean"),
        ("image-gen", "world_gen", "warning: vlmrun.yaml: toolsets: world_gen is an old name"),
        ("stateDiagram-v2", "flowchart", "error: vlmrun.yaml: graph: must be a Mermaid diagram"),
        ("model:", "metadata: a\nmodel:", "error: vlmrun.yaml: metadata: must be a mapping"),
        ("model:", "mode: a\nmodel:", "warning: vlmrun.yaml: 'mode': is not a key"),
        ("model:", "model: a\nmodel:", "error: vlmrun.yaml: has the key 'model' more than once"),
        ("model:", "model: [", "error: vlmrun.yaml: is not YAML: "),
        (GOOD_SETTINGS, "- a", "error: vlmrun.yaml: must be a mapping of keys to values"),
        (GOOD_SETTINGS, "", "error: vlmrun.yaml: is empty"),
    ],
)
def test_invalid_settings_are_a_finding(
    old: str, new: str, expected: str, make_skill: WriteFiles
) -> None:
    (finding,) = found_in(make_skill, "vlmrun.yaml", GOOD_SETTINGS.replace(old, new))

    assert finding.startswith(expected)


def test_a_folder_instead_of_a_file_is_a_finding(make_skill: WriteFiles) -> None:
    directory = make_skill({"schema.json/a": "x", "vlmrun.yaml/a": "x"})

    assert [str(finding) for finding in skills.validate(directory)] == [
        "error: schema.json: cannot be read: Is a directory",
        "error: vlmrun.yaml: cannot be read: Is a directory",
    ]


def test_a_comment_may_precede_the_graph(make_skill: WriteFiles) -> None:
    settings = GOOD_SETTINGS.replace("  stateDiagram", "  %% by hand\n  stateDiagram")

    assert found_in(make_skill, "vlmrun.yaml", settings) == []
