"""Creating the types that are sent: keywords and their validation."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from vlmrun.errors import InputError, InputTypeError
from vlmrun.types import (
    AgentExecutionConfig,
    AgentSkill,
    FileUrl,
    GenerationConfig,
    MessageContent,
    PresignedUrlRequest,
    RequestMetadata,
)


def test_nested_dicts_are_converted_to_their_types() -> None:
    config = AgentExecutionConfig(prompt="Read it", skills=[{"skill_name": "invoices"}])

    assert config.skills == [AgentSkill(skill_name="invoices")]


@pytest.mark.parametrize(
    ("cls", "values", "field", "meant"),
    [
        (AgentExecutionConfig, {"promt": "x"}, "promt", "prompt"),
        (GenerationConfig, {"json_shema": {}}, "json_shema", "json_schema"),
        (AgentSkill, {"skill_nme": "x"}, "skill_nme", "skill_name"),
        (RequestMetadata, {"enviroment": "dev"}, "enviroment", "environment"),
        (FileUrl, {"url": "https://x.y", "urls": ""}, "urls", "url"),
    ],
)
def test_p08_an_unknown_field_is_refused_with_a_suggestion(
    cls: Any, values: dict[str, Any], field: str, meant: str
) -> None:
    for build in (lambda: cls(**values), lambda: cls.model_validate(values)):
        with pytest.raises(InputError) as caught:
            build()

        assert isinstance(caught.value, ValueError)
        assert isinstance(caught.value, TypeError)
        assert f"no field {field!r}. Did you mean {meant!r}?" in str(caught.value)


def test_p08_an_unknown_nested_field_is_named_with_its_location() -> None:
    with pytest.raises(InputError, match=r"AgentExecutionConfig\.skills\[1\] has no field 'nme'"):
        AgentExecutionConfig(skills=[{"skill_name": "a"}, {"skill_name": "b", "nme": "c"}])


def test_p08_an_unknown_field_like_no_other_gets_the_list_of_fields() -> None:
    with pytest.raises(InputError, match=r"Known: filename, purpose|Known: expiration, filename"):
        PresignedUrlRequest(filename="a.pdf", zzzzzz=1)


@pytest.mark.parametrize(
    ("cls", "values", "message"),
    [
        (GenerationConfig, {"detail": ""}, "GenerationConfig.detail is empty"),
        (GenerationConfig, {"page_indices": 3}, "page_indices must be a list, got int 3"),
        (GenerationConfig, {"page_indices": [0, "1"]}, r"page_indices\[1\] must be int, got str"),
        (GenerationConfig, {"max_tokens": True}, "max_tokens must be int, got bool True"),
        (GenerationConfig, {"json_schema": "{}"}, "json_schema must be a dict, got str"),
        (AgentExecutionConfig, {"prompt": 1}, "prompt must be str, got int 1"),
        (AgentExecutionConfig, {"mode": ["agent"]}, r"mode must be a str, got list \['agent'\]"),
        (AgentExecutionConfig, {"service_tier": 1}, "service_tier must be a str, got int 1"),
        (AgentExecutionConfig, {"skills": ["x"]}, r"skills\[0\] must be AgentSkill or a dict"),
        (RequestMetadata, {"environment": True}, "environment must be a str, got bool True"),
        (PresignedUrlRequest, {}, "PresignedUrlRequest needs filename=..."),
        (PresignedUrlRequest, {"filename": None}, "filename must be str, got NoneType"),
        (MessageContent, {}, "MessageContent needs type=..."),
    ],
)
def test_an_invalid_value_is_refused_with_the_field_name(
    cls: Any, values: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        cls(**values)


def test_model_validate_accepts_instances_mappings_and_json() -> None:
    url = FileUrl(url="https://example.com/a.pdf")

    assert FileUrl.model_validate(url) is url
    assert FileUrl.model_validate({"url": url.url}) == url
    assert FileUrl.model_validate_json('{"url": "https://example.com/a.pdf"}') == url
    assert FileUrl.model_validate_json(b'{"url": "https://example.com/a.pdf"}') == url


@pytest.mark.parametrize("value", [None, "https://example.com", [], 1, {1: 2}])
def test_model_validate_refuses_everything_else(value: Any) -> None:
    with pytest.raises(InputTypeError, match="FileUrl"):
        FileUrl.model_validate(value)


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, b"\xff", "null", "[]"])
def test_model_validate_json_refuses_anything_but_a_json_object(text: Any) -> None:
    with pytest.raises(ValueError, match="FileUrl"):
        FileUrl.model_validate_json(text)


def test_a_member_of_a_str_enum_is_accepted_as_a_str() -> None:
    from enum import Enum

    class Detail(str, Enum):
        HIGH = "hi"

    config = GenerationConfig(detail=Detail.HIGH)

    assert type(config.detail) is str
    assert config.to_dict() == {"detail": "hi"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-02T03:04:05Z", (3, 4, 5, 0)),
        ("2026-01-02T03:04:05.5z", (3, 4, 5, 500_000)),
        ("2026-01-02T03:04:05.123456789+00:00", (3, 4, 5, 123_456)),
        ("2026-01-02 03:04:05", (3, 4, 5, 0)),
        ("2026-01-02T05:04:05.12+02:00", (3, 4, 5, 120_000)),
        ("2026-01-02", (0, 0, 0, 0)),
    ],
)
def test_iso_8601_strings_become_aware_datetimes(text: str, expected: tuple[int, ...]) -> None:
    from vlmrun.types import AgentInfo

    info = AgentInfo(id="a", name="n", created_at=text)

    assert info.created_at is not None
    assert info.created_at.tzinfo is not None
    assert info.created_at == datetime(2026, 1, 2, *expected, tzinfo=timezone.utc)  # type: ignore[misc]


def test_types_are_immutable() -> None:
    config = AgentExecutionConfig(prompt="x")

    with pytest.raises(AttributeError):
        config.prompt = "y"  # type: ignore[misc]
