"""Executions: run an agent, get and list its executions."""

from __future__ import annotations

import hashlib
from typing import Any

from starlette.exceptions import HTTPException

from vlmrun.testing.contract.request_validation import invalid_request
from vlmrun.testing.generation.job_outcomes import Run, default_outcome
from vlmrun.testing.handlers.agents import find_agent, find_agent_by_id
from vlmrun.testing.handlers.chat_models import AGENT_MODELS, DEFAULT_MODEL
from vlmrun.testing.handlers.job_submission import submit
from vlmrun.testing.handlers.request import HandlerRequest
from vlmrun.testing.handlers.skill_facts import skill_facts
from vlmrun.testing.state.store import StoredAgent, new_id

__all__ = ["execute_agent", "get_execution", "list_executions"]


def execute_agent(request: HandlerRequest) -> dict[str, Any]:
    """Submit an execution; with `batch: false` the response has the finished one."""
    body = request.body
    config = body.get("config") or {}
    agent = _agent(request)
    if not (agent or config.get("prompt") or config.get("skills")):
        msg = "Pass name, config.prompt or config.skills"
        raise invalid_request(["body"], msg, "missing")
    prompt, schema = config.get("prompt"), config.get("json_schema")
    if agent:
        prompt, schema = prompt or agent.prompt, agent.json_schema if schema is None else schema
    inputs = body.get("inputs") or {}
    inspector = request.inspector()
    facts: dict[str, Any] = {
        "inputs": {key: inspector.facts(value) for key, value in inputs.items()},
        "skills": skill_facts(request, ("body", "config", "skills"), config.get("skills") or []),
    }
    request.check_readable(inspector.problems, ["body", "inputs"])
    _check_model(request, body.get("model") or DEFAULT_MODEL)
    name = body.get("name") or (agent.name if agent else _default_name(prompt, facts["skills"]))
    run = Run(body.get("id") or new_id(), name, prompt, inputs, schema, body, facts)
    pages = inspector.pages
    return submit(
        request,
        run,
        request.state.executions,
        request.state.on_execute,
        default_outcome,
        is_sync=body.get("batch") is False,
        fields={"name": name, "execution_mode": config.get("mode")},
        usage={"elements_processed": pages, "element_type": "page"} if pages else {},
    )


def list_executions(request: HandlerRequest) -> list[dict[str, Any]]:
    """List executions, newest first; each list counts as a poll of those on it."""
    with request.state.lock:
        jobs = list(reversed(request.state.executions.values()))
        return [job.poll() for job in request.page(jobs)]


def get_execution(request: HandlerRequest) -> dict[str, Any]:
    """Return an execution; each poll advances it."""
    id = request.parameters["id"]
    with request.state.lock:
        if id not in request.state.executions:
            raise HTTPException(404, f"No execution has the id {id!r}")
        return request.state.executions[id].poll()


def _check_model(request: HandlerRequest, model: str) -> None:
    if model not in AGENT_MODELS and not request.accepts_unknown(f"The model {model!r}"):
        msg = f"No agent runs on the model {model!r}; available are {', '.join(AGENT_MODELS)}"
        raise invalid_request(["body", "model"], msg, "literal_error")


def _agent(request: HandlerRequest) -> StoredAgent | None:
    """Return the agent of the request, if there is one."""
    name, id = request.body.get("name"), request.body.get("agent_id")
    if name:
        return find_agent(request, name)
    if not isinstance(id, str) or request.state.settings.strict:
        return None
    request.notes.append("agent_id is not documented, and was accepted in place of name")
    return find_agent_by_id(request, id)


def _default_name(prompt: str | None, skills: list[dict[str, Any]]) -> str:
    if prompt is None and skills:
        return str(skills[0]["name"])
    return f"agent-{hashlib.sha256((prompt or '').encode()).hexdigest()[:8]}"
