"""`AgentSkill.from_directory`: inline skills."""

from __future__ import annotations

import logging
import warnings
from pathlib import Path

import pytest

from vlmrun import skills
from vlmrun.errors import InputError, InputTypeError
from vlmrun.types import AgentSkill

from .conftest import WriteFiles

NO_NAME = "---\ndescription: Reads invoices\n---\n"
NO_DESCRIPTION = "---\nname: my-skill\n---\n"


def test_a_valid_directory(make_skill: WriteFiles) -> None:
    directory = make_skill({"schema.json": "{}"}, folder="another-name")

    for path in (directory, str(directory)):
        skill = AgentSkill.from_directory(path)

        assert skill.type == "inline"
        assert (skill.name, skill.description) == ("my-skill", "Reads invoices")
        assert skill.inline_data == skills.bundle(directory).base64


def test_to_dict_of_an_inline_skill(make_skill: WriteFiles) -> None:
    directory = make_skill()

    assert AgentSkill.from_directory(directory).to_dict() == {
        "type": "inline",
        "name": "my-skill",
        "description": "Reads invoices",
        "source": {
            "type": "base64",
            "media_type": "application/zip",
            "data": skills.bundle_from_directory(directory),
        },
    }


def test_arguments_replace_values_in_skill_md(make_skill: WriteFiles) -> None:
    skill = AgentSkill.from_directory(make_skill(), name="mine", description="")

    assert (skill.name, skill.description) == ("mine", "")


@pytest.mark.parametrize(
    ("text", "field", "expected"),
    [
        (NO_NAME, "name", ("folder", "Reads invoices")),
        (NO_DESCRIPTION, "description", ("my-skill", "")),
        ("# Steps", "frontmatter", ("folder", "")),
        ("", "frontmatter", ("folder", "")),
        ("---\nname: my-skill\n", "frontmatter", ("folder", "")),
        ("---\n- name\n---\n", "frontmatter", ("folder", "")),
        ("---\nname: my-skill\ndescription: a: b\n---\n", "description", ("my-skill", "a: b")),
        ("---\nname: ../x\ndescription: d\n---\n", "name", ("../x", "d")),
        ("\ufeff---\nname: my-skill\ndescription: d\n---\n", r"SKILL\.md", ("my-skill", "d")),
    ],
)
def test_a_problem_in_skill_md_is_a_warning(
    text: str, field: str, expected: tuple[str, str], make_skill: WriteFiles
) -> None:
    directory = make_skill({"SKILL.md": text}, folder="folder")

    with pytest.warns(skills.SkillWarning, match=f"Skill in 'folder': {field} ") as caught:
        skill = AgentSkill.from_directory(directory)

    assert (skill.name, skill.description) == expected
    assert [warning.filename for warning in caught] == [__file__] * len(caught)


def test_an_argument_for_an_invalid_field_prevents_the_warning(make_skill: WriteFiles) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        named = AgentSkill.from_directory(make_skill({"SKILL.md": NO_NAME}), name="mine")
        directory = make_skill({"SKILL.md": NO_DESCRIPTION}, folder="other")
        described = AgentSkill.from_directory(directory, description="Mine")

    assert (named.name, described.description) == ("mine", "Mine")


@pytest.mark.parametrize("line", ["version: 1.10", "color: red", "license: [a]", "metadata: a"])
def test_problems_of_fields_that_are_not_sent_are_no_warning(
    line: str, make_skill: WriteFiles
) -> None:
    text = f"---\nname: my-skill\ndescription: d\n{line}\n---\n"

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        skill = AgentSkill.from_directory(make_skill({"SKILL.md": text}))

    assert skill.name == "my-skill"


def test_p37_the_current_directory_has_a_name(
    make_skill: WriteFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(make_skill({"SKILL.md": NO_NAME}, folder="folder"))

    with pytest.warns(skills.SkillWarning, match="name is missing"):
        assert AgentSkill.from_directory(".").name == "folder"


def test_a_directory_without_skill_md_is_an_error(make_skill: WriteFiles, tmp_path: Path) -> None:
    directory = make_skill({"SKILL.md": None})

    with pytest.raises(FileNotFoundError, match=r"no SKILL\.md in the directory .*my-skill"):
        AgentSkill.from_directory(directory)
    with pytest.raises(FileNotFoundError, match="path: no such directory: "):
        AgentSkill.from_directory(tmp_path / "nowhere")
    with pytest.raises(ValueError, match="SKILL"):  # the same errors
        AgentSkill.from_directory(directory)


def test_what_is_left_out_is_logged(
    make_skill: WriteFiles, caplog: pytest.LogCaptureFixture
) -> None:
    directory = make_skill({".env": "KEY=1", "notes.md": "x"})

    with caplog.at_level(logging.DEBUG, logger="vlmrun"):
        AgentSkill.from_directory(directory, exclude=["notes.md"])

    assert [record.getMessage() for record in caplog.records] == [
        "skill 'my-skill': files in the bundle: 1, left out: 2",
        "skill 'my-skill' leaves out '.env': secrets",
        "skill 'my-skill' leaves out 'notes.md': exclude 'notes.md'",
    ]


def test_p21_a_name_that_is_a_path_is_not_used_as_one(make_skill: WriteFiles) -> None:
    directory = make_skill()
    before = sorted(directory.parent.rglob("*"))

    AgentSkill.from_directory(directory, name="../../outside")

    assert sorted(directory.parent.rglob("*")) == before


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"name": ""}, InputError, "name is empty. Leave it out to use"),
        ({"name": "  "}, InputError, "name is empty"),
        ({"name": 7}, InputTypeError, "name must be a str, got int 7"),
        ({"description": 7}, InputTypeError, "description must be a str, got int 7"),
        ({"exclude": "drafts"}, InputTypeError, "exclude must be a list of globs"),
        ({"path": 7}, InputTypeError, "path must be a str or a Path, got int 7"),
    ],
)
def test_invalid_arguments_are_refused(
    arguments: dict[str, object], error: type[Exception], message: str, make_skill: WriteFiles
) -> None:
    with pytest.raises(error, match=message):
        AgentSkill.from_directory(**{"path": make_skill(), **arguments})  # type: ignore[arg-type]


def test_stored_parts_returns_the_zip_as_bytes(make_skill: WriteFiles) -> None:
    directory = make_skill()

    assert skills.stored_parts(directory) == (
        "my-skill",
        "Reads invoices",
        skills.bundle(directory).data,
    )
