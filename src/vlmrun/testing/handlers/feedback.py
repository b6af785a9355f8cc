"""Feedback: take it, list it."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException

from vlmrun.testing.handlers.call import Call
from vlmrun.testing.jobs import now, timestamp
from vlmrun.testing.state import State, new_id, page
from vlmrun.testing.validation import Invalid, problem

__all__ = ["list_feedback", "submit_feedback"]

# By what the service calls a kind of thing: the field that has its id.
_FIELDS = {"request": "request_id", "agent_execution": "agent_execution_id", "chat": "chat_id"}


def submit_feedback(call: Call) -> dict[str, Any]:
    """Keep feedback on a prediction, an execution or a chat."""
    body = call.body
    kinds = [kind for kind, field in _FIELDS.items() if body.get(field) is not None]
    if len(kinds) != 1:
        raise Invalid([problem(["body"], f"Give exactly one of {', '.join(_FIELDS.values())}")])
    if body.get("response") is None and body.get("notes") is None:
        raise Invalid([problem(["body"], "Give response, notes, or both", "missing")])
    field = _FIELDS[kinds[0]]
    _check_there(call.state, kinds[0], body[field])
    item = {
        "id": new_id(),
        **_subject(kinds[0], body[field]),
        "created_at": timestamp(now()),
        "response": body.get("response"),
        "notes": body.get("notes"),
    }
    with call.state.lock:
        call.state.table("feedback")[item["id"]] = item
    return {key: item[key] for key in ("id", *_FIELDS.values(), "created_at")}


def list_feedback(call: Call) -> dict[str, Any]:
    """The feedback on one thing, the newest first."""
    kind, id = call.parameter("type", "request"), call.parameters["id"]
    _check_there(call.state, kind, id)
    with call.state.lock:
        found = [
            item
            for item in reversed(call.state.table("feedback").values())
            if item[_FIELDS[kind]] == id
        ]
    return _subject(kind, id) | {"items": page(found, call.parameter("offset", 0), call.limit)}


def _subject(kind: str, id: str) -> dict[str, str | None]:
    return {field: id if each == kind else None for each, field in _FIELDS.items()}


def _check_there(state: State, kind: str, id: str) -> None:
    """404 for an unknown prediction or execution. Chats are not kept, so that any will do."""
    if kind == "chat":
        return
    with state.lock:
        is_execution, is_prediction = id in state.executions, id in state.predictions
    if not (is_prediction if kind == "request" else is_execution):
        other = "agent_execution_id" if is_execution else "request_id" if is_prediction else ""
        hint = f"; there is one as {other}" if other else ""
        raise HTTPException(404, f"Nothing has the {_FIELDS[kind]} {id!r}{hint}")
