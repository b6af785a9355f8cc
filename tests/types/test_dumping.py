"""Dumping types to dicts and JSON: what is sent, and what user code dumps."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest

from vlmrun.types import (
    AgentExecutionResponse,
    AgentInfo,
    CreditUsage,
    GenerationConfig,
    JSONObject,
    MessageContent,
    PredictionResponse,
    RequestMetadata,
)

MOMENT = datetime(2026, 1, 2, tzinfo=timezone.utc)


def test_p24_unset_fields_are_not_sent() -> None:
    assert RequestMetadata().to_dict() == {}
    assert RequestMetadata(environment="prod").to_dict() == {"environment": "prod"}
    assert GenerationConfig().to_dict() == {}
    assert GenerationConfig(confidence=False, max_retries=0).to_dict() == {
        "confidence": False,
        "max_retries": 0,
    }


def test_nested_types_are_dumped() -> None:
    execution = AgentExecutionResponse(id="x", created_at=MOMENT, usage={"credits_used": 1.5})

    dumped = execution.model_dump()

    assert dumped["created_at"] == MOMENT
    assert dumped["usage"]["credits_used"] == 1.5
    assert dumped["completed_at"] is None
    assert "completed_at" not in execution.model_dump(exclude_none=True)
    assert "message" not in execution.model_dump(exclude_none=True)["usage"]


def test_json_mode_converts_datetimes_to_str() -> None:
    execution = AgentExecutionResponse(id="x", created_at=MOMENT)

    assert execution.model_dump(mode="json")["created_at"] == "2026-01-02T00:00:00+00:00"
    assert json.loads(execution.model_dump_json()) == execution.model_dump(mode="json")


def test_json_is_compact_or_indented_like_pydantics() -> None:
    info = AgentInfo(id="a", name="é")

    assert info.model_dump_json(exclude_none=True) == '{"id":"a","name":"é","status":"pending"}'
    assert info.model_dump_json(indent=2, exclude_none=True).splitlines()[1] == '  "id": "a",'
    assert info.to_json() == '{"id": "a", "name": "é", "status": "pending"}'
    assert info.to_json(indent=1).splitlines()[1] == ' "id": "a",'


def test_fields_can_be_chosen() -> None:
    info = AgentInfo(id="a", name="n", status="completed")

    assert info.model_dump(include={"id", "name"}) == {"id": "a", "name": "n"}
    assert "id" not in info.model_dump(exclude={"id"})
    everything_but_defaults = {"id": "a", "name": "n", "status": "completed"}
    assert info.model_dump(exclude_defaults=True) == everything_but_defaults
    assert info.model_dump(exclude_unset=True, by_alias=True) == everything_but_defaults


def test_a_typed_response_is_dumped_completely() -> None:
    execution = AgentExecutionResponse(id="x", response={"usage": CreditUsage(steps=2)})

    assert execution.model_dump(exclude_none=True)["response"] == {
        "usage": {"steps": 2, "duration_seconds": 0}
    }


def test_a_dump_builds_an_equal_instance() -> None:
    part = MessageContent(type="file_url", file_url={"url": "https://example.com/a.pdf"})
    execution = AgentExecutionResponse(id="x", created_at=MOMENT, response=[1])

    assert MessageContent(**part.model_dump()) == part
    assert MessageContent.model_validate_json(part.model_dump_json()) == part
    assert AgentExecutionResponse(**execution.model_dump()) == execution
    assert AgentExecutionResponse.model_validate_json(execution.model_dump_json()) == execution


@pytest.mark.parametrize("build", [PredictionResponse, PredictionResponse.model_validate])
def test_a_json_object_of_a_prediction_is_a_dict_with_pydantics_methods(build: object) -> None:
    values = {"id": "p", "response": {"total": 3}}
    prediction = PredictionResponse(**values) if build is PredictionResponse else build(values)

    assert isinstance(prediction.response, dict)
    assert prediction.response == {"total": 3}
    assert prediction.response.model_dump() == {"total": 3}
    assert prediction.response.model_dump_json(indent=2) == '{\n  "total": 3\n}'
    assert type(prediction.response.model_dump()) is dict


def test_a_predictions_dict_survives_a_json_round_trip() -> None:
    assert json.dumps(JSONObject(total=3)) == '{"total": 3}'
