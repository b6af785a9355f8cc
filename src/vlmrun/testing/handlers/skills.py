"""Skills: create, version, find, list, download."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from starlette.exceptions import HTTPException

from vlmrun.testing.bundles import Bundle, open_bundle, write_bundle
from vlmrun.testing.handlers.call import Call
from vlmrun.testing.jobs import now, timestamp
from vlmrun.testing.state import Skill, SkillVersion, State, page
from vlmrun.testing.storage import skill_url
from vlmrun.testing.validation import Invalid, Problem, problem

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
_LISTED = 50


def create_skill(call: Call) -> dict[str, Any]:
    """Store a skill; where the name is taken, as its next version, unless nothing is new."""
    body = call.body
    given = [key for key in _SOURCES if body.get(key) is not None]
    if len(given) != 1:
        raise Invalid([problem(["body"], f"Give exactly one of {', '.join(_SOURCES)}")])
    bundle = _uploaded(call, body) if given == ["file_id"] else _written(body)
    name, description = body.get("name") or bundle.name, body.get("description")
    if description is None:
        description = bundle.description
    skill = store_skill(call.state, str(name), description or "", bundle)
    skill.is_public = body.get("is_public", skill.is_public)
    return as_json(skill, skill.versions[-1])


def update_skill(call: Call) -> dict[str, Any]:
    """Store the next version: new files, a new description, or both."""
    file_id, description = call.body.get("file_id"), call.body.get("description")
    if file_id is None and description is None:
        raise Invalid([problem(["body"], "Give file_id, description, or both")])
    skill = find_skill(call.state, call.parameters["skill_id"])
    latest = skill.versions[-1]
    data = latest.archive if file_id is None else _content(call, file_id)
    bundle = open_bundle(data, ("body", "file_id"))
    text = latest.description if description is None else description
    store_skill(call.state, skill.name, text, bundle)
    return as_json(skill, skill.versions[-1])


def get_skill(call: Call) -> dict[str, Any]:
    """The latest version of a skill, by id or name."""
    skill = find_skill(call.state, call.parameters["skill_id"])
    return as_json(skill, skill.versions[-1])


def lookup_skill(call: Call) -> dict[str, Any]:
    """One version of a skill, by name or id."""
    reference = call.body.get("id") or call.body.get("name")
    if not reference:
        raise Invalid([problem(["body"], "Give name or id")])
    skill = find_skill(call.state, reference)
    wanted = call.body.get("skill_version") or call.body.get("version")
    return as_json(skill, find_version(skill, wanted))


def list_skills(call: Call) -> list[dict[str, Any]]:
    """All versions, or with `grouped` the latest of each skill."""
    with call.state.lock:
        listed = [
            (skill, version)
            for skill in call.state.skills.values()
            for version in (skill.versions[-1:] if call.parameter("grouped") else skill.versions)
        ]
    listed.sort(key=lambda pair: pair[1].serial)
    if call.parameter("order_by") == "name":
        listed.sort(key=lambda pair: pair[0].name)
    if call.parameter("descending", True):
        listed.reverse()
    piece = page(listed, call.parameter("offset", 0), call.parameter("limit", _LISTED))
    return [as_json(skill, version) for skill, version in piece]


def download_skill(call: Call) -> dict[str, Any]:
    """A URL of the latest version's zip."""
    skill = find_skill(call.state, call.parameters["skill_id"])
    version = skill.versions[-1]
    return {
        "id": skill.id,
        "name": skill.name,
        "skill_version": version.version,
        "download_url": skill_url(call.base_url, version),
        "expires_in": call.parameter("expires", _DEFAULT_LIFETIME),
    }


def store_skill(
    state: State, name: str, description: str, bundle: Bundle, version: str | None = None
) -> Skill:
    """Remember a bundle as the latest version of the skill of this name."""
    with state.lock:
        skill = next((each for each in state.skills.values() if each.name == name), None)
        if skill is None:
            skill = Skill(name, [])
            state.skills[skill.id] = skill
        elif version is None and _is_same(skill.versions[-1], description, bundle):
            return skill
        word = f"{bundle.sha256} {description} {len(skill.versions)}"
        digest = hashlib.sha256(word.encode()).hexdigest()[:6]
        version = version or f"{now():%Y%m%d}-{digest}"
        skill.versions.append(
            SkillVersion(version, description, bundle.data, bundle.files, bundle.schema)
        )
    return skill


def _is_same(latest: SkillVersion, description: str, bundle: Bundle) -> bool:
    return latest.archive == bundle.data and latest.description == description


def find_skill(state: State, reference: str) -> Skill:
    """The skill that has this id, or else this name.

    Raises:
        HTTPException: 404: there is none.
    """
    with state.lock:
        if reference in state.skills:
            return state.skills[reference]
        for skill in state.skills.values():
            if skill.name == reference:
                return skill
    raise HTTPException(
        404,
        f"No skill has the id or name {reference!r}: create it, or start the stand-in server "
        "with skills=[...]",
    )


def find_version(skill: Skill, version: str | None) -> SkillVersion:
    """One version of a skill; the latest by default.

    Raises:
        HTTPException: 404: there is none.
    """
    if version in (None, "", "latest"):
        return skill.versions[-1]
    for each in skill.versions:
        if each.version == version:
            return each
    raise HTTPException(404, f"The skill {skill.name!r} has no version {version!r}")


def as_json(skill: Skill, version: SkillVersion) -> dict[str, Any]:
    """A version's JSON."""
    return {
        "id": skill.id,
        "name": skill.name,
        "description": version.description,
        "skill_version": version.version,
        "skill_uri": None,
        "is_public": skill.is_public,
        "created_at": timestamp(skill.versions[0].created_at),
        "updated_at": timestamp(version.created_at),
        "status": "completed",
    }


def _uploaded(call: Call, body: dict[str, Any]) -> Bundle:
    missing: list[Problem] = [
        problem(["body", key], "Field required where a file_id is given", "missing")
        for key in ("name", "description")
        if body.get(key) is None
    ]
    if missing:
        raise Invalid(missing)
    return open_bundle(_content(call, body["file_id"]), ("body", "file_id"))


def _content(call: Call, file_id: str) -> bytes:
    content = call.state.stored_file(file_id).content
    assert content is not None
    return content.read()


def _written(body: dict[str, Any]) -> Bundle:
    prompt = body.get("prompt")
    if prompt is None:
        prompt = f"Do as in the chat session {body['session_id']}, which the stand-in has not kept"
    words = re.findall(r"[a-z0-9]+", prompt.lower())[:4]
    name = body.get("name") or "-".join(words) or "skill"
    description = body.get("description") or prompt.strip().partition("\n")[0][:1024]
    return write_bundle(name, description, prompt, body.get("json_schema"))
