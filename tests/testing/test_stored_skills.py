"""Skills of the mock server: sources, versions, lookup, download."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest

import vlmrun.testing
from tests.plain_http import PLAIN
from tests.testing.conftest import skill_zip, upload
from vlmrun import skills
from vlmrun.testing import Server


def create(http: httpx.Client, **body: Any) -> dict[str, Any]:
    response = http.post("/skills/create", json=body)
    assert response.status_code == 201, response.text
    return dict(response.json())


def from_zip(http: httpx.Client, data: bytes, name: str = "demo", **body: Any) -> dict[str, Any]:
    file = upload(http, "skill.zip", data)
    return create(http, file_id=file["id"], name=name, **{"description": "Does it", **body})


def download(http: httpx.Client, skill: dict[str, Any]) -> zipfile.ZipFile:
    link = http.get(f"/skills/{skill['id']}/download").json()
    assert link["expires_in"] == 604_800
    content = httpx.get(link["download_url"], **PLAIN).content
    return zipfile.ZipFile(io.BytesIO(content))


def test_skill_of_an_uploaded_zip_is_downloaded_unchanged(
    http: httpx.Client, skill_directory: Path, tmp_path: Path
) -> None:
    data = skills.bundle(skill_directory).data
    skill = from_zip(http, data, "patient-referral", description="Reads referrals")
    assert (skill["name"], skill["description"]) == ("patient-referral", "Reads referrals")
    assert re.fullmatch(r"[0-9]{8}-[0-9a-f]{6}", skill["skill_version"])
    assert http.get(f"/skills/{skill['id']}").json() == skill
    with download(http, skill) as archive:
        assert sorted(archive.namelist()) == sorted(skills.bundle(skill_directory).files)


def test_skill_of_a_prompt_is_valid(http: httpx.Client, tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"total": {"type": "number"}}}
    prompt = 'Read the "total": it is at the end\n\nNothing else.'
    skill = create(http, prompt=prompt, json_schema=schema)
    with download(http, skill) as archive:
        assert json.loads(archive.read("schema.json")) == schema
        archive.extractall(tmp_path)
    manifest = skills.read(tmp_path)
    assert manifest.name == skill["name"] == "read-the-total-it"
    assert manifest.description == skill["description"] == 'Read the "total": it is at the end'
    assert manifest.body == prompt
    assert [each for each in skills.validate(tmp_path) if each.level == "error"] == []


def test_skill_of_a_session_contains_the_session_id(http: httpx.Client) -> None:
    skill = create(http, session_id="0d9f", name="mine", description="d", is_public=True)
    assert (skill["name"], skill["is_public"]) == ("mine", True)
    with download(http, skill) as archive:
        assert b"0d9f" in archive.read("SKILL.md")


@pytest.mark.parametrize(
    ("body", "loc"),
    [
        ({}, ["body"]),
        ({"prompt": "x", "session_id": "y"}, ["body"]),
        ({"file_id": "f", "name": "n"}, ["body", "description"]),
        ({"file_id": "f", "description": "d"}, ["body", "name"]),
        ({"prompt": "x", "name": "n" * 256}, ["body", "name"]),
    ],
)
def test_skill_needs_exactly_one_source_and_its_fields(
    http: httpx.Client, body: dict[str, Any], loc: list[str]
) -> None:
    response = http.post("/skills/create", json=body)
    assert response.status_code == 422
    assert [each["loc"] for each in response.json()["detail"]] == [loc]


def test_unknown_file_id_is_404(http: httpx.Client) -> None:
    body = {"file_id": "f", "name": "n", "description": "d"}
    response = http.post("/skills/create", json=body)
    assert response.status_code == 404
    assert response.json() == {"detail": "No file has the file_id 'f'"}


def test_file_must_be_a_zip_archive(http: httpx.Client) -> None:
    file = upload(http, "skill.zip", b"no zip")
    body = {"file_id": file["id"], "name": "n", "description": "d"}
    response = http.post("/skills/create", json=body)
    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"] == ["body", "file_id"]


def test_update_creates_a_version_of_the_same_skill(http: httpx.Client) -> None:
    first = from_zip(http, skill_zip())
    file = upload(http, "skill.zip", skill_zip(**{"notes.md": "new"}))
    response = http.post(
        f"/skills/{first['id']}/update", json={"file_id": file["id"], "description": "Better"}
    )
    second = response.json()
    assert (second["name"], second["description"]) == (first["name"], "Better")
    assert second["skill_version"] != first["skill_version"]
    assert http.get(f"/skills/{second['id']}").json() == second
    with download(http, second) as archive:
        assert archive.read("notes.md") == b"new"


def test_each_version_can_be_downloaded_by_its_id(http: httpx.Client) -> None:
    first = from_zip(http, skill_zip())
    second = from_zip(http, skill_zip(**{"notes.md": "new"}))
    assert first["id"] != second["id"]
    assert http.get(f"/skills/{first['id']}").json() == first
    with download(http, first) as archive:
        assert "notes.md" not in archive.namelist()
    # An update of an old version is the next version of the same skill.
    third = http.post(f"/skills/{first['id']}/update", json={"description": "Better"}).json()
    assert http.post("/skills/lookup", json={"name": "demo"}).json() == third


def test_update_of_the_description_keeps_the_files(http: httpx.Client) -> None:
    first = from_zip(http, skill_zip(**{"notes.md": "kept"}))
    second = http.post(f"/skills/{first['id']}/update", json={"description": "Better"}).json()
    with download(http, second) as archive:
        assert archive.read("notes.md") == b"kept"
    assert http.get(f"/skills/{second['id']}").json()["description"] == "Better"


def test_update_needs_a_file_or_a_description(http: httpx.Client) -> None:
    skill = from_zip(http, skill_zip())
    assert http.post(f"/skills/{skill['id']}/update", json={}).status_code == 422
    assert http.post("/skills/nothing/update", json={"description": "x"}).status_code == 404


def test_same_zip_creates_no_new_version(http: httpx.Client) -> None:
    data = skill_zip()  # created once: another archive may have another time in it
    assert from_zip(http, data) == from_zip(http, data)
    assert len(http.get("/skills").json()) == 1


def test_new_zip_with_the_same_name_creates_a_version(http: httpx.Client) -> None:
    first = from_zip(http, skill_zip())
    second = from_zip(http, skill_zip(**{"notes.md": "new"}))
    assert first["name"] == second["name"]
    assert first["skill_version"] != second["skill_version"]


def test_lookup_by_name_id_and_version(http: httpx.Client) -> None:
    first = from_zip(http, skill_zip())
    second = from_zip(http, skill_zip(), description="Better")
    for body, found in (
        ({"name": "demo"}, second),
        ({"name": "demo", "skill_version": "latest"}, second),
        ({"name": "demo", "skill_version": first["skill_version"]}, first),
        ({"name": "demo", "version": first["skill_version"]}, first),
        ({"id": first["id"]}, first),
        ({"id": first["id"], "skill_version": "latest"}, second),
    ):
        assert http.post("/skills/lookup", json=body).json() == found
    assert http.post("/skills/lookup", json={"name": "other"}).status_code == 404
    assert http.post("/skills/lookup", json={}).status_code == 422
    response = http.post("/skills/lookup", json={"name": "demo", "skill_version": "1"})
    known = f"{first['skill_version']}, {second['skill_version']}"
    detail = f"The skill 'demo' has no version '1'. It has {known}"
    assert response.json() == {"detail": detail}


def test_list_can_be_sorted_grouped_and_paged(http: httpx.Client) -> None:
    for name in ("b", "a", "c"):
        from_zip(http, skill_zip(), name)
    from_zip(http, skill_zip(), "a", description="Better")

    def names(**query: Any) -> list[str]:
        return [each["name"] for each in http.get("/skills", params=query).json()]

    assert names() == ["a", "c", "a", "b"]
    assert names(descending=False) == ["b", "a", "c", "a"]
    assert names(grouped=True) == ["a", "c", "b"]
    assert names(order_by="name", descending=False) == ["a", "a", "b", "c"]
    assert names(order_by="name", grouped=True) == ["c", "b", "a"]
    assert names(offset=1, limit=2) == ["c", "a"]


def test_skills_can_be_stored_at_the_start(skill_directory: Path) -> None:
    with vlmrun.testing.serve(skills=["mine", skill_directory]) as server:
        headers = {"Authorization": "Bearer x"}
        listed = httpx.get(f"{server.url}/skills", headers=headers, **PLAIN).json()
        assert [each["name"] for each in listed] == ["patient-referral", "mine"]
        assert "referral" in listed[0]["description"]


def test_add_skill_takes_a_version(server: Server, http: httpx.Client) -> None:
    assert server.add_skill("mine", "20260219-abc123") == "20260219-abc123"
    body = {"name": "mine", "skill_version": "20260219-abc123"}
    assert http.post("/skills/lookup", json=body).status_code == 200
