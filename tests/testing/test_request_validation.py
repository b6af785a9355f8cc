"""Validation of requests: API keys, parameters and bodies."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from starlette.exceptions import HTTPException

import vlmrun.testing
from tests.plain_http import PLAIN
from vlmrun.testing import Server
from vlmrun.testing.http.content_coding import decoded

JSON = {"Content-Type": "application/json"}


def problems_of(response: httpx.Response) -> list[tuple[list[Any], str]]:
    assert response.status_code == 422, response.text
    return [(each["loc"], each["type"]) for each in response.json()["detail"]]


@pytest.mark.parametrize("header", [None, "", "Bearer", "Basic dXNlcjpwYXNz", "test-key"])
def test_missing_or_malformed_key_is_401(server: Server, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    response = httpx.get(f"{server.url}/files", headers=headers, **PLAIN)
    assert response.status_code == 401
    assert response.json() == {"detail": "Send Authorization: Bearer <API key>"}
    assert response.headers["www-authenticate"] == "Bearer"


def test_any_key_is_accepted_by_default(http: httpx.Client) -> None:
    assert http.get("/files").status_code == 200


def test_health_check_needs_no_key_but_rejects_a_wrong_one() -> None:
    with vlmrun.testing.serve(reject_keys=["revoked"]) as server:
        assert httpx.get(f"{server.url}/health", **PLAIN).status_code == 200
        refused = httpx.get(
            f"{server.url}/health", headers={"Authorization": "Bearer revoked"}, **PLAIN
        )
        assert refused.status_code == 401


def test_only_the_api_key_setting_is_accepted(connected: Callable[[Server], httpx.Client]) -> None:
    with vlmrun.testing.serve(api_key="right") as server:
        http = connected(server)
        assert http.get("/files").status_code == 401
        assert http.get("/files", headers={"Authorization": "Bearer right"}).status_code == 200


@pytest.mark.parametrize(
    ("query", "loc", "error_type"),
    [
        ("limit=0", ["query", "limit"], "greater_than_equal"),
        ("limit=1001", ["query", "limit"], "less_than_equal"),
        ("limit=ten", ["query", "limit"], "int_type"),
        ("limit=", ["query", "limit"], "int_type"),
        ("limit=1.5", ["query", "limit"], "int_type"),
        (f"limit={'9' * 5000}", ["query", "limit"], "int_type"),
        ("skip=-1", ["query", "skip"], "greater_than_equal"),
    ],
)
def test_invalid_query_parameter_is_reported(
    http: httpx.Client, query: str, loc: Any, error_type: str
) -> None:
    assert problems_of(http.get(f"/files?{query}")) == [(loc, error_type)]


def test_invalid_enum_and_boolean_parameters_are_reported(http: httpx.Client) -> None:
    response = http.get("/skills?order_by=size&descending=perhaps")
    assert problems_of(response) == [
        (["query", "order_by"], "enum"),
        (["query", "descending"], "bool_type"),
    ]


def test_unknown_parameters_are_ignored_as_by_the_service(http: httpx.Client) -> None:
    assert http.get("/files?after=x&order=desc").status_code == 200


def test_all_problems_of_a_body_are_reported_together(http: httpx.Client) -> None:
    body = {
        "config": {"skills": [{"type": "x"}], "mode": "fast"},
        "batch": "yes",
        "toolsets": ["core", "all"],
        "callback_url": "not a URL",
    }
    assert sorted(problems_of(http.post("/agent/execute", json=body)), key=str) == [
        (["body", "batch"], "bool_type"),
        (["body", "callback_url"], "value_error"),
        (["body", "config", "mode"], "enum"),
        (["body", "config", "skills", 0, "type"], "enum"),
        (["body", "toolsets", 1], "enum"),
    ]


def test_missing_field_is_reported(http: httpx.Client) -> None:
    response = http.post("/files/presigned-url", json={})
    assert problems_of(response) == [(["body", "filename"], "missing")]
    assert response.json()["detail"][0]["msg"] == "Field required"


def test_wrong_type_is_reported_once(http: httpx.Client) -> None:
    assert problems_of(http.post("/agent/execute", json=[])) == [(["body"], "dict_type")]


def test_long_value_is_shortened_in_the_message(http: httpx.Client) -> None:
    response = http.post("/agent/execute", json={"name": {"x": "y" * 100_000}})
    assert problems_of(response)
    assert len(response.content) < 1000


@pytest.mark.parametrize(
    "content",
    [b'{"name": ', b"{'name': 'x'}", b'{"name": NaN}', b'\xff{"name": 1}', b"[" * 100_000],
    ids=["cut", "quotes", "NaN", "not UTF-8", "too deep"],
)
def test_malformed_json_is_reported(http: httpx.Client, content: bytes) -> None:
    response = http.post("/agent/execute", content=content, headers=JSON)
    ((loc, error_type),) = problems_of(response)
    assert loc[0] == "body"
    assert error_type == "json_invalid"


@pytest.mark.parametrize("content", [b'{"name": "\\ud800"}', b'{"inputs": {"\\udfff": 1}}'])
def test_lone_surrogate_is_malformed_json(http: httpx.Client, content: bytes) -> None:
    response = http.post("/agent/execute", content=content, headers=JSON)
    assert problems_of(response) == [(["body"], "json_invalid")]


def test_surrogate_pair_is_a_character(http: httpx.Client) -> None:
    content = b'{"id": "\\ud83d\\ude00"}'
    response = http.post("/agent/lookup", content=content, headers=JSON)
    assert response.json()["detail"] == "No agent has the id '\U0001f600'"


def test_deeply_nested_inputs_cause_no_crash(http: httpx.Client) -> None:
    content = b'{"name": "x", "inputs": {"a": %s1%s}}' % (b"[" * 600, b"]" * 600)
    assert http.post("/agent/execute", content=content, headers=JSON).status_code in (404, 422)


def test_empty_body_is_reported(http: httpx.Client) -> None:
    assert problems_of(http.post("/agent/execute")) == [(["body"], "missing")]


def test_wrong_content_type_is_reported(http: httpx.Client) -> None:
    response = http.post("/agent/execute", content=b"{}", headers={"Content-Type": "text/plain"})
    assert problems_of(response) == [(["body"], "content_type")]


def test_content_type_may_have_a_charset(http: httpx.Client) -> None:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    response = http.post("/agent/lookup", content=b'{"id": "x"}', headers=headers)
    assert response.status_code == 404


def test_form_without_its_file_is_reported(http: httpx.Client) -> None:
    response = http.post("/files", files={"other": ("a.txt", b"x")})
    assert problems_of(response) == [(["body", "file"], "missing")]


def test_form_field_without_a_filename_is_not_a_file(http: httpx.Client) -> None:
    response = http.post("/files", files={"file": (None, b"x")})
    assert problems_of(response) == [(["body", "file"], "file_type")]


def test_upload_must_be_a_form(http: httpx.Client) -> None:
    response = http.post("/files", content=b"x", headers={"Content-Type": "text/plain"})
    assert problems_of(response) == [(["body"], "content_type")]


def test_form_without_a_boundary_is_reported(http: httpx.Client) -> None:
    headers = {"Content-Type": "multipart/form-data"}
    response = http.post("/files", content=io.BytesIO(b"x"), headers=headers)
    assert problems_of(response) == [(["body"], "multipart_invalid")]


@pytest.mark.parametrize(
    ("coding", "compress"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("identity", bytes)],
)
def test_compressed_bodies_are_decoded(
    http: httpx.Client, coding: str, compress: Callable[[bytes], bytes]
) -> None:
    """typesafe-sdk compresses by default where Python can."""
    headers = {"Content-Type": "application/json", "Content-Encoding": coding}
    body = compress(b'{"name": 7}')
    response = http.post("/agent/lookup", content=body, headers=headers)
    assert problems_of(response)[0][0] == ["body", "name"]


def test_bodies_that_cannot_be_decoded_are_reported(http: httpx.Client) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    response = http.post("/agent/lookup", content=b"{}", headers=headers)
    assert (response.status_code, response.json()["detail"][:20]) == (400, "The body is not gzip")
    for coding in ("br", "zstd"):
        with pytest.raises(HTTPException) as caught:
            decoded(coding, b"{}")
        # With a package for zstd, the body is not in it.
        assert caught.value.status_code in (400, 415)


def test_unknown_path_is_404_and_unknown_method_405(http: httpx.Client) -> None:
    assert http.get("/nothing").json() == {"detail": "Not Found"}
    response = http.put("/files")
    assert (response.status_code, response.json()) == (405, {"detail": "Method Not Allowed"})


def test_each_response_has_a_distinct_request_id(http: httpx.Client) -> None:
    responses = [http.get("/files"), http.get("/nothing"), http.post("/agent/execute")]
    assert len({each.headers["x-request-id"] for each in responses}) == 3
