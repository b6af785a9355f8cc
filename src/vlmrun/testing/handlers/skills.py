"""Skills: create, update, look up, list, download."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from starlette.exceptions import HTTPException

from vlmrun.testing.contract.request_validation import (
    InvalidRequest,
    Problem,
    invalid_request,
    problem,
)
from vlmrun.testing.handlers.request import HandlerRequest
from vlmrun.testing.state.jobs import now, timestamp
from vlmrun.testing.state.presigned_urls import skill_url
from vlmrun.testing.state.skill_bundles import SkillBundle, create_bundle, open_bundle
from vlmrun.testing.state.store import Skill, SkillVersion, State

__all__ = [
    "create_skill",
    "download_skill",
    "get_skill",
    "list_skills",
    "lookup_skill",
    "update_skill",
]

_SOURCES = ("file_id", "prompt", "session_id")
_DEFAULT_LIFETIME = 7 * 24 * 60 * 60
_DEFAULT_LIMIT = 50


def create_skill(request: HandlerRequest) -> dict[str, Any]:
    """Store a skill; if the name exists, as its next version, unless nothing has changed."""
    body = request.body
    sources = [key for key in _SOURCES if body.get(key) is not None]
    if len(sources) != 1:
        raise invalid_request(["body"], f"Pass exactly one of {', '.join(_SOURCES)}")
    bundle = _uploaded(request, body) if sources == ["file_id"] else _from_prompt(body)
    name, description = body.get("name") or bundle.name, body.get("description")
    if description is None:
        description = bundle.description
    skill = store_skill(request.state, str(name), description or "", bundle)
    skill.is_public = body.get("is_public", skill.is_public)
    return as_json(skill, skill.versions[-1])


def update_skill(request: HandlerRequest) -> dict[str, Any]:
    """Store the next version, with new files, a new description, or both."""
    file_id, description = request.body.get("file_id"), request.body.get("description")
    if file_id is None and description is None:
        raise invalid_request(["body"], "Pass file_id, description, or both")
    skill = find_skill(request, request.parameters["skill_id"])
    latest = skill.versions[-1]
    data = latest.archive if file_id is None else _content(request, file_id)
    bundle = open_bundle(data, ("body", "file_id"))
    text = latest.description if description is None else description
    store_skill(request.state, skill.name, text, bundle)
    return as_json(skill, skill.versions[-1])


def get_skill(request: HandlerRequest) -> dict[str, Any]:
    """Return the version with this id, or the latest version of the skill with this name."""
    reference = request.parameters["skill_id"]
    skill = find_skill(request, reference)
    return as_json(skill, version_of(skill, reference))


def lookup_skill(request: HandlerRequest) -> dict[str, Any]:
    """Return a version of a skill, by name or id."""
    reference = request.body.get("id") or request.body.get("name")
    if not reference:
        raise invalid_request(["body"], "Pass name or id")
    skill = find_skill(request, reference)
    version = request.body.get("skill_version") or request.body.get("version")
    if version is None:
        return as_json(skill, version_of(skill, reference))
    return as_json(skill, find_version(request, skill, version))


def list_skills(request: HandlerRequest) -> list[dict[str, Any]]:
    """List all versions, or with `grouped` the latest version of each skill."""
    with request.state.lock:
        listed = [
            (skill, version)
            for skill in request.state.skills.values()
            for version in (skill.versions[-1:] if request.parameter("grouped") else skill.versions)
        ]
    listed.sort(key=lambda pair: pair[1].serial)
    if request.parameter("order_by") == "name":
        listed.sort(key=lambda pair: pair[0].name)
    if request.parameter("descending", True):
        listed.reverse()
    offset = request.parameter("offset", 0)
    page = listed[offset : offset + request.parameter("limit", _DEFAULT_LIMIT)]
    for skill, version in page:
        if version.is_placeholder:
            request.note_placeholder(f"The skill {skill.name!r}")
    return [as_json(skill, version) for skill, version in page]


def download_skill(request: HandlerRequest) -> dict[str, Any]:
    """Return a URL of the zip archive of a version."""
    reference = request.parameters["skill_id"]
    skill = find_skill(request, reference)
    version = version_of(skill, reference)
    return {
        "id": version.id,
        "name": skill.name,
        "skill_version": version.version,
        "download_url": skill_url(request.base_url, version),
        "expires_in": request.parameter("expires", _DEFAULT_LIFETIME),
    }


def store_skill(
    state: State,
    name: str,
    description: str,
    bundle: SkillBundle,
    version: str | None = None,
    *,
    is_placeholder: bool = False,
) -> Skill:
    """Store a bundle as the latest version of the skill with this name."""
    with state.lock:
        skill = next((each for each in state.skills.values() if each.name == name), None)
        if skill is None:
            skill = Skill(name, [])
            state.skills[skill.id] = skill
        # The service creates no version for an unchanged skill.
        elif version is None and _is_same(skill.versions[-1], description, bundle):
            return skill
        seed = f"{bundle.sha256} {description} {len(skill.versions)}"
        digest = hashlib.sha256(seed.encode()).hexdigest()[:6]
        version = version or f"{now():%Y%m%d}-{digest}"
        skill.versions.append(
            SkillVersion(
                version, description, bundle.data, bundle.files, bundle.schema, is_placeholder
            )
        )
    return skill


def _is_same(latest: SkillVersion, description: str, bundle: SkillBundle) -> bool:
    return latest.archive == bundle.data and latest.description == description


def find_skill(request: HandlerRequest, reference: str) -> Skill:
    """Return the skill with this id, or that of one of its versions, or else with this name.

    A server that is not strict creates an unknown skill, and notes at each request for it that
    nobody has stored it.

    Raises:
        HTTPException: 404, there is no such skill.
    """
    found = _stored(request.state, reference)
    if found is not None and not all(each.is_placeholder for each in found.versions):
        return found
    if request.accepts_unknown(f"The skill {reference!r}"):
        return found or _store_placeholder(request.state, reference)
    raise HTTPException(
        404,
        f"No skill has the id or name {reference!r}: create it with client.skills, "
        "server.add_skill or --skill",
    )


def _stored(state: State, reference: str) -> Skill | None:
    with state.lock:
        if reference in state.skills:
            return state.skills[reference]
        for skill in state.skills.values():
            if reference == skill.name or any(each.id == reference for each in skill.versions):
                return skill
    return None


def find_version(request: HandlerRequest, skill: Skill, version: str | None) -> SkillVersion:
    """Return a version of a skill; the latest by default.

    A server that is not strict creates an unknown version.

    Raises:
        HTTPException: 404, there is no such version.
    """
    if version in (None, "", "latest"):
        return skill.versions[-1]
    for each in skill.versions:
        if each.version == version:
            return each
    if request.accepts_unknown(f"The version {version!r} of the skill {skill.name!r}"):
        _store_placeholder(request.state, skill.name, version)
        return skill.versions[-1]
    known = ", ".join(each.version for each in skill.versions)
    raise HTTPException(404, f"The skill {skill.name!r} has no version {version!r}. It has {known}")


def version_of(skill: Skill, reference: str) -> SkillVersion:
    """Return the version of a skill that has an id; the latest for any other reference."""
    return next((each for each in skill.versions if each.id == reference), skill.versions[-1])


def as_json(skill: Skill, version: SkillVersion) -> dict[str, Any]:
    """Return the JSON of a version."""
    return {
        "id": version.id,
        "name": skill.name,
        "description": version.description,
        "skill_version": version.version,
        "skill_uri": None,
        "is_public": skill.is_public,
        "created_at": timestamp(skill.versions[0].created_at),
        "updated_at": timestamp(version.created_at),
        "status": "completed",
    }


def _uploaded(request: HandlerRequest, body: dict[str, Any]) -> SkillBundle:
    missing: list[Problem] = [
        problem(["body", key], "Field required together with file_id", "missing")
        for key in ("name", "description")
        if body.get(key) is None
    ]
    if missing:
        raise InvalidRequest(missing)
    return open_bundle(_content(request, body["file_id"]), ("body", "file_id"))


def _content(request: HandlerRequest, file_id: str) -> bytes:
    content = request.state.stored_file(file_id).content
    assert content is not None
    return content.read()


def _from_prompt(body: dict[str, Any]) -> SkillBundle:
    prompt = body.get("prompt")
    if prompt is None:
        prompt = (
            f"Do as in the chat session {body['session_id']}, which the mock server has not stored"
        )
    words = re.findall(r"[a-z0-9]+", prompt.lower())[:4]
    name = body.get("name") or "-".join(words) or "skill"
    description = body.get("description") or prompt.strip().partition("\n")[0][:1024]
    return create_bundle(name, description, prompt, body.get("json_schema"))


def _store_placeholder(state: State, name: str, version: str | None = None) -> Skill:
    """Store a skill, or a version of one, that nobody has stored."""
    description = f"Placeholder of the mock server for the unknown skill {name}"
    bundle = create_bundle(name, description, f"# {name}")
    return store_skill(state, name, description, bundle, version, is_placeholder=True)
