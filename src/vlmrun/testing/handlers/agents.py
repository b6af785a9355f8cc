"""Agents: create, find, list."""

from __future__ import annotations

import secrets
from typing import Any

from starlette.exceptions import HTTPException

from vlmrun.testing.handlers.call import Call
from vlmrun.testing.jobs import timestamp
from vlmrun.testing.state import Agent, State
from vlmrun.testing.validation import Invalid, problem

__all__ = ["create_agent", "get_agent", "list_agents", "lookup_agent"]

_KEYS = ("name", "id", "prompt")


def create_agent(call: Call) -> dict[str, Any]:
    """A new agent, or a new version where the name is taken; versions are 1, 2, …"""
    config = call.body["config"]
    if not (config.get("prompt") or "").strip():
        raise Invalid([problem(["body", "config", "prompt"], "Field required", "missing")])
    name = call.body.get("name") or f"agent-{secrets.token_hex(4)}"
    if ":" in name:
        raise Invalid([problem(["body", "name"], "A name has no colon; versions are numbered")])
    agent = store_agent(call.state, name, config["prompt"], config.get("json_schema"))
    info = as_json(agent)
    return {key: info[key] for key in ("id", "name", "created_at", "updated_at", "status")}


def list_agents(call: Call) -> list[dict[str, Any]]:
    """All versions of all agents, the newest first."""
    with call.state.lock:
        return [as_json(agent) for agent in reversed(call.state.agents.values())]


def get_agent(call: Call) -> dict[str, Any]:
    """One agent by id."""
    return as_json(_agent_by_id(call.state, call.parameters["agent_id"]))


def lookup_agent(call: Call) -> dict[str, Any]:
    """One agent by name, id or prompt."""
    given = [key for key in _KEYS if call.body.get(key) is not None]
    if len(given) != 1:
        msg = f"Give exactly one of {', '.join(_KEYS)}"
        raise Invalid([problem(["body"], msg)])
    value = call.body[given[0]]
    if given[0] == "id":
        return as_json(_agent_by_id(call.state, value))
    if given[0] == "name":
        return as_json(find_agent(call.state, value, malformed=400))
    with call.state.lock:
        for agent in reversed(call.state.agents.values()):
            if agent.prompt == value:
                return as_json(agent)
    raise HTTPException(404, "No agent has this prompt")


def store_agent(state: State, name: str, prompt: str, json_schema: Any = None) -> Agent:
    """Remember an agent."""
    with state.lock:
        version = 1 + sum(agent.name == name for agent in state.agents.values())
        agent = Agent(name, version, prompt, json_schema)
        state.agents[agent.id] = agent
    return agent


def find_agent(state: State, reference: str, malformed: int = 422) -> Agent:
    """The agent that `name` or `name:version` means; the latest without a version.

    Raises:
        HTTPException: 404: there is none; 400 where `malformed` says so: no such form of a name.
        Invalid: No such form of a name.
    """
    name, colon, version = reference.partition(":")
    if not name.strip() or ":" in version or (colon and not version.strip()):
        msg = f"An agent's name is name or name:version, not {reference!r}"
        if malformed == 400:
            raise HTTPException(400, msg)
        raise Invalid([problem(["body", "name"], msg)])
    with state.lock:
        versions = [agent for agent in state.agents.values() if agent.name == name]
    if version in ("", "latest"):
        found = versions[-1:]
    else:
        found = [agent for agent in versions if str(agent.version) == version]
    if not found:
        raise HTTPException(404, f"No agent is named {reference!r}")
    return found[0]


def as_json(agent: Agent) -> dict[str, Any]:
    """An agent's JSON."""
    return {
        "id": agent.id,
        "name": agent.name,
        "description": f"Agent of the stand-in server, version {agent.version}",
        "prompt": agent.prompt,
        "json_schema": agent.json_schema,
        "json_sample": None,
        "created_at": timestamp(agent.created_at),
        "updated_at": timestamp(agent.created_at),
        "status": "completed",
    }


def _agent_by_id(state: State, id: str) -> Agent:
    with state.lock:
        agent = state.agents.get(id)
    if agent is None:
        raise HTTPException(404, f"No agent has the id {id!r}")
    return agent
