"""From a document of a FastAPI application to the next openapi.yaml: names, forms, what stays."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts.lint_spec.__main__ import lint
from scripts.openapi.strict_yaml import parse
from scripts.update.next_contract import NextContract, build_next_contract
from tests.scripts import official_app

ROOT = Path(__file__).parents[2]
OVERLAY = ROOT / "scripts/update/overlay.yaml"
TEXT = (ROOT / "openapi.yaml").read_text("utf-8")
OURS = parse(TEXT).value

Document = dict[str, Any]
Take = Callable[..., NextContract]


@pytest.fixture
def take(tmp_path: Path) -> Take:
    """What a document would make of openapi.yaml, or of another contract."""

    def run(document: Document, text: str = TEXT, *, remove: bool = False) -> NextContract:
        spec, contract = tmp_path / "vendor.json", tmp_path / "openapi.yaml"
        spec.write_text(json.dumps(document), "utf-8")
        contract.write_text(text, "utf-8")
        return build_next_contract(spec, contract, OVERLAY, remove=remove)

    return run


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> tuple[NextContract, Document]:
    """What the vendor's document makes of openapi.yaml."""
    spec = tmp_path_factory.mktemp("vendor") / "openapi.json"
    spec.write_text(json.dumps(official_app.document()), "utf-8")
    candidate = build_next_contract(spec, ROOT / "openapi.yaml", OVERLAY)
    return candidate, parse(candidate.text).value


@pytest.mark.slow
def test_it_passes_the_linter(taken: tuple[NextContract, Document]) -> None:
    assert list(lint(taken[1])) == []


def test_what_is_known_keeps_its_names_and_what_is_new_gets_clean_ones(
    taken: tuple[NextContract, Document],
) -> None:
    _, document = taken
    ids = {
        operation["operationId"]: (path, operation["tags"])
        for path, item in document["paths"].items()
        for operation in item.values()
    }
    before = [op["operationId"] for item in OURS["paths"].values() for op in item.values()]
    assert [id for id in ids if id in before] == before
    assert {id: place for id, place in ids.items() if id not in before} == {
        "run_rehearsal": ("/rehearsals/run", ["rehearsals"]),
        "get_rehearsal": ("/rehearsals/{run_id}", ["rehearsals"]),
        "add_remarks": ("/rehearsals/{run_id}/notes", ["rehearsals"]),
    }
    assert document["paths"]["/predictions/{id}"] == OURS["paths"]["/predictions/{id}"]
    assert document["tags"] == [
        *OURS["tags"],
        {"name": "rehearsals", "description": "Rehearsals."},
    ]


def test_schemas_are_recognised_where_they_are_used(taken: tuple[NextContract, Document]) -> None:
    schemas = taken[1]["components"]["schemas"]
    theirs = {"JobState", "Usage", "PredictionOut", "StoredFile", "GenerationOptions", "ImageJob"}
    assert theirs.isdisjoint(schemas)
    assert OURS["components"]["schemas"].keys() <= schemas.keys()
    status = schemas["Rehearsal"]["properties"]["status"]
    assert status == {"anyOf": [{"$ref": "#/components/schemas/JobStatus"}, {"type": "string"}]}


def test_values_that_are_new_come_into_our_enums(taken: tuple[NextContract, Document]) -> None:
    schemas = taken[1]["components"]["schemas"]
    assert schemas["JobStatus"]["enum"][-2:] == ["paused", "cancelled"]
    assert schemas["ElementType"]["enum"][-2:] == ["audio", "token"]


def test_the_overlay_keeps_the_documents_habits_out(taken: tuple[NextContract, Document]) -> None:
    own = taken[1]["components"]["schemas"]["ImageGenerateRequest"]["allOf"][-1]
    assert own["required"] == ["images"]
    assert own["properties"]["domain"]["examples"][-1] == "image.depth"
    assert own["properties"]["domain"]["type"] == ["string", "null"]
    parameters = taken[1]["paths"]["/artifacts"]["get"]["parameters"]
    assert parameters == OURS["paths"]["/artifacts"]["get"]["parameters"]


def test_what_the_document_does_not_mention_stays_and_is_told(
    taken: tuple[NextContract, Document],
) -> None:
    candidate, document = taken
    schemas = document["components"]["schemas"]
    assert schemas["PredictionResponse"] == OURS["components"]["schemas"]["PredictionResponse"]
    assert "PredictionResponse: type, message" in candidate.report.kept
    assert "execute_agent" in candidate.report.missing
    assert "create_embeddings" not in candidate.report.missing


def test_no_line_changes_that_says_what_it_said(taken: tuple[NextContract, Document]) -> None:
    before, after = TEXT.splitlines(), taken[0].text.splitlines()
    gone = [line.strip() for line in before if line not in after]
    assert gone[0].startswith("version: ")
    assert gone[1:] == [
        "enum: [image, page, video, audio]",
        "enum: [pending, enqueued, running, completed, failed, paused]",
    ]


@pytest.mark.slow
def test_the_same_document_again_changes_nothing(take: Take) -> None:
    once = take(official_app.document()).text
    assert take(official_app.document(), once).text == once


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_our_own_document_is_taken_as_it_stands(tmp_path: Path, form: str) -> None:
    spec = tmp_path / f"openapi.{form}"
    spec.write_text(TEXT if form == "yaml" else json.dumps(OURS, indent="\t"), "utf-8")
    candidate = build_next_contract(spec, ROOT / "openapi.yaml", OVERLAY)
    assert candidate.ours
    assert candidate.text == TEXT


def test_our_own_document_may_lose_an_operation(tmp_path: Path) -> None:
    document = json.loads(json.dumps(OURS))
    del document["paths"]["/datasets/{dataset_id}"]
    spec = tmp_path / "openapi.json"
    spec.write_text(json.dumps(document), "utf-8")
    candidate = build_next_contract(spec, ROOT / "openapi.yaml", OVERLAY)
    assert parse(candidate.text).value == document
    assert len(TEXT.splitlines()) - len(candidate.text.splitlines()) == 19


def test_a_text_that_looks_like_something_else_stays_a_text(tmp_path: Path) -> None:
    words = ["1e3", "0o17", "+.5", "no", "12:30", "2024-01-02", "5XX", "~"]
    document = json.loads(json.dumps(OURS))
    document["info"].update({"x-word": "1e3", "x-words": words})
    spec = tmp_path / "openapi.json"
    spec.write_text(json.dumps(document), "utf-8")
    written = parse(build_next_contract(spec, ROOT / "openapi.yaml", OVERLAY).text)
    assert written.value["info"] == document["info"]
    assert written.ambiguous == []


@pytest.mark.slow
def test_operations_go_when_asked_but_not_those_of_another_host(take: Take) -> None:
    candidate = take(official_app.document(), remove=True)
    document = parse(candidate.text).value
    assert "/datasets" not in document["paths"]
    assert "/openai/embeddings" in document["paths"]
    assert "list_datasets" in candidate.report.removed


@pytest.mark.slow
def test_a_field_that_is_new_is_optional_and_may_be_null(take: Take) -> None:
    def change(document: Document) -> None:
        fields = document["components"]["schemas"]["PredictionOut"]["properties"]
        fields["region"] = {"type": "string", "title": "Region", "description": "Where it ran."}
        document["components"]["schemas"]["PredictionOut"]["required"] = ["region"]

    document = parse(take(official_app.document(change)).text).value
    schema = document["components"]["schemas"]["PredictionResponse"]
    assert schema["properties"]["region"] == {
        "type": ["string", "null"],
        "description": "Where it ran.",
    }
    assert "required" not in schema


@pytest.mark.slow
def test_a_type_that_changed_is_taken_and_told(take: Take) -> None:
    def change(document: Document) -> None:
        schemas = document["components"]["schemas"]
        schemas["StoredFile"]["properties"]["bytes"] = {"type": "string"}
        schemas["ImageJob"]["properties"]["batch"] = {
            "anyOf": [{"type": "boolean"}, {"type": "null"}]
        }
        schemas["ImageJob"]["required"] = ["images", "batch"]

    candidate = take(official_app.document(change))
    schemas = parse(candidate.text).value["components"]["schemas"]
    assert schemas["FileResponse"]["properties"]["bytes"] == {
        "type": ["string", "null"],
        "description": "Size in bytes.",
    }
    own = schemas["ImageGenerateRequest"]["allOf"][-1]
    assert own["required"] == ["images", "batch"]
    assert own["properties"]["batch"]["type"] == ["boolean", "null"]
    assert {
        "FileResponse.bytes: now string",
        "ImageGenerateRequest.batch: also null",
        "ImageGenerateRequest.batch: now required",
    } <= set(candidate.report.changed)


@pytest.mark.slow
def test_another_schema_of_one_of_our_names_gets_another(take: Take) -> None:
    def change(document: Document) -> None:
        schemas = document["components"]["schemas"]
        other = {
            "type": "object",
            "properties": {"wing": {"type": "string"}, "sky": {"type": "string"}},
        }
        schemas["ToolCall"] = {**other, "title": "ToolCall"}
        schemas["Rehearsal"]["properties"]["bird"] = {"$ref": "#/components/schemas/ToolCall"}

    candidate = take(official_app.document(change))
    schemas = parse(candidate.text).value["components"]["schemas"]
    assert schemas["ToolCall"] == OURS["components"]["schemas"]["ToolCall"]
    assert schemas["ToolCall2"]["properties"].keys() == {"wing", "sky"}
    assert any(line.startswith("ToolCall2") for line in candidate.report.renamed)


@pytest.mark.slow
def test_openapi_30_is_read_too(take: Take) -> None:
    def change(document: Document) -> None:
        document["openapi"] = "3.0.2"
        note = {"type": "string", "nullable": True, "title": "Note"}
        least = {"type": "number", "minimum": 0, "exclusiveMinimum": True}
        fields = document["components"]["schemas"]["Rehearsal"]["properties"]
        fields.update({"note": note, "least": least})

    fields = parse(take(official_app.document(change)).text).value["components"]["schemas"][
        "Rehearsal"
    ]
    assert fields["properties"]["note"] == {"type": ["string", "null"]}
    assert fields["properties"]["least"] == {"type": ["number", "null"], "exclusiveMinimum": 0}


def hostile(document: Document) -> None:
    """What the generator would drop or trip over, all at once."""
    schemas = document["components"]["schemas"]
    schemas["File"] = {
        "type": "object",
        "properties": {"cls": {}, "a-b": {}, "a_b": {}, "ok": True},
    }
    schemas["Alias"] = {"$ref": "#/components/schemas/File"}
    schemas["Page_File_"] = {"type": "array", "items": {"$ref": "#/components/schemas/Alias"}}
    schemas["Rehearsal"]["properties"] |= {
        "page": {"$ref": "#/components/schemas/Page_File_", "description": "Beside."},
        "level": {"enum": [1, 2, None], "type": ["integer", "null"]},
        "signs": {"enum": ["+", "-"]},
        "yes": {"const": True},
        "mixed": {"enum": [1, "a"]},
        "inner": {"type": "object", "properties": {"x": {"type": "object"}}, "required": ["y"]},
        "any": {"type": "array"},
        "both": {"allOf": [{"$ref": "#/components/schemas/File"}, {"properties": {"z": {}}}]},
        "strange": {"type": "object", "patternProperties": {"^x": {}}, "if": {}},
    }
    paths = document["paths"]
    paths["/v1/rehearsals/{run_id}/picture"] = {
        "get": {
            "operationId": "class",
            "deprecated": True,
            "parameters": [
                {"name": "body", "in": "query", "schema": {"type": "string"}},
                {"name": "Authorization", "in": "header", "schema": {"type": "string"}},
                {"name": "filter", "in": "query", "content": {"application/json": {"schema": {}}}},
            ],
            "responses": {
                "200": {"description": "", "content": {"image/png": {}, "text/html": {}}},
                "409": {"description": "Busy."},
            },
        }
    }
    body = {"content": {"application/xml": {"schema": {"type": "string"}}}}
    refused = {
        "operationId": "list_files",
        "requestBody": body,
        "responses": {"204": {"description": ""}},
    }
    paths["/v1/rehearsals/import"] = {"post": refused}


@pytest.mark.slow
def test_what_the_generator_would_trip_over_is_mended_or_left_out_and_told(take: Take) -> None:
    candidate = take(official_app.document(hostile))
    document = parse(candidate.text).value
    assert list(lint(document)) == []
    operation = document["paths"]["/rehearsals/{run_id}/picture"]["get"]
    assert operation["operationId"] == "class_rehearsals"
    assert [each["name"] for each in operation["parameters"]] == ["run_id", "filter"]
    assert next(iter(operation["responses"]["200"]["content"])) == "application/octet-stream"
    assert operation["responses"]["409"]["description"] == "Busy."
    assert "/rehearsals/import" not in document["paths"]
    told = "\n".join(candidate.report.left_out)
    assert "application/xml" in told
    assert "'cls'" in told
    assert "patternProperties, if" in told
