"""Likely mistakes with the public types, and names that code for the official SDK uses."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import attrs
import pydantic
import pytest

from vlmrun.errors import InputError, InputTypeError
from vlmrun.types import (
    AgentExecutionConfig,
    AgentExecutionResponse,
    AgentSkill,
    CreditUsage,
    FileUrl,
    ImageRef,
    MarkdownDocument,
    PredictionResponse,
    SkillInfo,
)
from vlmrun.types._base import read
from vlmrun.types.predictions import JSONObject


@pytest.mark.parametrize(
    ("cls", "message"),
    [
        (AgentSkill, r"AgentSkill takes keyword arguments only, got str 'x'.*skill_name=\.\.\."),
        (FileUrl, r"FileUrl takes keyword arguments only, got str 'x'.*FileUrl\(url=\.\.\.\)"),
        (AgentExecutionConfig, r"AgentExecutionConfig takes keyword arguments only.*prompt="),
    ],
)
def test_positional_arguments_are_explained(cls: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message) as caught:
        cls("x")
    assert isinstance(caught.value, InputTypeError)


def test_an_assignment_says_what_to_do_instead() -> None:
    config = AgentExecutionConfig(prompt="a")
    remedy = r"AgentExecutionConfig\.prompt cannot be changed.*model_copy\(update=\{'prompt': "
    with pytest.raises(AttributeError, match=remedy) as caught:
        config.prompt = "b"  # type: ignore[misc]
    assert isinstance(caught.value, InputError)
    assert isinstance(caught.value, attrs.exceptions.FrozenInstanceError)
    with pytest.raises(AttributeError, match=r"prompt cannot be changed"):
        del config.prompt  # type: ignore[misc]
    assert config.model_copy(update={"prompt": "b"}).prompt == "b"


class Answer(pydantic.BaseModel):
    total: int
    cover: ImageRef | None = None


def test_vars_has_the_fields_only() -> None:
    raw = {"id": "e", "status": "completed", "response": {"total": 1}, "usage": {"new": 1}, "x": 2}
    execution = read(AgentExecutionResponse, raw).with_response_model(Answer)
    assert execution.parsed == Answer(total=1)
    fields = [field.name for field in attrs.fields(AgentExecutionResponse)]
    assert list(vars(execution)) == fields
    assert list(vars(execution.usage)) == [field.name for field in attrs.fields(CreditUsage)]
    for other in (
        copy.copy(execution),
        copy.deepcopy(execution),
        pickle.loads(pickle.dumps(execution)),
        execution.model_copy(),
    ):
        assert (other, other.raw, other.parsed) == (execution, raw, Answer(total=1))
        assert other.usage.model_extra == {"new": 1}
        assert list(vars(other)) == fields


def test_dumps_have_the_keys_of_the_documented_fields() -> None:
    prediction = read(PredictionResponse, {"id": "p", "status": "pending", "message": None})
    assert "type" not in prediction.model_dump()
    assert prediction.model_dump()["message"] is None
    assert PredictionResponse(id="p", type="a").model_dump()["type"] == "a"
    assert AgentExecutionConfig().model_dump()["response_model"] is None
    assert "response_model" not in AgentExecutionConfig(response_model=Answer).model_dump()


def test_the_options_of_a_json_object_are_respected() -> None:
    value = JSONObject(a=None, b={"c": None, "d": 1}, e=[{"f": None}])
    assert value.model_dump(exclude_none=True) == {"b": {"d": 1}, "e": [{}]}
    assert value.model_dump(include={"a", "e"}, exclude={"e"}) == {"a": None}
    assert value.model_dump_json(exclude_none=True, exclude={"e"}) == '{"b":{"d":1}}'


def test_no_text_of_this_package_is_sent() -> None:
    config = AgentExecutionConfig(response_model=Answer).to_dict()
    assert "description" not in str(config)
    assert config["json_schema"]["$defs"]["ImageRef"]["properties"]["id"]["pattern"]


def test_old_names_of_skills() -> None:
    assert SkillInfo(id="s", name="n").skill_id == "s"
    assert AgentSkill(skill_name="a").effective_description == ""
    both = AgentSkill(skill_name="a", version="1", skill_version="2")
    assert both.skill_version == "2"
    with pytest.raises(InputError, match=r"needs source=.*pass all of its fields at once"):
        AgentSkill(type="inline", name="a")


def test_render_markdown_sets_the_content() -> None:
    (page,) = MarkdownDocument(pages=[{"content": "# One", "markdown_content": "old"}])
    page.render_markdown()
    assert page.markdown_content == "# One"
