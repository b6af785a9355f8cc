"""Executions: run an agent, look at its runs."""

from __future__ import annotations

import hashlib
from typing import Any

from starlette.exceptions import HTTPException

from vlmrun.testing.bundles import decode_bundle
from vlmrun.testing.handlers.agents import find_agent
from vlmrun.testing.handlers.call import Call
from vlmrun.testing.handlers.skills import find_skill, find_version
from vlmrun.testing.inputs import Inspector
from vlmrun.testing.results import SAMPLE_NOTE, Run, honest_outcome
from vlmrun.testing.sampling import SampleError, sample
from vlmrun.testing.state import new_id, page
from vlmrun.testing.storage import file_at
from vlmrun.testing.submission import submit
from vlmrun.testing.validation import Invalid, problem

__all__ = ["execute_agent", "get_execution", "list_executions"]


def execute_agent(call: Call) -> dict[str, Any]:
    """Submit a run; with `batch: false` it is over at once."""
    body = call.body
    config = body.get("config") or {}
    if not (body.get("name") or config.get("prompt") or config.get("skills")):
        msg = "Give name, config.prompt or config.skills"
        raise Invalid([problem(["body"], msg, "missing")])
    prompt, schema = config.get("prompt"), config.get("json_schema")
    if body.get("name"):
        agent = find_agent(call.state, body["name"])
        prompt, schema = prompt or agent.prompt, agent.json_schema if schema is None else schema
    inputs = body.get("inputs") or {}
    inspector = Inspector(
        call.state.stored_file, lambda url: file_at(call.state, call.base_url, url)
    )
    facts: dict[str, Any] = {
        "inputs": {key: inspector.facts(value) for key, value in inputs.items()},
        "skills": skill_facts(call, ("body", "config", "skills"), config.get("skills") or []),
    }
    name = body.get("name") or _name_for(prompt, facts["skills"])
    run = Run(body.get("id") or new_id(), name, prompt, inputs, schema, body, facts)
    pages = inspector.pages
    return submit(
        call,
        run,
        call.state.executions,
        call.state.on_execute,
        honest_outcome,
        at_once=body.get("batch") is False,
        fields={"name": name, "execution_mode": config.get("mode")},
        counted={"elements_processed": pages, "element_type": "page"} if pages else {},
    )


def list_executions(call: Call) -> list[dict[str, Any]]:
    """The newest first; looking at a list does not move a job on."""
    with call.state.lock:
        jobs = list(reversed(call.state.executions.values()))
        return [job.as_json() for job in page(jobs, call.skip, call.limit)]


def get_execution(call: Call) -> dict[str, Any]:
    """One execution; in polls, each look moves it on."""
    id = call.parameters["id"]
    with call.state.lock:
        if id not in call.state.executions:
            raise HTTPException(404, f"No execution has the id {id!r}")
        return call.state.executions[id].look()


def _name_for(prompt: str | None, skills: list[dict[str, Any]]) -> str:
    if prompt is None and skills:
        return str(skills[0]["name"])
    return f"agent-{hashlib.sha256((prompt or '').encode()).hexdigest()[:8]}"


def skill_facts(
    call: Call, place: tuple[str, ...], skills: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """What can be said of the skills that a request names or brings; `place` is where they stand.

    Raises:
        HTTPException: 404: there is no such skill.
        Invalid: It is neither a reference nor an inline skill, or both.
    """
    return [_skill_facts(call, (*place, at), skill) for at, skill in enumerate(skills)]


def _skill_facts(call: Call, place: tuple[str | int, ...], skill: dict[str, Any]) -> dict[str, Any]:
    given_ref = skill.get("skill_id") or skill.get("skill_name")
    source = skill.get("source") or {}
    data = source.get("data") or skill.get("bundle")
    if skill.get("type") == "inline" or (data and not skill.get("type")):
        if given_ref:
            raise Invalid([problem(place, "An inline skill has neither skill_id nor skill_name")])
        if not data:
            raise Invalid([problem([*place, "source"], "Field required", "missing")])
        bundle = decode_bundle(data, (*place, "source", "data"))
        facts: dict[str, Any] = {
            "name": skill.get("name") or bundle.name,
            "description": skill.get("description") or bundle.description,
            "files": list(bundle.files),
            "sha256": bundle.sha256,
        }
        return facts | _schema_sample(bundle.schema)
    if not given_ref:
        raise Invalid([problem(place, "A skill reference needs skill_id or skill_name")])
    stored = find_skill(call.state, given_ref)
    version = find_version(stored, skill.get("skill_version") or skill.get("version"))
    facts = {
        "name": stored.name,
        "description": version.description,
        "skill_id": stored.id,
        "skill_version": version.version,
        "files": list(version.files),
        "sha256": hashlib.sha256(version.archive).hexdigest(),
    }
    return facts | _schema_sample(version.schema)


def _schema_sample(schema: Any) -> dict[str, Any]:
    if schema is None:
        return {}
    try:
        return {"sample": sample(schema), "sample_note": SAMPLE_NOTE}
    except SampleError as error:
        return {"sample": None, "sample_note": f"No sample: {error}"}
