"""`parse`: bodies of callbacks are read into their types after verifying the signature."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pydantic
import pytest

from vlmrun import types, webhooks
from vlmrun.errors import (
    ClientError,
    InputError,
    InputTypeError,
    ResponseDecodeError,
    WebhookSignatureError,
)
from vlmrun.testing.contract.openapi import load_contract
from vlmrun.types import AgentExecutionResponse, PredictionResponse
from vlmrun.webhooks import parse, sign_for_test

SECRET = "whsec_0123456789"
EXECUTION = {
    "id": "e1",
    "name": "reader",
    "status": "completed",
    "created_at": "2026-05-19T10:00:00Z",
    "completed_at": "2026-05-19T10:00:04Z",
    "response": {"total": 12.5},
    "execution_mode": None,
    "usage": {"credits_used": 3},
}
PREDICTION = {
    "id": "p1",
    "domain": "document.invoice",
    "status": "failed",
    "created_at": "2026-05-19T10:00:00Z",
    "response": None,
    "message": "the page is blank",
}


class Invoice(pydantic.BaseModel):
    total: float


def body_of(value: Any) -> bytes:
    return json.dumps(value).encode()


def test_parse_returns_an_execution() -> None:
    body = body_of(EXECUTION)
    job = parse(body, sign_for_test(body, SECRET), SECRET)
    assert isinstance(job, AgentExecutionResponse)
    assert (job.id, job.name, job.status, job.response) == (
        "e1",
        "reader",
        "completed",
        {"total": 12.5},
    )
    assert job.completed_at is not None
    assert job.completed_at.utcoffset() is not None
    assert job.raw == EXECUTION


def test_parse_returns_a_prediction() -> None:
    job = parse(body_of(PREDICTION))
    assert isinstance(job, PredictionResponse)
    assert (job.domain, job.status, job.message) == (
        "document.invoice",
        "failed",
        "the page is blank",
    )


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"name": "reader"}, AgentExecutionResponse),
        ({"name": None}, AgentExecutionResponse),
        ({"execution_mode": "agent"}, AgentExecutionResponse),
        ({"domain": None}, PredictionResponse),
        ({"domain": "document.invoice", "name": "x"}, PredictionResponse),
        ({"type": "image"}, PredictionResponse),
        ({"new": 1}, PredictionResponse),
        ({}, PredictionResponse),
    ],
    ids=str,
)
def test_the_type_depends_on_the_fields(fields: dict[str, Any], expected: type[Any]) -> None:
    job = parse(body_of({"id": "j1", "status": "completed", **fields}))
    assert type(job) is expected
    assert job.raw == {"id": "j1", "status": "completed", **fields}


def test_every_job_in_the_contract_has_a_type() -> None:
    post = load_contract().document["webhooks"]["jobFinished"]["post"]
    arms = post["requestBody"]["content"]["application/json"]["schema"]["anyOf"]
    posted = {arm["$ref"].rpartition("/")[2] for arm in arms}
    public = {name for name in posted if name in types.__all__}
    assert {cls.__name__ for cls, _ in webhooks._DISTINCTIVE_FIELDS} == public
    for cls, fields in webhooks._DISTINCTIVE_FIELDS:
        assert fields <= set(
            load_contract().document["components"]["schemas"][cls.__name__]["properties"]
        )


def test_unknown_values_and_fields_are_kept() -> None:
    job = parse(body_of({**EXECUTION, "status": "archived", "region": "eu"}))
    assert (job.status, job.status_is_known) == ("archived", False)
    assert job.model_extra == {"region": "eu"}


def test_parsed_is_an_instance_of_the_response_model() -> None:
    assert parse(body_of(EXECUTION), response_model=Invoice).parsed == Invoice(total=12.5)
    job = parse(body_of({**EXECUTION, "response": {"total": "much"}}), response_model=Invoice)
    with pytest.raises(ResponseDecodeError) as caught:
        _ = job.parsed
    assert caught.value.raw == {"total": "much"}
    with pytest.raises(InputTypeError, match="response_model"):
        parse(body_of(EXECUTION), response_model="Invoice")


def test_the_body_may_be_a_str() -> None:
    text = json.dumps(EXECUTION, ensure_ascii=False)
    assert parse(text, sign_for_test(text, SECRET), SECRET).id == "e1"


@pytest.mark.parametrize("header", ["sha256=" + "0" * 64, "", "nothing", None])
def test_a_forged_callback_is_refused(header: str | None) -> None:
    with pytest.raises(WebhookSignatureError) as caught:
        parse(b"no JSON either", header, SECRET)
    assert isinstance(caught.value, ClientError)
    assert ("has no header" in str(caught.value)) is (header is None)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("secret", [None, "", b"", 1, "\ud800"], ids=ascii)
def test_a_missing_secret_does_not_turn_verification_off(secret: Any) -> None:
    body = body_of(EXECUTION)
    with pytest.raises(InputError, match="secret is None, empty or not a str"):
        parse(body, sign_for_test(body, SECRET), secret)
    with pytest.raises(InputError, match="secret is None, empty or not a str"):
        parse(body, None, secret)


def test_signature_and_secret_are_required_together() -> None:
    half: Any = parse
    with pytest.raises(InputTypeError, match="both signature_header and secret"):
        half(body_of(EXECUTION), sign_for_test(b"", SECRET))
    with pytest.raises(InputTypeError, match="both signature_header and secret"):
        half(body_of(EXECUTION), secret=SECRET)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe\xfd",
        b"id=e1&status=completed",
        b"[" * 100_000,
        b"9" * 10_000,
        "\ud800",
    ],
    ids=lambda body: ascii(body[:9]),
)
def test_a_body_that_is_not_json_is_refused(body: Any) -> None:
    with pytest.raises(ResponseDecodeError) as caught:
        parse(body)
    assert caught.value.raw == body


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        [EXECUTION],
        "completed",
        {},
        {"event": "ping"},
        {"id": "e1"},
        {"id": 1, "status": "completed"},
        {"id": "", "status": "completed"},
        {"id": "e1", "status": None},
    ],
    ids=str,
)
def test_json_that_is_not_a_job_is_refused(value: Any) -> None:
    with pytest.raises(ResponseDecodeError, match="not a job") as caught:
        parse(body_of(value))
    assert caught.value.raw == value


def test_a_job_without_a_legible_status_is_refused() -> None:
    broken = {**EXECUTION, "created_at": "yesterday", "status": ["completed"]}
    with pytest.raises(ResponseDecodeError, match=r"not a job|created_at") as caught:
        parse(body_of(broken))
    assert caught.value.raw == broken


def test_p55_completed_job_is_read_although_another_field_cannot_be(
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken = {**EXECUTION, "created_at": "yesterday"}
    job = parse(body_of(broken))
    assert (job.id, job.created_at, job.raw) == (EXECUTION["id"], None, broken)
    assert "created_at: not a date and time: 'yesterday'" in caplog.text


@pytest.mark.parametrize(
    "body", [None, EXECUTION, Path("body")], ids=lambda body: type(body).__name__
)
def test_an_invalid_body_is_refused(body: Any) -> None:
    with pytest.raises(InputTypeError, match="raw_body must be the body as received"):
        parse(body)
