"""Chat completions of the agents and of the gateway, which share their path."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import Response, StreamingResponse

from vlmrun.testing.contract.request_validation import InvalidRequest
from vlmrun.testing.generation.chat_completions import (
    Chat,
    completion_of,
    default_content,
    events_of,
    schema_in,
)
from vlmrun.testing.generation.input_facts import InputInspector
from vlmrun.testing.handlers.chat_models import (
    AGENT_MODELS,
    DEFAULT_MODEL,
    GATEWAY_MODELS,
    check_model,
    gateway_error,
)
from vlmrun.testing.handlers.request import HandlerRequest
from vlmrun.testing.handlers.skill_facts import skill_facts
from vlmrun.testing.state.store import new_id

__all__ = ["create_chat_completion", "get_completion"]


def create_chat_completion(request: HandlerRequest) -> dict[str, Any] | Response:
    """Respond with facts or a sample, as JSON, as a stream, or deferred (303)."""
    body, state = request.body, request.state
    model = body.get("model") or DEFAULT_MODEL
    is_gateway = "/" in model
    check_model(request, model, GATEWAY_MODELS if is_gateway else AGENT_MODELS)
    chat = _read_chat(request, model)
    if state.on_chat is None:
        content, note = default_content(chat)
    else:
        result = state.on_chat(chat)
        content, note = result if isinstance(result, str) else json.dumps(result), "As scripted"
    extra = {"served_model_id": model, "backend": "mock-server"} if is_gateway else {}
    note = "; ".join([note, *request.notes])
    completion = completion_of(chat, content, note, extra)
    with state.lock:
        state.table("completions")[chat.id] = completion
    if state.settings.chat_polls is not None:
        state.table("completion_polls")[chat.id] = state.settings.chat_polls
        return Response(status_code=303, headers={"Location": f"{request.prefix}/later/{chat.id}"})
    if body.get("stream"):
        return StreamingResponse(events_of(completion), media_type="text/event-stream")
    return completion


def get_completion(request: HandlerRequest) -> dict[str, Any]:
    """Return the cost of a completion, which is 0."""
    id = request.parameters["completion_id"]
    with request.state.lock:
        completion = request.state.table("completions").get(id)
    if completion is None:
        raise gateway_error(404, f"No completion has the id {id!r}", "completion_not_found")
    names = ("id", "model", "usage", "served_model_id", "backend")
    record = {name: completion[name] for name in names if name in completion}
    return {**record, "cost": 0, "status": "completed", "latency_ms": 0}


def _read_chat(request: HandlerRequest, model: str) -> Chat:
    body = request.body
    inspector = request.inspector()
    facts = {
        "messages": [_message_facts(inspector, message) for message in body["messages"]],
        "skills": skill_facts(request, ("body", "skills"), body.get("skills") or []),
    }
    _check_readable(request, inspector, is_gateway="/" in model)
    return Chat(
        id=body.get("id") or f"chatcmpl-{new_id()}",
        session_id=body.get("session_id") or new_id(),
        model=model,
        messages=body["messages"],
        json_schema=schema_in(body.get("response_format")),
        body=body,
        facts=facts,
    )


def _check_readable(request: HandlerRequest, inspector: InputInspector, is_gateway: bool) -> None:
    try:
        request.check_readable(inspector.problems, ["body", "messages"])
    except InvalidRequest as error:
        if not is_gateway:
            raise
        message = error.problems[0]["msg"]
        raise gateway_error(400, message, "invalid_document", "messages") from None


def _message_facts(inspector: InputInspector, message: dict[str, Any]) -> dict[str, Any]:
    content = message.get("content")
    parts = [{"type": "text", "text": content}] if isinstance(content, str) else content or []
    return {"role": message.get("role"), "parts": [inspector.facts(part) for part in parts]}
