"""The default response of an execution: facts about the inputs, or a sample marked as such."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pytest

from tests.testing.conftest import skill_zip, upload
from vlmrun import skills
from vlmrun.testing import Server

UNREADABLE_PDF = "The file 'broken.pdf' is not a readable PDF: it is corrupt or encrypted"


def run(http: httpx.Client, **body: Any) -> dict[str, Any]:
    body.setdefault("config", {"prompt": "Read it"})
    response = http.post("/agent/execute", json={**body, "batch": False})
    assert response.status_code == 201, response.text
    return dict(response.json())


def facts_of(http: httpx.Client, value: Any) -> Any:
    return run(http, inputs={"it": value})["response"]["inputs"]["it"]


def test_facts_of_an_uploaded_pdf(http: httpx.Client, pdf: Path) -> None:
    file = upload(http, "referral.pdf", pdf.read_bytes())
    assert facts_of(http, {"type": "input_file", "file_id": file["id"]}) == {
        "kind": "file",
        "file_id": file["id"],
        "filename": "referral.pdf",
        "media_type": "application/pdf",
        "bytes": pdf.stat().st_size,
        "sha256": hashlib.sha256(pdf.read_bytes()).hexdigest(),
        "pages": 2,
    }


def test_usage_counts_the_pages_of_all_documents(http: httpx.Client, pdf: Path) -> None:
    file = upload(http, "referral.pdf", pdf.read_bytes())
    part = {"type": "input_file", "file_id": file["id"]}
    usage = run(http, inputs={"one": part, "two": part})["usage"]
    assert (usage["elements_processed"], usage["element_type"]) == (4, "page")
    assert usage["credits_used"] == 0


@pytest.mark.vlmrun_server(accept_unreadable=True)
def test_facts_of_a_corrupt_pdf(http: httpx.Client) -> None:
    file = upload(http, "broken.pdf", b"%PDF-1.7\nnothing")
    facts = facts_of(http, {"type": "input_file", "file_id": file["id"]})
    assert (facts["pages"], facts["note"]) == (None, UNREADABLE_PDF)


@pytest.mark.vlmrun_server(accept_unreadable=True)
def test_image_has_no_pages(http: httpx.Client) -> None:
    file = upload(http, "a.png", b"\x89PNG")
    facts = facts_of(http, {"type": "input_file", "file_id": file["id"]})
    assert facts["media_type"] == "image/png"
    assert "pages" not in facts


def test_public_url_of_the_server_is_read_as_the_file(http: httpx.Client, pdf: Path) -> None:
    file = upload(http, "referral.pdf", pdf.read_bytes())
    facts = facts_of(http, {"type": "file_url", "file_url": {"url": file["public_url"]}})
    assert (facts["file_id"], facts["pages"]) == (file["id"], 2)


def test_no_other_url_is_fetched(server: Server, http: httpx.Client) -> None:
    url = server.url + "/health"
    facts = facts_of(http, {"type": "image_url", "image_url": {"url": url, "detail": "auto"}})
    assert facts == {"kind": "url", "url": url, "note": "not fetched"}
    assert [each.operation for each in server.requests] == ["execute_agent"]


@pytest.mark.vlmrun_server(accept_unreadable=True)
def test_facts_of_a_data_url(http: httpx.Client, pdf: Path) -> None:
    text = base64.b64encode(pdf.read_bytes()).decode()
    url = f"data:application/pdf;base64,{text}"
    facts = facts_of(http, {"type": "file_url", "file_url": {"url": url}})
    assert (facts["media_type"], facts["pages"]) == ("application/pdf", 2)
    assert facts["sha256"] == hashlib.sha256(pdf.read_bytes()).hexdigest()
    broken = facts_of(http, {"type": "image_url", "image_url": {"url": "data:image/png;base64,?"}})
    assert broken["note"] == "The data URL of image/png is not base64, or empty"


def test_facts_of_a_text_part(http: httpx.Client) -> None:
    assert facts_of(http, {"type": "text", "text": "grüße"}) == {
        "kind": "text",
        "characters": 5,
        "sha256": hashlib.sha256("grüße".encode()).hexdigest(),
    }


@pytest.mark.parametrize(
    ("value", "json_type"),
    [(None, "null"), (True, "boolean"), (3, "integer"), (2.5, "number"), ("x", "string")],
)
def test_plain_json_values_are_returned(http: httpx.Client, value: Any, json_type: str) -> None:
    assert facts_of(http, value) == {"kind": "json", "type": json_type, "value": value}


def test_nested_parts_are_found(http: httpx.Client) -> None:
    facts = facts_of(http, {"pages": [{"type": "text", "text": "a"}, 1], "type": "letter"})
    assert facts["pages"][0]["kind"] == "text"
    assert facts["pages"][1]["value"] == 1
    assert facts["type"]["value"] == "letter"


def test_facts_of_an_inline_skill(http: httpx.Client, skill_directory: Path) -> None:
    bundle = skills.bundle(skill_directory)
    skill = {"type": "inline", "name": "mine", "source": {"data": bundle.base64}}
    (facts,) = run(http, config={"skills": [skill]})["response"]["skills"]
    assert facts["name"] == "mine"
    assert facts["description"] == skills.read(skill_directory).description
    assert facts["files"] == sorted(bundle.files)
    assert facts["sha256"] == bundle.sha256


def test_facts_of_an_inline_skill_in_its_deprecated_form(http: httpx.Client) -> None:
    skill = {"bundle": base64.b64encode(skill_zip()).decode()}
    (facts,) = run(http, config={"skills": [skill]})["response"]["skills"]
    assert (facts["name"], facts["files"]) == ("demo", ["SKILL.md"])


def test_facts_of_a_stored_skill(server: Server, http: httpx.Client, skill_directory: Path) -> None:
    version = server.add_skill(skill_directory)
    execution = run(http, config={"skills": [{"skill_name": "patient-referral"}]})
    (facts,) = execution["response"]["skills"]
    assert (facts["name"], facts["skill_version"]) == ("patient-referral", version)
    assert facts["files"] == sorted(skills.bundle(skill_directory).files)
    assert execution["name"] == "patient-referral"


def test_skill_with_a_schema_has_a_sample_in_its_facts(
    http: httpx.Client, skill_directory: Path
) -> None:
    skill = {"type": "inline", "source": {"data": skills.bundle(skill_directory).base64}}
    (facts,) = run(http, config={"skills": [skill]})["response"]["skills"]
    schema = json.loads((skill_directory / "schema.json").read_text())
    assert jsonschema_rs.is_valid(schema, facts["sample"])
    assert "not read from the inputs" in facts["sample_note"]


def test_json_schema_gets_a_sample_marked_as_such(http: httpx.Client) -> None:
    schema = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "total": {"type": "number", "minimum": 1}},
        "required": ["name", "total"],
        "additionalProperties": False,
    }
    execution = run(http, config={"prompt": "x", "json_schema": schema}, inputs={"n": 1})
    assert execution["response"] == {"name": "sample", "total": 1}
    assert "not read from the inputs" in execution["usage"]["message"]
    assert execution["stand_in"]["inputs"]["n"]["value"] == 1


def test_message_says_that_no_model_has_read_the_inputs(http: httpx.Client) -> None:
    assert "no model has read" in run(http)["usage"]["message"]


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ({"type": "strin"}, "schema is invalid"),
        ({"not": {}}, "no value that conforms"),
        ({"$ref": "https://example.com/schema.json"}, "is not fetched"),
    ],
)
def test_execution_fails_if_there_is_no_sample_for_its_schema(
    http: httpx.Client, schema: Any, reason: str
) -> None:
    execution = run(http, config={"prompt": "x", "json_schema": schema})
    assert (execution["status"], execution["response"]) == ("failed", None)
    assert reason in execution["usage"]["message"]
