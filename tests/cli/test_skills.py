"""`vlmrun skills`: the commands that use the service."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.cli.conftest import Command

pytestmark = pytest.mark.slow

KEYS = [
    "id", "name", "description", "skill_version", "created_at", "updated_at", "status", "is_public",
]  # fmt: skip


def sent(vlm: Command, operation: str) -> Any:
    (request,) = (each for each in vlm.server.requests if each.operation == operation)
    return request.json


def test_an_empty_list(vlm: Command) -> None:
    assert vlm.ok("skills", "list", "--json") == "[]\n"
    assert vlm("skills", "list").stdout == ""


def test_list_passes_its_options_on(vlm: Command) -> None:
    for name in ("b", "a"):
        vlm.server.add_skill(name)
    names = [each["name"] for each in vlm.json("skills", "list", "--order-by", "name", "--asc")]
    assert names == ["a", "b"]
    vlm.server.clear()
    vlm.ok("skills", "list", "-n", "7", "--offset", "1", "--order-by", "updated_at", "-g", "-j")
    (request,) = vlm.server.requests
    assert dict(request.query) == {
        "limit": "7", "offset": "1", "order_by": "updated_at", "descending": "true",
        "grouped": "true",
    }  # fmt: skip
    assert vlm.ok("skills", "list").splitlines()[0].split() == [
        "NAME", "VERSION", "DESCRIPTION", "PUB", "CREATED"
    ]  # fmt: skip


@pytest.mark.parametrize("option", [["--limit", "0"], ["-n", "1001"], ["--order-by", "age"]])
def test_list_checks_its_options(vlm: Command, option: list[str]) -> None:
    assert vlm("skills", "list", *option).exit_code == 2
    assert vlm.server.requests == []


def test_get_by_name_version_and_id(vlm: Command) -> None:
    vlm.server.add_skill("notes")
    skill = vlm.json("skills", "get", "notes")
    assert [*skill] == KEYS
    assert vlm.json("skills", "get", skill["id"]) == skill
    assert vlm.json("skills", "get", "notes", "-V", skill["skill_version"]) == skill
    text = vlm.ok("skills", "get", "notes")
    assert f"ID:          {skill['id']}\nName:        notes\n" in text
    assert vlm("skills", "get", "nothing").exit_code == 4
    assert vlm("skills", "get", skill["id"], "--version", "1").exit_code == 2


def test_create_from_each_source(vlm: Command, tmp_path: Path) -> None:
    (tmp_path / "schema.json").write_text('{"type": "object"}')
    (tmp_path / "prompt.md").write_text("Add up\n")
    skill = vlm.json("skills", "create", "-p", "Add", "--schema", tmp_path / "schema.json")
    assert [*skill] == KEYS
    assert sent(vlm, "create_skill") == {"prompt": "Add", "json_schema": {"type": "object"}}
    vlm.server.clear()
    vlm.ok("skills", "create", "-f", tmp_path / "prompt.md", "-n", "sums", "-d", "Sums")
    assert sent(vlm, "create_skill") == {
        "prompt": "Add up\n",
        "name": "sums",
        "description": "Sums",
    }
    vlm.server.clear()
    session = str(uuid4())
    vlm("skills", "create", "--session-id", session)
    assert sent(vlm, "create_skill") == {"session_id": session}


@pytest.mark.parametrize(
    "arguments", [[], ["-p", "a", "--file-id", "b"], ["--file-id", "b"], ["-f", "nothing.md"]]
)
def test_create_takes_one_source(vlm: Command, arguments: list[str]) -> None:
    result = vlm("skills", "create", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert vlm.server.requests == []


def test_upload_and_download(
    vlm: Command, skill_directory: Path, tmp_path: Path, home: Path
) -> None:
    result = vlm("skills", "upload", skill_directory)
    assert result.exit_code == 0
    assert result.stdout.startswith("patient-referral/\n  SKILL.md\n")
    assert [line.split()[0] for line in result.stderr.splitlines()] == [
        "Bundled", "Uploaded", "Created"
    ]  # fmt: skip
    (archive,) = (home / ".vlmrun/skill_archives").iterdir()
    assert archive.name.startswith("patient-referral_")
    assert "SKILL.md" in zipfile.ZipFile(archive).namelist()
    data = vlm.json("skills", "download", "patient-referral", "-o", tmp_path / "new")
    target = tmp_path / "new/patient-referral"
    assert data["path"] == str(target)
    assert (target / "SKILL.md").read_bytes() == (skill_directory / "SKILL.md").read_bytes()
    assert "SKILL.md" in data["files"]
    for name in ("own.txt", "SKILL.md", ".env"):
        (target / name).write_text("---\nname: patient-referral\ndescription: x\n---\n")
    again = vlm("skills", "download", "patient-referral", "-o", tmp_path / "new")
    assert again.exit_code == 0
    assert again.stderr == (
        f"Replaced these files: SKILL.md\n"
        f"{target} also has files that are not part of the skill: own.txt\n"
    )
    assert (target / "SKILL.md").read_bytes() == (skill_directory / "SKILL.md").read_bytes()
    assert {"own.txt", ".env"} < {path.name for path in target.iterdir()}
    assert str(home / ".vlmrun/skills") in vlm.ok("skills", "download", data["id"])


def test_a_folder_that_is_no_skill_is_not_replaced(vlm: Command, tmp_path: Path) -> None:
    vlm.server.add_skill("notes")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/thesis.txt").write_text("x")
    result = vlm("skills", "download", "notes", "-o", tmp_path)
    assert result.exit_code == 1
    assert (tmp_path / "notes/thesis.txt").exists()


def test_upload_replaces_name_and_description(
    vlm: Command, skill_directory: Path, home: Path
) -> None:
    vlm.ok("skills", "upload", skill_directory, "--name", "../../evil", "-d", "Other")
    body = sent(vlm, "create_skill")
    assert (body["name"], body["description"]) == ("../../evil", "Other")
    (archive,) = (home / ".vlmrun/skill_archives").iterdir()
    assert ".." not in archive.name


@pytest.mark.parametrize("content", [None, "---\ndescription: x\n---\n"])
def test_upload_needs_a_skill_with_a_name(
    vlm: Command, tmp_path: Path, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "SKILL.md").write_text(content)
    result = vlm("skills", "upload", tmp_path)
    assert result.exit_code == 2
    assert "SKILL.md" in result.stderr
    assert vlm.server.requests == []


def test_update(vlm: Command, skill_directory: Path) -> None:
    first = vlm.server.add_skill("notes")
    assert first is not None
    newer = vlm.json("skills", "update", "notes", "-d", "Other")
    assert newer["description"] == "Other"
    vlm.server.clear()
    files = vlm.json("skills", "update", newer["id"], skill_directory)
    assert sent(vlm, "update_skill")["file_id"]
    assert json.dumps(files)
    assert vlm("skills", "update", "notes").exit_code == 2
