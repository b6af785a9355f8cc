"""What a request must be, and how the stand-in says that it is not: keys, parameters, bodies."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import httpx
import pytest

import vlmrun.testing
from tests.testing.conftest import PLAIN
from vlmrun.testing import Server

JSON = {"Content-Type": "application/json"}


def problems_of(response: httpx.Response) -> list[tuple[list[Any], str]]:
    assert response.status_code == 422, response.text
    return [(each["loc"], each["type"]) for each in response.json()["detail"]]


@pytest.mark.parametrize("header", [None, "", "Bearer", "Basic dXNlcjpwYXNz", "test-key"])
def test_a_missing_key_is_401(server: Server, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    response = httpx.get(f"{server.url}/files", headers=headers, **PLAIN)
    assert response.status_code == 401
    assert response.json() == {"detail": "Send Authorization: Bearer <API key>"}
    assert response.headers["www-authenticate"] == "Bearer"


def test_any_key_is_taken_by_default(http: httpx.Client) -> None:
    assert http.get("/files").status_code == 200


def test_health_needs_no_key_but_refuses_a_wrong_one() -> None:
    with vlmrun.testing.serve(reject_keys=["revoked"]) as server:
        assert httpx.get(f"{server.url}/health", **PLAIN).status_code == 200
        refused = httpx.get(
            f"{server.url}/health", headers={"Authorization": "Bearer revoked"}, **PLAIN
        )
        assert refused.status_code == 401


def test_api_key_is_the_only_one(connected: Callable[[Server], httpx.Client]) -> None:
    with vlmrun.testing.serve(api_key="right") as server:
        http = connected(server)
        assert http.get("/files").status_code == 401
        assert http.get("/files", headers={"Authorization": "Bearer right"}).status_code == 200


@pytest.mark.parametrize(
    ("query", "loc", "word"),
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
def test_a_parameter_out_of_bounds(http: httpx.Client, query: str, loc: Any, word: str) -> None:
    assert problems_of(http.get(f"/files?{query}")) == [(loc, word)]


def test_a_parameter_of_an_enum_and_a_boolean(http: httpx.Client) -> None:
    response = http.get("/skills?order_by=size&descending=perhaps")
    assert problems_of(response) == [
        (["query", "order_by"], "enum"),
        (["query", "descending"], "bool_type"),
    ]


def test_unknown_parameters_are_ignored_as_by_the_service(http: httpx.Client) -> None:
    assert http.get("/files?after=x&order=desc").status_code == 200


def test_all_problems_of_a_body_are_told_at_once_with_their_places(http: httpx.Client) -> None:
    body = {
        "config": {"skills": [{"type": "x"}], "mode": "fast"},
        "batch": "yes",
        "toolsets": ["core", "all"],
        "callback_url": "no url",
    }
    assert sorted(problems_of(http.post("/agent/execute", json=body)), key=str) == [
        (["body", "batch"], "bool_type"),
        (["body", "callback_url"], "value_error"),
        (["body", "config", "mode"], "enum"),
        (["body", "config", "skills", 0, "type"], "enum"),
        (["body", "toolsets", 1], "enum"),
    ]


def test_a_missing_field(http: httpx.Client) -> None:
    response = http.post("/files/presigned-url", json={})
    assert problems_of(response) == [(["body", "filename"], "missing")]
    assert response.json()["detail"][0]["msg"] == "Field required"


def test_a_wrong_type_is_told_once(http: httpx.Client) -> None:
    assert problems_of(http.post("/agent/execute", json=[])) == [(["body"], "dict_type")]


def test_a_long_value_is_not_repeated_at_length(http: httpx.Client) -> None:
    response = http.post("/agent/execute", json={"name": {"x": "y" * 100_000}})
    assert problems_of(response)
    assert len(response.content) < 1000


@pytest.mark.parametrize(
    "content",
    [b'{"name": ', b"{'name': 'x'}", b'{"name": NaN}', b'\xff{"name": 1}', b"[" * 100_000],
    ids=["cut", "quotes", "NaN", "not UTF-8", "too deep"],
)
def test_malformed_json(http: httpx.Client, content: bytes) -> None:
    response = http.post("/agent/execute", content=content, headers=JSON)
    ((loc, word),) = problems_of(response)
    assert loc[0] == "body"
    assert word == "json_invalid"


@pytest.mark.parametrize("content", [b'{"name": "\\ud800"}', b'{"inputs": {"\\udfff": 1}}'])
def test_half_a_character_is_malformed(http: httpx.Client, content: bytes) -> None:
    response = http.post("/agent/execute", content=content, headers=JSON)
    assert problems_of(response) == [(["body"], "json_invalid")]


def test_both_halves_are_a_character(http: httpx.Client) -> None:
    content = b'{"id": "\\ud83d\\ude00"}'
    response = http.post("/agent/lookup", content=content, headers=JSON)
    assert response.json()["detail"] == "No agent has the id '\U0001f600'"


def test_deep_inputs_are_taken_or_refused_but_no_crash(http: httpx.Client) -> None:
    content = b'{"name": "x", "inputs": {"a": %s1%s}}' % (b"[" * 600, b"]" * 600)
    assert http.post("/agent/execute", content=content, headers=JSON).status_code in (404, 422)


def test_an_empty_body(http: httpx.Client) -> None:
    assert problems_of(http.post("/agent/execute")) == [(["body"], "missing")]


def test_another_content_type(http: httpx.Client) -> None:
    response = http.post("/agent/execute", content=b"{}", headers={"Content-Type": "text/plain"})
    assert problems_of(response) == [(["body"], "content_type")]


def test_a_charset_may_stand_with_the_content_type(http: httpx.Client) -> None:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    response = http.post("/agent/lookup", content=b'{"id": "x"}', headers=headers)
    assert response.status_code == 404


def test_a_form_without_its_file(http: httpx.Client) -> None:
    response = http.post("/files", files={"other": ("a.txt", b"x")})
    assert problems_of(response) == [(["body", "file"], "missing")]


def test_a_form_whose_file_is_a_text(http: httpx.Client) -> None:
    response = http.post("/files", files={"file": (None, b"x")})
    assert problems_of(response) == [(["body", "file"], "file_type")]


def test_a_file_that_is_no_form(http: httpx.Client) -> None:
    response = http.post("/files", content=b"x", headers={"Content-Type": "text/plain"})
    assert problems_of(response) == [(["body"], "content_type")]


def test_a_form_without_boundary(http: httpx.Client) -> None:
    headers = {"Content-Type": "multipart/form-data"}
    response = http.post("/files", content=io.BytesIO(b"x"), headers=headers)
    assert problems_of(response) == [(["body"], "multipart_invalid")]


def test_unknown_paths_and_methods(http: httpx.Client) -> None:
    assert http.get("/nothing").json() == {"detail": "Not Found"}
    response = http.put("/files")
    assert (response.status_code, response.json()) == (405, {"detail": "Method Not Allowed"})


def test_every_answer_has_a_request_id_of_its_own(http: httpx.Client) -> None:
    answers = [http.get("/files"), http.get("/nothing"), http.post("/agent/execute")]
    assert len({each.headers["x-request-id"] for each in answers}) == 3
