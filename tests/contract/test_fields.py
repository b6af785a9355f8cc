"""Every field of a generated model has its place in a public type, or a reason not to."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from vlmrun_api import models

from vlmrun import types

# Public types that the generator knows by another name.
RENAMED = {
    types.CreditUsage: models.CreditUsageResponse,
    types.TableCell: models.MarkdownTableCell,
    types.TableHeader: models.MarkdownTableHeader,
    types.TableMetadata: models.MarkdownTableMetadata,
}

# Public types without a schema in the contract.
HERE_ONLY = {
    types.AgentExecutionOrCreationConfig,
    types.Answer,
    types.SessionEvent,
    types.AudioUrl,
    types.DocumentPart,
    types.DocumentUrl,
    types.PdfPages,
    types.VideoUrl,
    types.ArrayRef,
    types.ArtifactRef,
    types.AudioRef,
    types.DocumentRef,
    types.ImageRef,
    types.ReconRef,
    types.UrlRef,
    types.VideoRef,
    types.BatchItem,
    types.Evidence,
    types.EvidenceBox,
    types.EvidenceMask,
    types.JobHandle,
    types.Reconciliation,
    types.BatchPlan,
    types.DocumentPlan,
    types.BatchProgress,
    types.Reconciliation,
}


def of_schemas() -> list[type[Any]]:
    """The public types that are a schema of the contract."""
    public = {
        value
        for name in types.__all__
        if isinstance(value := getattr(types, name), type) and attrs.has(value)
    }
    return sorted(public - HERE_ONLY, key=lambda cls: cls.__name__)


def model_of(public: type[Any]) -> Any:
    """The generated model of a public type; None if there is none of its name."""
    return RENAMED.get(public) or getattr(models, public.__name__, None)


PAIRS = {public: model for public in of_schemas() if (model := model_of(public))}

# Fields that a generated model has and the public type lacks, with the reason.
WAIVED = {
    (types.AgentSkill, "version"): "the former name, accepted as skill_version",
    (types.SkillInfo, "version"): "the former name, read as skill_version",
}


def names(cls: type[Any]) -> set[str]:
    """Names of a class's fields on the wire; the generator puts `_` behind Python's own words."""
    return {field.name.rstrip("_") for field in attrs.fields(cls)} - {"additional_properties"}


def test_every_public_type_is_a_schema_of_the_contract() -> None:
    without = [each.__name__ for each in of_schemas() if each not in PAIRS]
    assert without == [], "Add its schema to RENAMED, or list it in HERE_ONLY, or remove it"


@pytest.mark.parametrize("public", PAIRS, ids=lambda cls: cls.__name__)
def test_public_type_has_every_field_of_the_contract(public: type[Any]) -> None:
    missing = names(PAIRS[public]) - names(public)
    assert missing == {name for cls, name in WAIVED if cls is public}


@pytest.mark.parametrize("public", PAIRS, ids=lambda cls: cls.__name__)
def test_public_type_has_no_field_that_the_contract_lacks(public: type[Any]) -> None:
    extra = names(public) - names(PAIRS[public])
    # `response_model` is sent as `json_schema`.
    assert extra - {"response_model"} == set()
