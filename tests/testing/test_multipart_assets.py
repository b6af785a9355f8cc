"""Requests to System One with images in a form, as typesafe-sdk sends them."""

from __future__ import annotations

import gzip
import io
import json
from typing import Any

import httpx
import PIL.Image
import pytest

from tests.testing.conftest import PLAIN
from vlmrun.testing import Decision, Server

BODY = {
    "state": "Is <1> like <2>?",
    "model": "google/diffusiongemma-26b-a4b-it",
    "questions": {"alike": {"type": "noul"}},
}


def picture(kind: str) -> bytes:
    file = io.BytesIO()
    PIL.Image.new("RGB", (8, 6)).save(file, kind)
    return file.getvalue()


def form(assets: Any, parts: dict[str, bytes], body: dict[str, Any] | None = None) -> httpx.Request:
    request = json.dumps({**(BODY if body is None else body), "assets": assets}).encode()
    files: dict[str, Any] = {"request": (None, request, "application/json")}
    files.update({name: (name, content, "image/png") for name, content in parts.items()})
    return httpx.Request("POST", "http://a/", files=files)


def post(server: Server, request: httpx.Request, **headers: str) -> httpx.Response:
    url = f"{server.gateway_url.removesuffix('/v1')}/typesafe/v1/systemone"
    content = request.read()
    if headers:
        content = gzip.compress(content)
    headers = {"Content-Type": request.headers["content-type"], **headers}
    return httpx.post(url, content=content, headers=headers, **PLAIN)


def of_part(name: Any) -> dict[str, Any]:
    return {"type": "image", "part": name}


@pytest.mark.parametrize("headers", [{}, {"Content-Encoding": "gzip"}])
def test_images_in_parts(server: Server, headers: dict[str, str]) -> None:
    decisions: list[Decision] = []
    server.on_decide(decisions.append)
    images = {"asset-0": picture("PNG"), "asset-1": picture("JPEG")}
    assets = {"<1>": of_part("asset-0"), "<2>": of_part("asset-1")}
    response = post(server, form(assets, images), **headers)
    assert response.json()["answers"] == {"alike": {"type": "noul", "noul": 0.5}}
    assert response.headers["x-typesafe-request-id"] == response.headers["x-request-id"]
    (decision,) = decisions
    assert [each["bytes"] for each in decision.facts] == [len(each) for each in images.values()]
    assert [each["format"] for each in decision.body["assets"].values()] == ["png", "jpeg"]


PNG = {"asset-0": picture("PNG")}


@pytest.mark.parametrize(
    ("request_", "location"),
    [
        (form({"<1>": of_part("a")}, PNG), ["body", "assets", "<1>", "part"]),
        (form({"<1>": of_part(7)}, PNG), ["body", "assets", "<1>", "part"]),
        (
            form({"<1>": of_part("asset-0"), "<2>": of_part("asset-0")}, PNG),
            ["body", "assets", "<2>", "part"],
        ),
        (form(None, PNG), ["body", "asset-0"]),
        (form({"<1>": of_part("asset-0")}, {"asset-0": picture("GIF")}), ["<1>", "format"]),
        (form({"<1>": of_part("asset-0")}, PNG, {"model": "m"}), ["body", "state"]),
        (httpx.Request("POST", "http://a/", files={"a": b"b"}), ["body", "request"]),
    ],
    ids=["unknown", "number", "twice", "unclaimed", "gif", "body", "request"],
)
def test_forms_that_are_not_valid(
    server: Server, request_: httpx.Request, location: list[Any]
) -> None:
    response = post(server, request_)
    assert response.status_code == 422, response.text
    assert response.json()["detail"][0]["loc"][-len(location) :] == location


def test_another_operation_takes_no_form(server: Server) -> None:
    response = httpx.post(
        f"{server.url}/agent/lookup",
        files={"request": b"{}"},
        headers={"Authorization": "Bearer key"},
        **PLAIN,
    )
    assert response.status_code == 422
    assert response.json()["detail"][0]["type"] == "content_type"
