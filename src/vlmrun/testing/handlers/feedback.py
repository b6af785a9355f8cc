"""Feedback: submit and list."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException

from vlmrun.testing.contract.request_validation import invalid_request
from vlmrun.testing.handlers.request import HandlerRequest
from vlmrun.testing.state.jobs import now, timestamp
from vlmrun.testing.state.store import State, new_id

__all__ = ["list_feedback", "submit_feedback"]

# The field with the id of the subject, by the type of the subject.
_FIELDS = {"request": "request_id", "agent_execution": "agent_execution_id", "chat": "chat_id"}


def submit_feedback(request: HandlerRequest) -> dict[str, Any]:
    """Store feedback on a prediction, an execution or a chat."""
    body = request.body
    kinds = [kind for kind, field in _FIELDS.items() if body.get(field) is not None]
    if len(kinds) != 1:
        raise invalid_request(["body"], f"Pass exactly one of {', '.join(_FIELDS.values())}")
    if body.get("response") is None and body.get("notes") is None:
        raise invalid_request(["body"], "Pass response, notes, or both", "missing")
    field = _FIELDS[kinds[0]]
    _check_exists(request.state, kinds[0], body[field])
    item = {
        "id": new_id(),
        **_subject(kinds[0], body[field]),
        "created_at": timestamp(now()),
        "response": body.get("response"),
        "notes": body.get("notes"),
    }
    with request.state.lock:
        request.state.table("feedback")[item["id"]] = item
    return {key: item[key] for key in ("id", *_FIELDS.values(), "created_at")}


def list_feedback(request: HandlerRequest) -> dict[str, Any]:
    """List the feedback on one prediction, execution or chat, newest first."""
    kind, id = request.parameter("type", "request"), request.parameters["id"]
    _check_exists(request.state, kind, id)
    with request.state.lock:
        found = [
            item
            for item in reversed(request.state.table("feedback").values())
            if item[_FIELDS[kind]] == id
        ]
    offset = request.parameter("offset", 0)
    items = found[offset : offset + request.parameter("limit", 10)]
    return _subject(kind, id) | {"items": items}


def _subject(kind: str, id: str) -> dict[str, str | None]:
    return {field: id if each == kind else None for each, field in _FIELDS.items()}


def _check_exists(state: State, kind: str, id: str) -> None:
    """Raise 404 for an unknown prediction or execution. Any chat id is valid."""
    if kind == "chat":
        return
    with state.lock:
        is_execution, is_prediction = id in state.executions, id in state.predictions
    if not (is_prediction if kind == "request" else is_execution):
        other = "agent_execution_id" if is_execution else "request_id" if is_prediction else ""
        hint = f"; it is a valid {other}" if other else ""
        raise HTTPException(404, f"There is no {_FIELDS[kind]} {id!r}{hint}")
