"""Artifacts of the mock server: only those that a test added."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.testing.conftest import poll_until_finished
from vlmrun.testing import Outcome, Server


def get(http: httpx.Client, **query: str) -> httpx.Response:
    return http.get("/artifacts", params=query)


def listed(http: httpx.Client, **query: str) -> list[dict[str, Any]]:
    response = http.get("/artifacts/list", params=query)
    assert response.status_code == 200
    return list(response.json()["items"])


@pytest.mark.parametrize(
    ("object_id", "content", "media_type"),
    [
        ("img_0a1b2c", b"\x89PNG...", "image/png"),
        ("img_0a1b2c", b"\xff\xd8\xff...", "image/jpeg"),
        ("vid_0a1b2c", b"...", "video/mp4"),
        ("aud_0a1b2c", b"...", "audio/mpeg"),
        ("doc_0a1b2c", b"...", "application/pdf"),
        ("recon_0a1b2c", b"...", "application/octet-stream"),
        ("arr_0a1b2c", b"...", "application/octet-stream"),
        ("url_0a1b2c", b"https://example.com", "text/plain"),
    ],
)
def test_artifact_has_its_content_and_media_type(
    http: httpx.Client, server: Server, object_id: str, content: bytes, media_type: str
) -> None:
    assert server.add_artifact("run", content, object_id) == object_id
    for key in ("session_id", "execution_id"):
        response = get(http, object_id=object_id, **{key: "run"})
        assert response.content == content
        assert response.headers["content-type"] == media_type


def test_media_type_of_an_artifact_can_be_set(http: httpx.Client, server: Server) -> None:
    server.add_artifact("run", b"x", "img_0a1b2c", media_type="application/octet-stream")
    response = get(http, object_id="img_0a1b2c", session_id="run")
    assert response.headers["content-type"] == "application/octet-stream"


def test_default_id_is_derived_from_the_content(server: Server) -> None:
    ids = [
        server.add_artifact("run", b"\x89PNG"),
        server.add_artifact("run", "a,b", filename="a.csv"),
        server.add_artifact("run", b"x", filename="a.mp4"),
        server.add_artifact("run", b"x", media_type="audio/mpeg"),
    ]
    assert [id.partition("_")[0] for id in ids] == ["img", "doc", "vid", "aud"]
    assert server.add_artifact("run", b"\x89PNG") == ids[0]


def test_artifact_is_found_by_its_filename(http: httpx.Client, server: Server) -> None:
    server.add_artifact("run", "a,b", filename="a b.csv", source="workspace")
    assert get(http, filename="a b.csv", session_id="run").content == b"a,b"
    (item,) = listed(http, session_id="run")
    assert (item["filename"], item["source"]) == ("a b.csv", "workspace")


@pytest.mark.parametrize(
    "query",
    [
        {"object_id": "img_0a1b2c"},
        {"object_id": "img_0a1b2c", "session_id": "a", "execution_id": "b"},
        {"session_id": "a"},
        {"object_id": "img_0a1b2c", "filename": "a", "session_id": "a"},
        {"object_id": "img", "session_id": "a"},
    ],
)
def test_request_must_identify_exactly_one_artifact(
    http: httpx.Client, query: dict[str, str]
) -> None:
    assert get(http, **query).status_code == 422


@pytest.mark.parametrize("query", [{}, {"session_id": "a", "execution_id": "b"}])
def test_list_needs_exactly_one_session_or_execution(
    http: httpx.Client, query: dict[str, str]
) -> None:
    assert http.get("/artifacts/list", params=query).status_code == 422


def test_server_creates_no_artifacts_by_itself(http: httpx.Client) -> None:
    run = http.post("/agent/execute", json={"config": {"prompt": "Draw it"}}).json()
    poll_until_finished(http, run)
    assert listed(http, execution_id=run["id"]) == []
    assert listed(http, session_id="chat") == []
    assert get(http, object_id="img_0a1b2c", execution_id=run["id"]).status_code == 404
    assert http.get("/artifacts/list", params={"execution_id": "none"}).status_code == 404


def test_artifacts_of_an_outcome_exist_once_the_execution_is_completed(
    http: httpx.Client, server: Server
) -> None:
    artifacts = {"img_0a1b2c": b"\x89PNG", "report.csv": "a,b"}
    server.on_execute(lambda run: Outcome({"done": True}, artifacts=artifacts))
    run = http.post("/agent/execute", json={"config": {"prompt": "Draw it"}}).json()
    assert listed(http, execution_id=run["id"]) == []
    assert get(http, object_id="img_0a1b2c", execution_id=run["id"]).status_code == 404
    poll_until_finished(http, run)
    server.add_artifact(run["id"], b"%PDF", "doc_0a1b2c")
    items = listed(http, execution_id=run["id"])
    assert [each["filename"] or each["object_id"] for each in items] == [
        "doc_0a1b2c",
        "img_0a1b2c",
        "report.csv",
    ]
    assert get(http, filename="report.csv", execution_id=run["id"]).content == b"a,b"
    by_id = get(http, object_id=items[2]["object_id"], execution_id=run["id"])
    assert by_id.content == b"a,b"
