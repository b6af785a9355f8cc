"""Predictions, domains and the hub of the mock server: facts, samples, invalid requests."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pytest

import vlmrun.testing
from tests.testing.conftest import upload
from vlmrun.testing import Outcome, Server
from vlmrun.testing.state.domains import built_in_domains

URL = "https://example.com/a.mp3"


def post(http: httpx.Client, path: str, status: int = 201, **body: Any) -> dict[str, Any]:
    response = http.post(path, json=body)
    assert response.status_code == status, response.text
    return dict(response.json())


@pytest.mark.parametrize("domain", built_in_domains(), ids=lambda domain: domain.name)
def test_sample_of_each_built_in_domain_conforms_to_its_schema(
    http: httpx.Client, domain: Any
) -> None:
    is_image = "image" in domain.inputs
    medium = "image" if is_image else domain.inputs[0]
    media: dict[str, Any] = {"images": [URL]} if is_image else {"url": URL}
    prediction = post(http, f"/{medium}/generate", domain=domain.name, batch=False, **media)
    assert (prediction["status"], prediction["domain"]) == ("completed", domain.name)
    jsonschema_rs.validate(domain.json_schema, prediction["response"])
    assert "not read from the inputs" in prediction["usage"]["message"]
    assert prediction["stand_in"]


def test_facts_of_a_document(http: httpx.Client, pdf: Path) -> None:
    file = upload(http, "referral.pdf", pdf.read_bytes())
    prediction = post(
        http, "/document/generate", domain="document.invoice", batch=False, file_id=file["id"]
    )
    assert prediction["stand_in"] == {
        "kind": "file",
        "file_id": file["id"],
        "filename": "referral.pdf",
        "media_type": "application/pdf",
        "bytes": pdf.stat().st_size,
        "sha256": hashlib.sha256(pdf.read_bytes()).hexdigest(),
        "pages": 2,
    }
    usage = prediction["usage"]
    assert (usage["elements_processed"], usage["element_type"]) == (2, "page")


@pytest.mark.vlmrun_server(accept_unreadable=True)
def test_facts_of_images(http: httpx.Client) -> None:
    data = base64.b64encode(b"pixels").decode()
    images = [f"data:image/png;base64,{data}", data, URL]
    facts = post(http, "/image/generate", domain="image.caption", images=images)["stand_in"]
    digest = hashlib.sha256(b"pixels").hexdigest()
    known = {"kind": "data", "bytes": 6, "sha256": digest}
    note = "The data URL of {} is not an image that can be decoded"
    assert facts["images"] == [
        {**known, "media_type": "image/png", "note": note.format("image/png")},
        {**known, "media_type": "", "note": note.format("an unknown media type")},
        {"kind": "url", "url": URL, "note": "not fetched"},
    ]


@pytest.mark.parametrize(("medium", "count"), [("audio", 1), ("video", 1), ("document", None)])
def test_usage_counts_the_processed_elements(
    http: httpx.Client, medium: str, count: int | None
) -> None:
    usage = post(http, f"/{medium}/schema", url=URL)["usage"]
    assert usage["elements_processed"] == count
    assert usage["element_type"] == (medium if count else None)


def test_default_of_batch_is_false_for_images_only(server: Server, http: httpx.Client) -> None:
    server.add_agent("reader")
    image = {"images": [URL]}
    assert post(http, "/image/generate", domain="image.caption", **image)["status"] == "completed"
    assert post(http, "/image/execute", name="reader", **image)["status"] == "pending"
    for medium, domain in (
        ("document", "document.invoice"),
        ("audio", "audio.transcription"),
        ("video", "video.transcription"),
    ):
        queued = post(http, f"/{medium}/generate", domain=domain, url=URL)
        assert (queued["status"], queued["response"], queued["completed_at"]) == (
            "pending",
            None,
            None,
        )
        assert post(http, f"/{medium}/execute", name="reader", url=URL)["status"] == "pending"


def test_queued_prediction_advances_with_each_poll(http: httpx.Client) -> None:
    queued = post(http, "/audio/generate", domain="audio.transcription", url=URL, id="mine")
    path = f"/predictions/{queued['id']}"
    assert queued["id"] == "mine"
    assert [http.get(path).json()["status"] for _ in range(3)] == [
        "running",
        "completed",
        "completed",
    ]
    assert [each["id"] for each in http.get("/predictions").json()] == ["mine"]
    again = http.post(
        "/audio/generate", json={"domain": "audio.transcription", "url": URL, "id": "mine"}
    )
    assert again.status_code == 422


def test_queues_everything_overrides_batch_false(
    connected: Callable[[Server], httpx.Client],
) -> None:
    with vlmrun.testing.serve(queues_everything=True) as server:
        http = connected(server)
        body = {"domain": "image.caption", "images": [URL], "batch": False}
        assert post(http, "/image/generate", **body)["status"] == "pending"
        assert post(http, "/image/schema", images=[URL])["status"] == "pending"
        config = {"prompt": "Read"}
        assert post(http, "/agent/execute", config=config, batch=False)["status"] == "pending"


def test_schema_of_the_request_overrides_that_of_the_domain(http: httpx.Client) -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    config = {"json_schema": schema}
    body = {"domain": "document.invoice", "url": URL, "batch": False}
    assert post(http, "/document/generate", config=config, **body)["response"] == {"a": 0}
    config = {"gql_stmt": "{ items { amount } }"}
    narrow = post(http, "/document/generate", config=config, **body)["response"]
    assert narrow == {"items": [{"amount": 0}]}


def test_confidence_and_grounding_add_metadata_to_each_field(http: httpx.Client) -> None:
    body = {"domain": "document.receipt", "url": URL, "batch": False}
    config = {"confidence": True, "grounding": True}
    response = post(http, "/document/generate", config=config, **body)["response"]
    assert response["total_metadata"] == {
        "confidence": "low",
        "bboxes": [{"xywh": [0.1, 0.1, 0.2, 0.05]}],
    }
    config = {"confidence": True, "grounding": False}
    response = post(http, "/document/generate", config=config, **body)["response"]
    assert response["total_metadata"] == {"confidence": "low"}
    body = {"domain": "audio.transcription", "url": URL, "batch": False}
    response = post(http, "/audio/generate", config=config, **body)["response"]
    assert response["segments"][0]["content_metadata"] == {"confidence": "low"}
    assert "segments_metadata" not in response


def test_schema_and_version_of_the_agent_apply(server: Server, http: httpx.Client) -> None:
    for value in ("one", "two"):
        server.add_agent("reader", value, {"const": value})
    body = {"name": "reader", "url": URL, "batch": False}
    assert post(http, "/video/execute", **body)["response"] == "two"
    assert post(http, "/video/execute", version="latest", **body)["response"] == "two"
    assert post(http, "/video/execute", version="1", **body)["response"] == "one"
    assert post(http, "/video/execute", config={"json_schema": {"const": 3}}, **body)[
        "response"
    ] == (3)


def test_script_returns_the_responses_of_predictions(server: Server, http: httpx.Client) -> None:
    runs = []

    @server.on_predict
    def script(run: Any) -> Any:
        runs.append(run)
        return {"name": run.name}

    server.add_agent("reader", "Read it")
    post(http, "/document/generate", domain="document.invoice", url=URL, config={"prompt": "x"})
    executed = post(http, "/audio/execute", name="reader", url=URL, batch=False)
    assert executed["response"] == {"name": "reader"}
    post(http, "/image/schema", images=[URL])
    assert [(run.name, run.domain, run.prompt) for run in runs] == [
        ("document.invoice", "document.invoice", "x"),
        ("reader", None, "Read it"),
        ("image.schema", None, None),
    ]
    assert [run.inputs for run in runs] == [{"url": URL}, {"url": URL}, {"images": [URL]}]
    server.on_predict(lambda _: Outcome.failure("blank"))
    failed = post(http, "/document/generate", domain="document.invoice", url=URL, batch=False)
    assert (failed["status"], failed["usage"]["message"]) == ("failed", "blank")
    server.on_predict(lambda _: {1, 2})
    assert "not valid JSON" in post(http, "/image/schema", images=[URL])["usage"]["message"]
    server.on_predict(None)
    assert post(http, "/image/schema", images=[URL])["status"] == "completed"


@pytest.mark.parametrize(
    ("path", "body", "status", "reason"),
    [
        ("/document/generate", {"url": URL}, 422, "domain"),
        ("/document/generate", {"domain": "document.invoice"}, 422, "exactly one of file_id"),
        (
            "/audio/generate",
            {"domain": "audio.transcription", "url": URL, "file_id": "x"},
            422,
            "exactly one",
        ),
        ("/audio/generate", {"domain": "audio.transcription", "file_id": "x"}, 404, "file_id 'x'"),
        ("/audio/generate", {"domain": "document.invoice", "url": URL}, 422, "not audio"),
        ("/video/generate", {"domain": "no.domain", "url": URL}, 404, "no.domain"),
        ("/image/generate", {"domain": "image.caption"}, 422, "images"),
        ("/image/generate", {"domain": "image.caption", "images": []}, 422, "images is empty"),
        ("/image/execute", {"images": [URL]}, 422, "name"),
        ("/image/execute", {"name": "nobody", "images": [URL]}, 404, "nobody"),
        ("/image/schema", {}, 422, "images"),
        ("/video/schema", {}, 422, "exactly one"),
        ("/schema", {}, 422, "domain"),
        ("/schema", {"domain": "no.domain"}, 404, "no.domain"),
        ("/hub/schema", {"domain": "no.domain"}, 404, "no.domain"),
        ("/hub/schema", {"domain": "document.receipt", "gql_stmt": "total"}, 422, "begin with {"),
        ("/hub/schema", {"domain": "document.receipt", "gql_stmt": "{ total"}, 422, "missing"),
        ("/hub/schema", {"domain": "document.receipt", "gql_stmt": "{ x }"}, 422, "no field x"),
        ("/hub/schema", {"domain": "document.receipt", "gql_stmt": "{ a: b }"}, 422, "not a field"),
        ("/hub/schema", {"domain": "document.receipt", "gql_stmt": "{total} {"}, 422, "follows"),
    ],
)
def test_invalid_requests_are_rejected_with_a_reason(
    http: httpx.Client, path: str, body: dict[str, Any], status: int, reason: str
) -> None:
    response = http.post(path, json=body)
    assert response.status_code == status
    assert reason in response.text


def test_derived_schema_describes_the_facts(http: httpx.Client) -> None:
    prediction = post(http, "/audio/schema", url=URL)
    schema = prediction["response"]["json_schema"]
    jsonschema_rs.validate(schema, prediction["stand_in"])
    assert schema["properties"]["kind"] == {"type": "string"}
    assert prediction["response"]["gql_stmt"] == "{ kind url note }"
    assert "no model has read" in prediction["usage"]["message"]


def test_domains_and_hub_return_the_same_schemas(server: Server, http: httpx.Client) -> None:
    server.add_domain("a.b", {"$ref": "#"}, description="Odd", inputs=["audio"])
    server.add_domain("a.c", {"type": "array", "items": {"properties": {"x": {}}}})
    assert {"domain": "a.b", "description": "Odd"} in http.get("/domains").json()
    hub = {each["domain"]: each for each in http.get("/hub/domains").json()}
    assert hub["a.b"]["supported_inputs"] == ["audio"]
    assert http.get("/hub/info").json() == {"version": "1.0.0"}
    assert post(http, "/schema", 200, domain="a.b")["gql_stmt"] == "{ }"
    assert post(http, "/schema", 200, domain="a.c")["gql_stmt"] == "{ x }"
    first, second = (post(http, path, 200, domain="a.c") for path in ("/schema", "/hub/schema"))
    assert first == second
    config = {"gql_stmt": "query { items { amount }, total }"}
    narrow = post(http, "/schema", 200, domain="document.invoice", config=config)
    assert narrow["gql_stmt"] == "{ items { amount } total }"
    assert narrow["json_schema"]["required"] == []
    assert (
        narrow["schema_hash"]
        != post(http, "/schema", 200, domain="document.invoice")["schema_hash"]
    )


def test_models_are_listed_for_all_domains(server: Server, http: httpx.Client) -> None:
    server.add_domain("a.b", {})
    assert {"model": "vlm-1", "domain": "a.b"} in http.get("/models").json()
