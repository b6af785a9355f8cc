"""Facts about the skills of a request: references to stored skills, and inline skills."""

from __future__ import annotations

import hashlib
from typing import Any

from vlmrun.testing.contract.request_validation import invalid_request
from vlmrun.testing.generation.job_outcomes import SAMPLE_NOTE
from vlmrun.testing.generation.schema_samples import SampleError, sample
from vlmrun.testing.handlers.request import HandlerRequest
from vlmrun.testing.handlers.skills import find_skill, find_version, version_of
from vlmrun.testing.state.skill_bundles import Location, decode_bundle


def skill_facts(
    request: HandlerRequest, location: Location, skills: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return facts about the skills of a request; `location` is their location in it.

    Raises:
        HTTPException: 404, there is no such skill.
        InvalidRequest: A skill is neither a reference nor an inline skill, or both.
    """
    return [
        _facts_of_skill(request, (*location, index), skill) for index, skill in enumerate(skills)
    ]


def _facts_of_skill(
    request: HandlerRequest, location: Location, skill: dict[str, Any]
) -> dict[str, Any]:
    reference = skill.get("skill_id") or skill.get("skill_name")
    source = skill.get("source") or {}
    data = source.get("data") or skill.get("bundle")
    if skill.get("type") == "inline" or (data and not skill.get("type")):
        if reference:
            message = "An inline skill takes neither skill_id nor skill_name"
            raise invalid_request(location, message)
        if not data:
            raise invalid_request([*location, "source"], "Field required", "missing")
        return _facts_of_inline_skill(skill, data, (*location, "source", "data"))
    if not reference:
        raise invalid_request(location, "A skill reference needs skill_id or skill_name")
    stored = find_skill(request, reference)
    wanted = skill.get("skill_version") or skill.get("version")
    version = find_version(request, stored, wanted) if wanted else version_of(stored, reference)
    facts = {
        "name": stored.name,
        "description": version.description,
        "skill_id": version.id,
        "skill_version": version.version,
        "files": list(version.files),
        "sha256": hashlib.sha256(version.archive).hexdigest(),
    }
    return facts | _sample_of(version.schema)


def _facts_of_inline_skill(skill: dict[str, Any], data: str, location: Location) -> dict[str, Any]:
    bundle = decode_bundle(data, location)
    facts = {
        "name": skill.get("name") or bundle.name,
        "description": skill.get("description") or bundle.description,
        "files": list(bundle.files),
        "sha256": bundle.sha256,
    }
    return facts | _sample_of(bundle.schema)


def _sample_of(schema: Any) -> dict[str, Any]:
    if schema is None:
        return {}
    try:
        return {"sample": sample(schema), "sample_note": SAMPLE_NOTE}
    except SampleError as error:
        return {"sample": None, "sample_note": f"No sample: {error}"}
