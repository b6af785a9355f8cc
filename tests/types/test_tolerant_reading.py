"""P10: reading what the service sends, with unknown, missing and null fields and values."""

from __future__ import annotations

from typing import Any

import pytest

from vlmrun.errors import InputError, ResponseDecodeError
from vlmrun.types import (
    AgentExecutionResponse,
    AgentInfo,
    CreditUsage,
    FileResponse,
    ImageRef,
    ModelInfo,
    PredictionResponse,
    SchemaResponse,
    SkillDownloadResponse,
    SkillInfo,
)
from vlmrun.types._base import Received, read
from vlmrun.types.page import UnreadableItemWarning, read_page

SENT: dict[str, Any] = {
    "id": "e1",
    "status": "hibernating",
    "created_at": "2026-01-02T03:04:05.678901Z",
    "completed_at": None,
    "usage": {"credits_used": 2.5, "element_type": "hologram", "tokens": 7},
    "region": "moon",
}


def read_and_validated(cls: type[Received], sent: dict[str, Any]) -> list[Any]:
    """Read by the client, and by a user who validates what a webhook brought."""
    return [read(cls, sent), cls.model_validate(sent)]


def test_p10_unknown_values_fields_and_fractions_are_kept() -> None:
    for execution in read_and_validated(AgentExecutionResponse, SENT):
        assert execution.status == "hibernating"
        assert not execution.status_is_known
        assert not execution.is_finished
        assert execution.usage.credits_used == 2.5
        assert execution.usage.element_type == "hologram"
        assert execution.usage.model_extra == {"tokens": 7}
        assert execution.model_extra == {"region": "moon"}
        assert execution.raw == SENT
        assert execution.to_dict() == SENT


def test_p10_a_missing_or_null_field_has_its_default() -> None:
    for sent in ({"id": "e1"}, {"id": "e1", "usage": None, "status": None, "response": None}):
        for execution in read_and_validated(AgentExecutionResponse, sent):
            assert execution.usage == CreditUsage()
            assert execution.usage.duration_seconds == 0
            assert execution.status == "pending"
            assert execution.created_at is None


def test_p10_keywords_are_read_as_tolerantly_as_json() -> None:
    execution = AgentExecutionResponse(**SENT)

    assert execution.model_extra == {"region": "moon"}
    assert execution.status == "hibernating"
    assert execution.raw is None
    assert execution.to_dict()["region"] == "moon"
    assert AgentExecutionResponse(id="e1", usage=None).usage == CreditUsage()


def test_to_dict_returns_a_copy_of_raw() -> None:
    execution = read(AgentExecutionResponse, {"id": "e1", "response": {"a": []}})

    execution.to_dict()["response"]["a"].append(1)

    assert execution.response == {"a": []}


@pytest.mark.parametrize("cls", [AgentInfo, FileResponse, ModelInfo, PredictionResponse, SkillInfo])
def test_p10_an_empty_object_can_be_read(cls: type[Received]) -> None:
    assert read(cls, {}).raw == {}


def test_callers_must_pass_required_fields() -> None:
    with pytest.raises(InputError, match=r"AgentExecutionResponse needs id="):
        AgentExecutionResponse(name="n")
    with pytest.raises(InputError, match=r"AgentExecutionResponse needs id="):
        AgentExecutionResponse.model_validate({"name": "n"})


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        (None, "expected an object, got NoneType"),
        ([], "expected an object, got list"),
        ({"id": "e1", "usage": 3}, "AgentExecutionResponse.usage: expected an object, got 3"),
        ({"id": "e1", "created_at": "soon"}, "created_at: not a date and time: 'soon'"),
        ({"id": "e1", "created_at": 1700000000}, "created_at: expected a date and time"),
    ],
)
def test_p10_the_error_has_the_unreadable_payload(sent: Any, problem: str) -> None:
    with pytest.raises(ResponseDecodeError, match=problem) as caught:
        read(AgentExecutionResponse, sent)

    assert caught.value.raw == sent


def test_p10_an_unreadable_item_does_not_fail_the_list() -> None:
    sent = [{"id": "a"}, {"id": "b", "created_at": "soon"}, {"id": "c"}]

    with pytest.warns(UnreadableItemWarning, match="1 of 3 items left out"):
        page = read_page(AgentExecutionResponse, sent)

    assert [execution.id for execution in page] == ["a", "c"]
    assert page.received == 3
    assert [error.raw for error in page.unreadable] == [sent[1]]


def test_a_page_must_be_a_json_array() -> None:
    with pytest.raises(ResponseDecodeError, match="Expected a list of ModelInfo, got dict"):
        read_page(ModelInfo, {"models": []})


def test_old_names_of_a_skills_version() -> None:
    for skill in read_and_validated(SkillInfo, {"id": "s", "name": "n", "version": "3"}):
        assert skill.skill_version == skill.version == "3"
        assert skill.raw == {"id": "s", "name": "n", "version": "3"}
    newer = SkillInfo(id="s", name="n", version="3", skill_version="4")
    assert newer.skill_version == "4"


def test_a_reference_with_unknown_fields_is_read() -> None:
    reference = ImageRef.model_validate({"id": "img_abc123", "mime_type": "image/png"})

    assert reference.model_extra == {"mime_type": "image/png"}
    assert reference.to_dict() == {"id": "img_abc123", "mime_type": "image/png"}


def test_p22_reprs_do_not_show_signed_urls() -> None:
    url = "https://storage.example/a?X-Signature=s3cr3t"

    assert "s3cr3t" not in repr(read(FileResponse, {"public_url": url}))
    assert "s3cr3t" not in repr(read(SkillDownloadResponse, {"download_url": url}))
    assert read(FileResponse, {"public_url": url}).url == url


@pytest.mark.parametrize("strange", [[1], {"a": 1}, 7, True])
def test_p10_a_value_of_another_type_is_kept(strange: Any) -> None:
    execution = read(AgentExecutionResponse, {"id": strange, "status": strange})
    assert execution.id == execution.status == strange
    assert not execution.status_is_known
    assert not execution.is_finished
    assert "characters" in repr(read(FileResponse, {"public_url": strange}))
    schema = read(SchemaResponse, {"domain": strange, "json_schema": {"type": "object"}})
    assert schema.response_model.__name__ == "Response"


@pytest.mark.parametrize(
    ("cls", "fields"),
    [
        (AgentExecutionResponse, {"completed_at": "soon"}),
        (AgentExecutionResponse, {"created_at": 7, "completed_at": [], "usage": 3}),
        (PredictionResponse, {"completed_at": {"at": "noon"}, "usage": []}),
    ],
)
def test_p55_paid_result_is_read_although_another_field_cannot_be(
    cls: type[Any], fields: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    sent = {"id": "e1", "status": "completed", "response": {"total": 3}, **fields}

    job = read(cls, sent)

    assert ".raw has what was sent" in caplog.text
    assert (job.id, job.status, job.response) == ("e1", "completed", {"total": 3})
    assert job.completed_at is None
    assert job.raw == sent


@pytest.mark.parametrize("lost", [{"id": 7}, {"status": ["running"]}, {"status": None}])
def test_p55_job_without_a_legible_id_and_status_is_an_error(lost: dict[str, Any]) -> None:
    sent = {"id": "e1", "status": "completed", "usage": 3, **lost}
    with pytest.raises(ResponseDecodeError):
        read(AgentExecutionResponse, sent)
