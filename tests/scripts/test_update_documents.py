"""`make update` with the document of a FastAPI application like that of the service."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts.lint_spec.rules import lint
from scripts.openapi.strict_yaml import parse
from scripts.update.next_contract import NextContract, build_next_contract
from tests.scripts import official_app

ROOT = Path(__file__).parents[2]
OVERLAY = ROOT / "scripts/update/overlay.yaml"
TEXT = (ROOT / "openapi.yaml").read_text("utf-8")
OURS = parse(TEXT).value

Document = dict[str, Any]
Merge = Callable[..., NextContract]


@pytest.fixture
def merge(tmp_path: Path) -> Merge:
    """Merge a document into openapi.yaml, or into another contract."""

    def run(document: Document, text: str = TEXT, *, remove: bool = False) -> NextContract:
        spec, contract = tmp_path / "spec.json", tmp_path / "openapi.yaml"
        spec.write_text(json.dumps(document), "utf-8")
        contract.write_text(text, "utf-8")
        return build_next_contract(spec, contract, OVERLAY, remove=remove)

    return run


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> tuple[NextContract, Document]:
    """openapi.yaml with the application's document merged into it."""
    spec = tmp_path_factory.mktemp("official") / "openapi.json"
    spec.write_text(json.dumps(official_app.document()), "utf-8")
    contract = build_next_contract(spec, ROOT / "openapi.yaml", OVERLAY)
    return contract, parse(contract.text).value


@pytest.mark.slow
def test_the_linter_has_no_findings(merged: tuple[NextContract, Document]) -> None:
    assert list(lint(merged[1])) == []


def test_known_operations_keep_their_names(
    merged: tuple[NextContract, Document],
) -> None:
    _, document = merged
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


def test_schemas_are_recognised_by_their_use(merged: tuple[NextContract, Document]) -> None:
    schemas = merged[1]["components"]["schemas"]
    theirs = {"JobState", "Usage", "PredictionOut", "StoredFile", "GenerationOptions", "ImageJob"}
    assert theirs.isdisjoint(schemas)
    assert OURS["components"]["schemas"].keys() <= schemas.keys()
    status = schemas["Rehearsal"]["properties"]["status"]
    assert status == {"anyOf": [{"$ref": "#/components/schemas/JobStatus"}, {"type": "string"}]}


def test_new_values_are_added_to_our_enums(merged: tuple[NextContract, Document]) -> None:
    schemas = merged[1]["components"]["schemas"]
    assert schemas["JobStatus"]["enum"][-2:] == ["paused", "cancelled"]
    assert schemas["ElementType"]["enum"][-2:] == ["audio", "token"]


def test_the_overlay_is_applied(merged: tuple[NextContract, Document]) -> None:
    own = merged[1]["components"]["schemas"]["ImageGenerateRequest"]["allOf"][-1]
    assert own["required"] == ["images"]
    assert own["properties"]["domain"]["examples"][-1] == "image.depth"
    assert own["properties"]["domain"]["type"] == ["string", "null"]
    parameters = merged[1]["paths"]["/artifacts"]["get"]["parameters"]
    assert parameters == OURS["paths"]["/artifacts"]["get"]["parameters"]


def test_what_the_document_lacks_is_kept_and_reported(
    merged: tuple[NextContract, Document],
) -> None:
    contract, document = merged
    schemas = document["components"]["schemas"]
    assert schemas["PredictionResponse"] == OURS["components"]["schemas"]["PredictionResponse"]
    kept = contract.report.kept["fields"]
    assert {"PredictionResponse.type", "PredictionResponse.message"} <= {*kept}
    assert (contract.report.found, contract.report.total) == (6, 60)
    assert "execute_agent" in contract.report.missing
    assert "create_embeddings" not in contract.report.missing


def test_only_changed_lines_differ(merged: tuple[NextContract, Document]) -> None:
    before, after = TEXT.splitlines(), merged[0].text.splitlines()
    removed = [line.strip() for line in before if line not in after]
    assert removed[0].startswith("version: ")
    assert removed[1:] == [
        "enum: [image, page, video, audio]",
        "enum: [pending, enqueued, running, completed, failed, paused]",
    ]


@pytest.mark.slow
def test_the_same_document_again_changes_nothing(merge: Merge) -> None:
    once = merge(official_app.document()).text
    assert merge(official_app.document(), once).text == once


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_our_own_document_is_taken_unchanged(tmp_path: Path, form: str) -> None:
    spec = tmp_path / f"openapi.{form}"
    spec.write_text(TEXT if form == "yaml" else json.dumps(OURS, indent="\t"), "utf-8")
    contract = build_next_contract(spec, ROOT / "openapi.yaml", OVERLAY)
    assert contract.ours
    assert contract.text == TEXT


def test_our_own_document_may_lose_an_operation(tmp_path: Path) -> None:
    document = json.loads(json.dumps(OURS))
    del document["paths"]["/datasets/{dataset_id}"]
    spec = tmp_path / "openapi.json"
    spec.write_text(json.dumps(document), "utf-8")
    contract = build_next_contract(spec, ROOT / "openapi.yaml", OVERLAY)
    assert parse(contract.text).value == document
    assert len(TEXT.splitlines()) - len(contract.text.splitlines()) == 19


def test_strings_that_look_like_other_types_are_quoted(tmp_path: Path) -> None:
    values = ["1e3", "0o17", "+.5", "no", "12:30", "2024-01-02", "5XX", "~"]
    document = json.loads(json.dumps(OURS))
    document["info"].update({"x-value": "1e3", "x-values": values})
    spec = tmp_path / "openapi.json"
    spec.write_text(json.dumps(document), "utf-8")
    written = parse(build_next_contract(spec, ROOT / "openapi.yaml", OVERLAY).text)
    assert written.value["info"] == document["info"]
    assert written.ambiguous == []


@pytest.mark.slow
def test_missing_operations_are_removed_except_on_other_hosts(merge: Merge) -> None:
    contract = merge(official_app.document(), remove=True)
    document = parse(contract.text).value
    assert "/datasets" not in document["paths"]
    assert "/openai/embeddings" in document["paths"]
    assert "list_datasets" in contract.report.removed


@pytest.mark.slow
def test_a_new_response_field_is_optional_and_nullable(merge: Merge) -> None:
    def change(document: Document) -> None:
        fields = document["components"]["schemas"]["PredictionOut"]["properties"]
        fields["region"] = {"type": "string", "title": "Region", "description": "Where it ran."}
        document["components"]["schemas"]["PredictionOut"]["required"] = ["region"]

    document = parse(merge(official_app.document(change)).text).value
    schema = document["components"]["schemas"]["PredictionResponse"]
    assert schema["properties"]["region"] == {
        "type": ["string", "null"],
        "description": "Where it ran.",
    }
    assert "required" not in schema


@pytest.mark.slow
def test_a_changed_type_is_merged_and_reported(merge: Merge) -> None:
    def change(document: Document) -> None:
        schemas = document["components"]["schemas"]
        schemas["StoredFile"]["properties"]["bytes"] = {"type": "string"}
        schemas["ImageJob"]["properties"]["batch"] = {
            "anyOf": [{"type": "boolean"}, {"type": "null"}]
        }
        schemas["ImageJob"]["required"] = ["images", "batch"]

    schemas = parse(merge(official_app.document(change)).text).value["components"]["schemas"]
    assert schemas["FileResponse"]["properties"]["bytes"] == {
        "type": ["string", "null"],
        "description": "Size in bytes.",
    }
    own = schemas["ImageGenerateRequest"]["allOf"][-1]
    assert own["required"] == ["images", "batch"]
    assert own["properties"]["batch"]["type"] == ["boolean", "null"]


@pytest.mark.slow
def test_another_schema_with_one_of_our_names_is_renamed(merge: Merge) -> None:
    def change(document: Document) -> None:
        schemas = document["components"]["schemas"]
        other = {
            "type": "object",
            "properties": {"wing": {"type": "string"}, "sky": {"type": "string"}},
        }
        schemas["ToolCall"] = {**other, "title": "ToolCall"}
        schemas["Rehearsal"]["properties"]["bird"] = {"$ref": "#/components/schemas/ToolCall"}

    contract = merge(official_app.document(change))
    schemas = parse(contract.text).value["components"]["schemas"]
    assert schemas["ToolCall"] == OURS["components"]["schemas"]["ToolCall"]
    assert schemas["ToolCall2"]["properties"].keys() == {"wing", "sky"}
    assert any(line.startswith("ToolCall2") for line in contract.report.renamed)


@pytest.mark.slow
def test_nullable_of_openapi_30_is_converted(merge: Merge) -> None:
    def change(document: Document) -> None:
        document["openapi"] = "3.0.2"
        note = {"type": "string", "nullable": True, "title": "Note"}
        document["components"]["schemas"]["Rehearsal"]["properties"]["note"] = note

    fields = parse(merge(official_app.document(change)).text).value["components"]["schemas"][
        "Rehearsal"
    ]
    assert fields["properties"]["note"] == {"type": ["string", "null"]}


def hostile(document: Document) -> None:
    """Add much of what the generator would drop, or fail at."""
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
                {"name": "filter", "in": "query", "schema": {}},
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
def test_what_the_generator_cannot_read_is_converted_or_reported(merge: Merge) -> None:
    contract = merge(official_app.document(hostile))
    document = parse(contract.text).value
    assert list(lint(document)) == []
    operation = document["paths"]["/rehearsals/{run_id}/picture"]["get"]
    assert operation["operationId"] == "class_rehearsals"
    assert [each["name"] for each in operation["parameters"]] == ["run_id", "filter"]
    assert next(iter(operation["responses"]["200"]["content"])) == "application/octet-stream"
    assert operation["responses"]["409"]["description"] == "Busy."
    assert "/rehearsals/import" not in document["paths"]
    reported = "\n".join(contract.report.lines())
    assert "bodies of application/xml, which cannot be generated: POST /v1/rehears" in reported
    assert "as additional properties: File.a_b, File.cls" in reported
    assert 'patternProperties {"^x": {}} → none: Rehearsal.strange' in reported
    assert "if {} → none: Rehearsal.strange" in reported
    both = document["components"]["schemas"]["RehearsalBoth"]
    assert both["properties"].keys() == {"a-b", "ok", "z"}
