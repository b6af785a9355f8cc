"""Stored skills: listing, finding, creating, and fetching them again."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pydantic
import pytest

from vlmrun import skills
from vlmrun.client.types import AgentSkill, SkillInfo
from vlmrun.errors import InputError, MissingFileError, NetworkError, ResourceNotFoundError
from vlmrun.testing import Fault, Server

CALLS = {
    "list_skills": lambda client, data: client.skills.list(grouped=True, order_by="name"),
    "get_skill": lambda client, data: client.skills.get(id=data.skill),
    "lookup_skill": lambda client, data: (
        data.skill and client.skills.get(name="patient-referral", skill_version="latest")
    ),
    "create_skill": lambda client, data: client.skills.create(
        prompt="Add up", json_schema={"type": "object"}, name="é", description="d"
    ),
    "update_skill": lambda client, data: client.skills.update(data.skill, description="New"),
    "download_skill": lambda client, data: client.skills.download(data.skill, expires=60),
}


def sent(server: Server, operation: str) -> dict[str, Any]:
    (request,) = (each for each in server.requests if each.operation == operation)
    body: dict[str, Any] = request.json
    return body


@pytest.fixture
def stored(client: Any, skill_directory: Path) -> AgentSkill:
    skill: AgentSkill = client.skills.create_from_directory(skill_directory)
    return skill


@pytest.mark.parametrize("form", [Path, str])
def test_p16_create_from_directory_takes_a_path_or_a_str(
    client: Any, server: Server, skill_directory: Path, form: Callable[[Path], Any]
) -> None:
    skill = client.skills.create_from_directory(form(skill_directory))
    assert isinstance(skill, AgentSkill)
    assert not skill.is_inline
    assert skill.skill_name == "patient-referral"
    body = sent(server, "create_skill")
    assert body["name"] == "patient-referral"
    assert body["description"] == skills.read(skill_directory).description
    assert set(body) == {"file_id", "name", "description"}


def test_name_and_description_override_skill_md(
    client: Any, server: Server, skill_directory: Path
) -> None:
    client.skills.create_from_directory(skill_directory, "referral", "Reads referrals")
    body = sent(server, "create_skill")
    assert (body["name"], body["description"]) == ("referral", "Reads referrals")


def test_same_directory_is_uploaded_once(
    client: Any, server: Server, skill_directory: Path
) -> None:
    first = client.skills.create_from_directory(skill_directory)
    again = client.skills.create_from_directory(skill_directory)
    assert [request.operation for request in server.requests].count("upload_file") == 1
    assert again.skill_id == first.skill_id


def test_stored_skill_can_be_executed(client: Any, stored: AgentSkill) -> None:
    execution = client.agent.execute(prompt="Read it", skills=[stored], batch=False)
    (skill,) = execution.response["skills"]
    assert skill["name"] == "patient-referral"
    assert "SKILL.md" in skill["files"]


def test_directory_without_skill_md_sends_nothing(
    client: Any, server: Server, tmp_path: Path
) -> None:
    with pytest.raises(FileNotFoundError, match=r"SKILL\.md") as caught:
        client.skills.create_from_directory(tmp_path)
    assert isinstance(caught.value, MissingFileError)
    assert server.requests == []


def test_get_by_id_by_name_and_by_version(client: Any, server: Server, stored: AgentSkill) -> None:
    server.clear()
    by_id = client.skills.get(id=stored.skill_id)
    by_name = client.skills.get("patient-referral")
    by_version = client.skills.get(name="patient-referral", skill_version=by_id.skill_version)
    by_old_spelling = client.skills.get(name="patient-referral", version=by_id.skill_version)
    latest = client.skills.get(name="patient-referral", skill_version="latest")
    found = [by_id, by_name, by_version, by_old_spelling, latest]
    assert all(isinstance(info, SkillInfo) for info in found)
    assert {info.id for info in found} == {stored.skill_id}
    assert by_id.version == by_id.skill_version
    assert [request.json for request in server.requests] == [
        None,
        {"name": "patient-referral"},
        {"name": "patient-referral", "skill_version": by_id.skill_version},
        {"name": "patient-referral", "skill_version": by_id.skill_version},
        {"name": "patient-referral", "skill_version": "latest"},
    ]


def test_get_requires_a_name_or_an_id(client: Any, server: Server) -> None:
    for arguments in ({}, {"name": ""}, {"skill_version": "1"}, {"id": ""}):
        with pytest.raises(ValueError, match=r"name|id"):
            client.skills.get(**arguments)
    assert server.requests == []


def test_unknown_skill(client: Any) -> None:
    with pytest.raises(ResourceNotFoundError):
        client.skills.get(name="nothing")
    with pytest.raises(ResourceNotFoundError):
        client.skills.get(id="nothing")


def test_p24_list_sends_only_arguments_that_were_passed(client: Any, server: Server) -> None:
    client.skills.list()
    client.skills.list(25, 0, "name", False, True)
    assert [request.query for request in server.requests] == [
        {},
        {
            "limit": "25",
            "offset": "0",
            "order_by": "name",
            "descending": "false",
            "grouped": "true",
        },
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"limit": 0}, "limit"),
        ({"offset": -1}, "offset"),
        ({"descending": "yes"}, "descending.*yes"),
        ({"grouped": 1}, "grouped.*1"),
    ],
)
def test_wrong_list_argument_is_named(
    client: Any, server: Server, arguments: dict[str, Any], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        client.skills.list(**arguments)
    assert server.requests == []


def test_list_grouped_has_the_latest_of_each(client: Any, server: Server) -> None:
    for version in ("1", "2"):
        server.add_skill("a", version)
    server.add_skill("b", "1")
    listed = client.skills.list(grouped=True, order_by="name", descending=False)
    assert [(skill.name, skill.skill_version) for skill in listed] == [("a", "2"), ("b", "1")]
    assert len(client.skills.list()) == 3


class Totals(pydantic.BaseModel):
    total: float


def test_create_from_a_prompt_and_a_schema(client: Any, server: Server) -> None:
    skill = client.skills.create("Add it up", Totals, name="totals", description="Adds up")
    assert isinstance(skill, SkillInfo)
    assert skill.name == "totals"
    assert sent(server, "create_skill") == {
        "prompt": "Add it up",
        "json_schema": Totals.model_json_schema(),
        "name": "totals",
        "description": "Adds up",
    }


def test_create_from_a_session_and_a_file(
    client: Any, server: Server, skill_directory: Path
) -> None:
    client.skills.create(session_id="6b2f0c1e", name="chatted", description="From a chat")
    archive = io.BytesIO(skills.bundle(skill_directory).data)
    file = client.files.upload(archive, filename="skill.zip")
    skill = client.skills.create(file_id=file.id, name="zipped", description="From a zip")
    assert skill.name == "zipped"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "exactly one of prompt, session_id, file_id"),
        ({"prompt": "a", "file_id": "b"}, "exactly one"),
        ({"file_id": "b"}, "name"),
        ({"file_id": "b", "name": "n"}, "description"),
        ({"prompt": ""}, "prompt"),
        ({"prompt": "a", "name": "n" * 256}, "256.*255"),
        ({"session_id": "s", "json_schema": {}}, "json_schema"),
        ({"prompt": "a", "json_schema": 7}, "json_schema|response_model"),
        ({"prompt": "a", "is_public": "yes"}, "is_public"),
    ],
    ids=str,
)
def test_invalid_creation_sends_nothing(
    client: Any, server: Server, arguments: dict[str, Any], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        client.skills.create(**arguments)
    assert server.requests == []


def test_update_creates_a_new_version(client: Any, server: Server, stored: AgentSkill) -> None:
    before = client.skills.get(id=stored.skill_id)
    after = client.skills.update(stored.skill_id, description="Reads referrals")
    assert after.skill_version != before.skill_version
    assert client.skills.get(id=after.id).description == "Reads referrals"
    # Each version has an id of its own, and stays as it was.
    assert client.skills.get(id=stored.skill_id) == before
    assert sent(server, "update_skill") == {"description": "Reads referrals"}


def test_update_requires_a_file_or_a_description(client: Any, server: Server) -> None:
    with pytest.raises(InputError, match="file_id"):
        client.skills.update("some-id")
    assert server.requests == []


def test_download_returns_a_url_without_downloading(
    client: Any, server: Server, stored: AgentSkill
) -> None:
    server.clear()
    link = client.skills.download(stored.skill_id, expires=60)
    assert link.download_url.startswith("http")
    assert link.expires_in == 60
    assert link.download_url not in repr(link)
    assert [request.query for request in server.requests] == [{"expires": "60"}]


def test_download_to_a_folder_restores_the_directory(
    client: Any, server: Server, stored: AgentSkill, skill_directory: Path, tmp_path: Path
) -> None:
    target = tmp_path / "copy"
    client.skills.download(stored.skill_id, to=target)
    assert skills.hash_directory(target) == skills.hash_directory(skill_directory)
    (fetch,) = (each for each in server.requests if each.operation == "get_object")
    assert "authorization" not in fetch.headers


def test_download_into_a_folder_that_is_not_empty_sends_nothing(
    client: Any, server: Server, tmp_path: Path
) -> None:
    (tmp_path / "mine.txt").touch()
    with pytest.raises(InputError, match="not empty"):
        client.skills.download("some-id", to=tmp_path)
    assert server.requests == []


def test_p07_broken_download_is_retried_and_leaves_no_partial_folder(
    connect: Callable[..., Any], server: Server, stored: AgentSkill, tmp_path: Path
) -> None:
    server.inject(Fault("get_object", truncate=10))
    connect().skills.download(stored.skill_id, to=tmp_path / "copy")
    assert (tmp_path / "copy/SKILL.md").is_file()
    server.inject(Fault("get_object", truncate=10, times=None))
    with pytest.raises(NetworkError, match=r"connection|broken"):
        connect(max_retries=0).skills.download(stored.skill_id, to=tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_p21_hostile_archive_writes_nothing_outside(
    client: Any, server: Server, stored: AgentSkill, tmp_path: Path
) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("SKILL.md", "---\nname: a\ndescription: b\n---\n")
        file.writestr("../escaped.txt", "out")
    server.inject(Fault("get_object", body=archive.getvalue()))
    with pytest.raises(InputError, match="escaped"):
        client.skills.download(stored.skill_id, to=tmp_path / "copy")
    assert list(tmp_path.iterdir()) == []


def test_iterate_keeps_the_order_across_pages(client: Any, server: Server) -> None:
    names = [server.add_skill(name) and name for name in ("alpha", "beta", "gamma")]
    found = client.skills.iterate(order_by="name", descending=False, page_size=2)
    assert [skill.name for skill in found] == names
    assert [request.query for request in server.requests] == [
        {"order_by": "name", "descending": "false", "offset": "0", "limit": "2"},
        {"order_by": "name", "descending": "false", "offset": "2", "limit": "2"},
        {"order_by": "name", "descending": "false", "offset": "3", "limit": "2"},
    ]
