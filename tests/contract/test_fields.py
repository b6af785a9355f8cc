"""Every field of a generated model has its place in a public type, or a reason not to."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from vlmrun_api import models

from vlmrun import types

PAIRS = {
    types.AgentCreationConfig: models.AgentCreationConfig,
    types.AgentCreationResponse: models.AgentCreationResponse,
    types.AgentExecutionConfig: models.AgentExecutionConfig,
    types.AgentExecutionResponse: models.AgentExecutionResponse,
    types.AgentInfo: models.AgentInfo,
    types.AgentSkill: models.AgentSkill,
    types.CreditUsage: models.CreditUsageResponse,
    types.FileResponse: models.FileResponse,
    types.FileUrl: models.FileUrl,
    types.GenerationConfig: models.GenerationConfig,
    types.ImageUrl: models.ImageUrl,
    types.InlineSkillSource: models.InlineSkillSource,
    types.MessageContent: models.MessageContent,
    types.ModelInfo: models.ModelInfo,
    types.PredictionResponse: models.PredictionResponse,
    types.PresignedUrlRequest: models.PresignedUrlRequest,
    types.PresignedUrlResponse: models.PresignedUrlResponse,
    types.RequestMetadata: models.RequestMetadata,
    types.SkillDownloadResponse: models.SkillDownloadResponse,
    types.SkillInfo: models.SkillInfo,
}

# What a generated model has and the public type does not, and why.
WAIVED = {
    (types.AgentSkill, "version"): "the former spelling is taken for skill_version",
    (types.SkillInfo, "version"): "the former spelling is read as skill_version",
}


def names(cls: type[Any]) -> set[str]:
    """Names of a class's fields on the wire; the generator puts `_` behind Python's own words."""
    return {field.name.rstrip("_") for field in attrs.fields(cls)} - {"additional_properties"}


@pytest.mark.parametrize("public", PAIRS, ids=lambda cls: cls.__name__)
def test_public_type_has_every_field_of_the_contract(public: type[Any]) -> None:
    missing = names(PAIRS[public]) - names(public)
    assert missing == {name for cls, name in WAIVED if cls is public}


@pytest.mark.parametrize("public", PAIRS, ids=lambda cls: cls.__name__)
def test_public_type_has_no_field_that_the_contract_lacks(public: type[Any]) -> None:
    extra = names(public) - names(PAIRS[public])
    # `response_model` is sent as `json_schema`.
    assert extra - {"response_model"} == set()


def test_every_public_type_is_compared() -> None:
    public = {
        value
        for name in types.__all__
        if isinstance(value := getattr(types, name), type) and attrs.has(value)
    }
    here_only = {
        types.AgentExecutionOrCreationConfig,
        types.AudioUrl,
        types.DocumentUrl,
        types.VideoUrl,
        types.ArrayRef,
        types.AudioRef,
        types.DocumentRef,
        types.ImageRef,
        types.ReconRef,
        types.UrlRef,
        types.VideoRef,
    }
    assert public - here_only == set(PAIRS)
