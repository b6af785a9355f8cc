"""`make update` with the document of a FastAPI application like that of the service."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from scripts.openapi.strict_yaml import parse
from scripts.update.next_contract import NextContract, build_next_contract
from tests.scripts import official_app
from tests.scripts.conftest import OVERLAY, ROOT, Merge

pytestmark = pytest.mark.slow

TEXT = (ROOT / "openapi.yaml").read_text("utf-8")

Document = dict[str, Any]


@cache
def ours() -> Document:
    """Return the data of openapi.yaml."""
    document: Document = parse(TEXT).value
    return document


@pytest.fixture(scope="module")
def merged(merge: Merge) -> tuple[NextContract, Document]:
    """openapi.yaml with the application's document merged into it."""
    contract = merge(official_app.document(), TEXT)
    return contract, parse(contract.text).value


def test_known_operations_keep_their_names(
    merged: tuple[NextContract, Document],
) -> None:
    _, document = merged
    ids = {
        operation["operationId"]: (path, operation["tags"])
        for path, item in document["paths"].items()
        for operation in item.values()
    }
    before = [op["operationId"] for item in ours()["paths"].values() for op in item.values()]
    assert [id for id in ids if id in before] == before
    assert {id: place for id, place in ids.items() if id not in before} == {
        "run_rehearsal": ("/rehearsals/run", ["rehearsals"]),
        "get_rehearsal": ("/rehearsals/{run_id}", ["rehearsals"]),
        "add_remarks": ("/rehearsals/{run_id}/notes", ["rehearsals"]),
    }
    assert document["paths"]["/predictions/{id}"] == ours()["paths"]["/predictions/{id}"]
    assert document["tags"] == [
        *ours()["tags"],
        {"name": "rehearsals", "description": "Rehearsals."},
    ]


def test_schemas_are_recognised_by_their_use(merged: tuple[NextContract, Document]) -> None:
    schemas = merged[1]["components"]["schemas"]
    theirs = {"JobState", "Usage", "PredictionOut", "StoredFile", "GenerationOptions", "ImageJob"}
    assert theirs.isdisjoint(schemas)
    assert ours()["components"]["schemas"].keys() <= schemas.keys()
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
    assert parameters == ours()["paths"]["/artifacts"]["get"]["parameters"]


def test_what_the_document_lacks_is_kept_and_reported(
    merged: tuple[NextContract, Document],
) -> None:
    contract, document = merged
    schemas = document["components"]["schemas"]
    assert schemas["PredictionResponse"] == ours()["components"]["schemas"]["PredictionResponse"]
    kept = contract.report.kept["fields"]
    assert {"PredictionResponse.type", "PredictionResponse.message"} <= {*kept}
    total = sum(len(item) for item in ours()["paths"].values())
    assert (contract.report.found, contract.report.total) == (6, total)
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


def test_the_same_document_again_changes_nothing(
    merged: tuple[NextContract, Document], merge: Merge
) -> None:
    once = merged[0].text
    assert merge(official_app.document(), once).text == once


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_our_own_document_is_taken_unchanged(tmp_path: Path, form: str) -> None:
    spec = tmp_path / f"openapi.{form}"
    spec.write_text(TEXT if form == "yaml" else json.dumps(ours(), indent="\t"), "utf-8")
    contract = build_next_contract(spec, ROOT / "openapi.yaml", OVERLAY)
    assert contract.ours
    assert contract.text == TEXT


def test_missing_operations_are_removed_except_on_other_hosts(merge: Merge) -> None:
    contract = merge(official_app.document(), TEXT, remove=True)
    document = parse(contract.text).value
    assert "/datasets" not in document["paths"]
    assert "/openai/embeddings" in document["paths"]
    assert "list_datasets" in contract.report.removed


def test_a_changed_type_is_merged_and_reported(merge: Merge) -> None:
    def change(document: Document) -> None:
        schemas = document["components"]["schemas"]
        schemas["StoredFile"]["properties"]["bytes"] = {"type": "string"}
        schemas["ImageJob"]["properties"]["batch"] = {
            "anyOf": [{"type": "boolean"}, {"type": "null"}]
        }
        schemas["ImageJob"]["required"] = ["images", "batch"]

    changed = merge(official_app.document(change), TEXT)
    schemas = parse(changed.text).value["components"]["schemas"]
    assert schemas["FileResponse"]["properties"]["bytes"] == {
        "type": ["string", "null"],
        "description": "Size in bytes.",
    }
    own = schemas["ImageGenerateRequest"]["allOf"][-1]
    assert own["required"] == ["images", "batch"]
    assert own["properties"]["batch"]["type"] == ["boolean", "null"]
