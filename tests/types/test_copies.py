"""Copies, pickles, comparisons and reprs of the types."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import attrs
import pytest

from vlmrun.errors import InputError
from vlmrun.types import (
    AgentExecutionConfig,
    AgentExecutionResponse,
    AgentSkill,
    FileUrl,
    ImageRef,
    PredictionResponse,
    SkillInfo,
)
from vlmrun.types._base import read
from vlmrun.types.batches import BatchItem

SENT = {"id": "e1", "status": "completed", "response": {"total": 3}, "region": "moon"}


@pytest.mark.parametrize(
    "value",
    [
        AgentExecutionConfig(prompt="x", skills=[AgentSkill(skill_name="a")]),
        read(AgentExecutionResponse, SENT),
        ImageRef(id="img_abc123", extra=1),
    ],
    ids=lambda value: type(value).__name__,
)
def test_pickles_and_copies_keep_everything(value: Any) -> None:
    for copied in (pickle.loads(pickle.dumps(value)), copy.copy(value), copy.deepcopy(value)):
        assert copied == value
        assert copied is not value
        assert copied.to_dict() == value.to_dict()
        assert copied.model_extra == value.model_extra


def test_equality_is_by_class_and_fields() -> None:
    assert FileUrl(url="https://a.b") == FileUrl(url="https://a.b")
    assert FileUrl(url="https://a.b") != FileUrl(url="https://a.c")
    assert FileUrl(url="https://a.b") != {"url": "https://a.b"}
    assert len({ImageRef(id="img_abc123"), ImageRef(id="img_abc123")}) == 1


def test_model_copy_validates_updates() -> None:
    config = AgentExecutionConfig(prompt="x", mode="agent")

    changed = config.model_copy(update={"prompt": "y", "skills": [{"skill_name": "a"}]})

    assert (changed.prompt, changed.mode) == ("y", "agent")
    assert changed.skills == [AgentSkill(skill_name="a")]
    assert config.prompt == "x"
    with pytest.raises(InputError, match="Did you mean 'prompt'"):
        config.model_copy(update={"promt": "z"})
    with pytest.raises(InputError, match=r"mode must be a str, got int 5"):
        config.model_copy(update={"mode": 5})


def test_a_deep_copy_shares_nothing() -> None:
    execution = AgentExecutionResponse(id="e1", response={"items": []})

    shallow, deep = execution.model_copy(), execution.model_copy(deep=True)
    execution.response["items"].append(1)

    assert shallow.response == {"items": [1]}
    assert deep.response == {"items": []}


def test_raw_of_an_updated_copy_has_the_update() -> None:
    execution = read(AgentExecutionResponse, SENT)

    changed = execution.model_copy(update={"status": "failed"})

    assert changed.status == "failed"
    assert changed.raw == {**SENT, "status": "failed"}
    assert changed.model_extra == {"region": "moon"}
    assert execution.raw == SENT
    moved = execution.model_copy(update={"region": "mars"})
    assert moved.raw == {**SENT, "region": "mars"}
    assert moved.model_extra == {"region": "mars"}


def test_an_updated_copy_parses_its_own_response() -> None:
    execution = read(AgentExecutionResponse, SENT).with_response_model({"type": "object"})
    assert execution.parsed == {"total": 3}

    changed = execution.model_copy(update={"response": {"total": 4}})

    assert changed.parsed == {"total": 4}


def test_an_update_by_an_old_field_name_is_not_lost() -> None:
    skill = AgentSkill(skill_name="a", skill_version="1")

    assert skill.model_copy(update={"version": "2"}).skill_version == "2"
    assert skill.model_copy(update={"skill_version": "2"}).skill_version == "2"
    assert SkillInfo(id="s", name="n").model_copy(update={"skill_version": "2"}).version == "2"


def test_types_are_attrs_classes() -> None:
    assert attrs.asdict(FileUrl(url="https://a.b")) == {"url": "https://a.b"}
    assert [field.name for field in attrs.fields(ImageRef)] == ["id"]


@pytest.mark.parametrize("cls", [AgentExecutionResponse, PredictionResponse])
def test_the_repr_of_a_job_has_no_data_of_the_document(cls: Any) -> None:
    job = cls.model_validate(
        {"id": "j1", "status": "completed", "response": {"patient": "Ada"}, "other": "Lovelace"}
    )
    assert repr(job) == f"{cls.__name__}(id='j1', status='completed')"
    assert "Ada" not in repr([BatchItem(0, "a.pdf", "j1", job)])
    # The documentation of the service prints jobs to show their responses.
    assert str(job).startswith(f"{cls.__name__}(id='j1', ")
    assert "response={'patient': 'Ada'}, " in str(job)
    assert "status='completed'" in str(job)

    class Subclass(cls):  # type: ignore[misc]
        note: str = ""

    named = Subclass(id="j1", status="failed", note="x")
    assert repr(named).endswith("Subclass(id='j1', status='failed')")
    assert "note='x'" in str(named)


def test_reprs_show_the_fields() -> None:
    assert repr(FileUrl(url="https://a.b")) == "FileUrl(url='https://a.b')"
    inline = AgentSkill(type="inline", name="a", source={"data": "UEs" * 100})
    assert "source=InlineSkillSource" in repr(inline)
    assert "<300 characters>" in repr(inline)
    assert "UEs" not in repr(inline)
