"""`AgentSkill`: references and inline skills."""

from __future__ import annotations

from typing import Any

import pytest

from vlmrun.errors import InputError
from vlmrun.types import AgentExecutionConfig, AgentSkill, InlineSkillSource

DATA = "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=="
SOURCE = {"type": "base64", "media_type": "application/zip", "data": DATA}


@pytest.mark.parametrize(
    ("arguments", "sent"),
    [
        ({"skill_name": "a"}, {"skill_name": "a"}),
        ({"skill_id": "b"}, {"skill_id": "b"}),
        ({"type": "skill_reference", "skill_id": "b"}, {"skill_id": "b"}),
        ({"skill_name": "a", "skill_version": "2"}, {"skill_name": "a", "skill_version": "2"}),
        ({"skill_name": "a", "version": "2"}, {"skill_name": "a", "skill_version": "2"}),
        ({"skill_name": "a", "version": None}, {"skill_name": "a"}),
        (
            {"skill_name": "a", "version": "2", "skill_version": "2"},
            {"skill_name": "a", "skill_version": "2"},
        ),
    ],
)
def test_a_reference_needs_an_id_or_a_name(arguments: dict[str, Any], sent: dict[str, Any]) -> None:
    skill = AgentSkill(**arguments)

    assert skill.to_dict() == {"type": "skill_reference", **sent}
    assert skill.model_dump(exclude_none=True) == {"type": "skill_reference", **sent}
    assert not skill.is_inline
    assert skill.inline_data is None
    assert "version" not in skill.model_dump()


@pytest.mark.parametrize(
    "arguments",
    [
        {"type": "inline", "source": InlineSkillSource(data=DATA)},
        {"type": "inline", "source": SOURCE},
        {"type": "inline", "source": {"data": DATA}},
        {"source": {"data": DATA}},
        {"type": "inline", "bundle": DATA},
        {"bundle": DATA},
        {"bundle": "other", "source": SOURCE},
        {"type": "inline", "source": SOURCE, "skill_version": "latest"},
    ],
)
def test_inline_skills_are_sent_in_the_current_form(arguments: dict[str, Any]) -> None:
    skill = AgentSkill(name="a", description="b", **arguments)

    sent = {"type": "inline", "name": "a", "description": "b", "source": SOURCE}
    assert skill.to_dict() == sent
    assert AgentExecutionConfig(skills=[skill]).to_dict() == {"skills": [sent]}
    assert skill.is_inline
    assert skill.inline_data == DATA
    assert skill.skill_version is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, r"needs skill_id=\.\.\. or skill_name="),
        ({"name": "a"}, r"needs skill_id=\.\.\. or skill_name="),
        ({"skill_name": ""}, r"needs skill_id=\.\.\. or skill_name="),
        ({"type": "inline"}, r"needs source=.*from_directory"),
        ({"type": "inline", "skill_name": "a"}, "needs source="),
        ({"skill_name": "a", "source": SOURCE}, "inline .* and referenced .* at once"),
        ({"skill_id": "a", "bundle": DATA}, "inline .* and referenced .* at once"),
        ({"type": "skill_reference", "source": SOURCE}, "must have type='inline'"),
        ({"type": "vlm-run", "skill_name": "a"}, "type cannot be 'vlm-run'"),
        ({"source": {"data": ""}}, "data is empty"),
        ({"source": {"data": DATA, "media_type": "application/gzip"}}, "media_type cannot be"),
        ({"source": {"data": DATA, "type": "url"}}, r"source\.type cannot be 'url'"),
    ],
)
def test_an_invalid_skill_raises_input_error(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        AgentSkill(**arguments)


def test_effective_names_of_references() -> None:
    by_name, by_id = AgentSkill(skill_name="n"), AgentSkill(skill_id="i")
    both = AgentSkill(skill_name="n", skill_id="i", description="d")

    assert (by_name.effective_skill_id, by_name.effective_name) == ("n", "n")
    assert (by_id.effective_skill_id, by_id.effective_name) == ("i", "i")
    assert (both.effective_skill_id, both.effective_name) == ("i", "n")
    assert both.effective_description == "d"


def test_effective_names_of_inline_skills() -> None:
    skill = AgentSkill(type="inline", bundle=DATA)

    assert skill.effective_name == "inline"
    assert skill.effective_skill_id == "inline_e5b90eb3f1c580b0"
    assert AgentSkill(type="inline", bundle=DATA, name="n").effective_name == "n"
