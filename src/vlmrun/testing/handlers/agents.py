"""Agents: create, look up, list."""

from __future__ import annotations

import secrets
from typing import Any

from starlette.exceptions import HTTPException

from vlmrun.testing.contract.request_validation import invalid_request
from vlmrun.testing.handlers.request import HandlerRequest
from vlmrun.testing.state.jobs import timestamp
from vlmrun.testing.state.store import State, StoredAgent

__all__ = ["create_agent", "get_agent", "list_agents", "lookup_agent"]

_KEYS = ("name", "id", "prompt")


def create_agent(request: HandlerRequest) -> dict[str, Any]:
    """Create an agent, or a new version if the name exists; versions count from 1."""
    config = request.body["config"]
    if not (config.get("prompt") or "").strip():
        raise invalid_request(["body", "config", "prompt"], "Field required", "missing")
    name = request.body.get("name") or f"agent-{secrets.token_hex(4)}"
    # A colon separates name and version in references.
    if ":" in name:
        raise invalid_request(
            ["body", "name"], "A name must not contain a colon; versions are numbered"
        )
    agent = store_agent(request.state, name, config["prompt"], config.get("json_schema"))
    info = as_json(agent)
    return {key: info[key] for key in ("id", "name", "created_at", "updated_at", "status")}


def list_agents(request: HandlerRequest) -> list[dict[str, Any]]:
    """List all versions of all agents, newest first."""
    with request.state.lock:
        agents = list(reversed(request.state.agents.values()))
    for agent in agents:
        if agent.is_placeholder:
            request.note_placeholder(f"The agent {agent.name!r}")
    return [as_json(agent) for agent in agents]


def get_agent(request: HandlerRequest) -> dict[str, Any]:
    """Return an agent by id."""
    return as_json(find_agent_by_id(request, request.parameters["agent_id"]))


def lookup_agent(request: HandlerRequest) -> dict[str, Any]:
    """Return an agent by name, id or prompt."""
    keys = [key for key in _KEYS if request.body.get(key) is not None]
    if len(keys) != 1:
        msg = f"Pass exactly one of {', '.join(_KEYS)}"
        raise invalid_request(["body"], msg)
    value = request.body[keys[0]]
    if keys[0] == "id":
        return as_json(find_agent_by_id(request, value))
    if keys[0] == "name":
        return as_json(find_agent(request, value, malformed_status=400))
    with request.state.lock:
        for agent in reversed(request.state.agents.values()):
            if agent.prompt == value:
                return as_json(agent)
    raise HTTPException(404, "No agent has this prompt")


def store_agent(
    state: State,
    name: str,
    prompt: str,
    json_schema: Any = None,
    version: str | None = None,
    *,
    is_placeholder: bool = False,
) -> StoredAgent:
    """Store an agent, by default as the next version of its name."""
    with state.lock:
        number = 1 + sum(agent.name == name for agent in state.agents.values())
        agent = StoredAgent(name, version or str(number), prompt, json_schema, is_placeholder)
        state.agents[agent.id] = agent
    return agent


def find_agent(request: HandlerRequest, reference: str, malformed_status: int = 422) -> StoredAgent:
    """Return the agent with a reference `name` or `name:version`; the latest without a version.

    A server that is not strict creates an unknown agent, and notes at each request for it that
    nobody has created it.

    Raises:
        HTTPException: 404, there is no such agent; or 400, if that is the `malformed_status` and
            the reference has another form.
        InvalidRequest: The reference has another form.
    """
    name, colon, version = reference.partition(":")
    if not name.strip() or ":" in version or (colon and not version.strip()):
        msg = f"The name of an agent must be name or name:version, got {reference!r}"
        if malformed_status == 400:
            raise HTTPException(400, msg)
        raise invalid_request(["body", "name"], msg)
    state = request.state
    with state.lock:
        versions = [agent for agent in state.agents.values() if agent.name == name]
    if version in ("", "latest"):
        found = versions[-1:]
    else:
        found = [agent for agent in versions if agent.version == version]
    if found and not found[0].is_placeholder:
        return found[0]
    if request.accepts_unknown(f"The agent {reference!r}"):
        wanted = version.replace("latest", "") or None
        return (
            found[0] if found else store_agent(state, name, "", None, wanted, is_placeholder=True)
        )
    raise HTTPException(
        404,
        f"No agent is named {reference!r}: create it with client.agent.create, "
        "server.add_agent or --agent",
    )


def as_json(agent: StoredAgent) -> dict[str, Any]:
    """Return the JSON of an agent."""
    return {
        "id": agent.id,
        "name": agent.name,
        "description": f"{_kind_of(agent)} of the mock server, version {agent.version}",
        "prompt": agent.prompt,
        "json_schema": agent.json_schema,
        "json_sample": None,
        "created_at": timestamp(agent.created_at),
        "updated_at": timestamp(agent.created_at),
        "status": "completed",
    }


def _kind_of(agent: StoredAgent) -> str:
    return "Placeholder for an unknown agent" if agent.is_placeholder else "Agent"


def find_agent_by_id(request: HandlerRequest, id: str) -> StoredAgent:
    """Return the agent with an id. A server that is not strict creates an unknown agent.

    Raises:
        HTTPException: 404, no agent has this id.
    """
    with request.state.lock:
        agent = request.state.agents.get(id)
    if agent is not None and not agent.is_placeholder:
        return agent
    if request.accepts_unknown(f"The agent with the id {id!r}"):
        return agent or store_agent(request.state, id, "", is_placeholder=True)
    raise HTTPException(404, f"No agent has the id {id!r}")
