"""Agents of the mock server: create, look up, list."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from vlmrun.testing import Server


def create(http: httpx.Client, prompt: str, name: str | None = None) -> dict[str, Any]:
    response = http.post("/agent/create", json={"config": {"prompt": prompt}, "name": name})
    assert response.status_code == 201, response.text
    return dict(response.json())


def lookup(http: httpx.Client, **body: Any) -> httpx.Response:
    return http.post("/agent/lookup", json=body)


def test_created_agent_is_found_by_name_version_id_and_prompt(http: httpx.Client) -> None:
    agent = create(http, "Read it", "reader")
    for body in ({"name": "reader"}, {"name": "reader:1"}, {"name": "reader:latest"}):
        assert lookup(http, **body).json()["id"] == agent["id"]
    assert lookup(http, id=agent["id"]).json()["prompt"] == "Read it"
    assert lookup(http, prompt="Read it").json()["id"] == agent["id"]
    assert http.get(f"/agents/{agent['id']}").json() == lookup(http, id=agent["id"]).json()


def test_same_name_creates_a_new_version(http: httpx.Client) -> None:
    first, second = create(http, "Read it", "reader"), create(http, "Read on", "reader")
    assert first["id"] != second["id"]
    assert lookup(http, name="reader").json()["id"] == second["id"]
    assert lookup(http, name="reader:1").json()["id"] == first["id"]
    assert [each["id"] for each in http.get("/agent").json()] == [second["id"], first["id"]]


def test_lookup_by_prompt_returns_the_latest_agent(http: httpx.Client) -> None:
    create(http, "Read it", "one")
    assert lookup(http, prompt="Read it").json()["name"] == "one"
    create(http, "Read it", "two")
    assert lookup(http, prompt="Read it").json()["name"] == "two"


def test_agent_without_a_name_gets_a_generated_one(http: httpx.Client) -> None:
    assert create(http, "Read it")["name"].startswith("agent-")


@pytest.mark.parametrize("config", [{}, {"prompt": None}, {"prompt": " "}])
def test_agent_needs_a_prompt(http: httpx.Client, config: dict[str, Any]) -> None:
    response = http.post("/agent/create", json={"config": config})
    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"] == ["body", "config", "prompt"]


def test_name_must_not_contain_a_version(http: httpx.Client) -> None:
    response = http.post("/agent/create", json={"config": {"prompt": "x"}, "name": "a:1"})
    assert response.status_code == 422


@pytest.mark.parametrize("name", ["", " ", ":", ":1", "a:", "a:b:c"])
def test_lookup_of_a_malformed_name_is_400(http: httpx.Client, name: str) -> None:
    assert lookup(http, name=name).status_code == 400


@pytest.mark.parametrize("body", [{"name": "x"}, {"name": "x:2"}, {"id": "x"}, {"prompt": "x"}])
def test_lookup_of_an_unknown_agent_is_404(http: httpx.Client, body: dict[str, Any]) -> None:
    assert lookup(http, **body).status_code == 404


@pytest.mark.parametrize("body", [{}, {"name": "x", "id": "x"}, {"name": None}])
def test_lookup_takes_exactly_one_of_name_id_and_prompt(
    http: httpx.Client, body: dict[str, Any]
) -> None:
    assert lookup(http, **body).status_code == 422


def test_get_of_an_unknown_id_is_404(http: httpx.Client) -> None:
    assert http.get("/agents/nothing").status_code == 404


def test_add_agent_stores_the_schema(server: Server, http: httpx.Client) -> None:
    id = server.add_agent("reader", "Read it", {"type": "object"})
    assert http.get(f"/agents/{id}").json()["json_schema"] == {"type": "object"}
