"""Chat and its models, of the platform and of the gateway, which share their paths."""

from __future__ import annotations

import json
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response, StreamingResponse

from vlmrun.testing.chats import (
    Chat,
    completion_of,
    events_of,
    honest_content,
    schema_in,
)
from vlmrun.testing.handlers.call import Call
from vlmrun.testing.handlers.executions import skill_facts
from vlmrun.testing.inputs import Inspector
from vlmrun.testing.state import new_id
from vlmrun.testing.storage import file_at

__all__ = ["create_chat_completion", "get_chat_model", "get_completion", "list_chat_models"]

DEFAULT_MODEL = "vlmrun-orion-1:auto"
_ORION = [f"vlmrun-orion-1:{size}" for size in ("lite", "fast", "auto", "pro")]
_ORION += ["vlmrun-orion-1", *(f"vlmrun-orion-2:{size}" for size in ("fast", "auto", "pro"))]
_READERS = {
    "zai-org/glm-ocr": ["markdown", "table", "formula"],
    "paddleocr/pp-ocrv6": ["ocr", "detect"],
    "paddlepaddle/paddleocr-vl-1.6": ["markdown", "table", "formula", "chart"],
    "rednote-hilab/dots.mocr": ["markdown", "parse_layout", "grounding_ocr"],
    "deepseek-ai/deepseek-ocr-2": ["markdown", "text", "grounding_ocr"],
    "lightonai/lightonocr-3-4b": ["markdown"],
    "microsoft/florence-2-base-ft": ["caption", "detailed_caption", "od", "ocr_with_region"],
    "usyd-community/vitpose-plus-large": ["pose"],
    "vlm-run/ocr:auto": ["markdown", "text"],
    "qwen/qwen3.5-0.8b": [],
    "qwen/qwen3.8-27b": [],
    "google/gemini-3.5-flash-lite": [],
}
EMBEDDING_MODEL, SPEECH_MODEL = "qwen/qwen3-vl-embedding-2b", "nvidia/parakeet-tdt-0.6b-v3"


def create_chat_completion(call: Call) -> dict[str, Any] | Response:
    """State facts, or give a sample; as a stream, or at another place, where that is wanted."""
    body = call.body
    model = body.get("model") or DEFAULT_MODEL
    is_of_gateway = "/" in model
    if is_of_gateway:
        check_model(model, _READERS)
    chat = _chat(call, model)
    script = call.state.on_chat
    if script is None:
        content, note = honest_content(chat)
    else:
        answer = script(chat)
        content, note = answer if isinstance(answer, str) else json.dumps(answer), "As scripted"
    served = {"served_model_id": model, "backend": "stand-in"} if is_of_gateway else {}
    completion = completion_of(chat, content, note, served)
    with call.state.lock:
        call.state.table("completions")[chat.id] = completion
        call.state.table("chats").setdefault(chat.session_id, []).append(chat.id)
    if call.state.settings.chat_polls is not None:
        call.state.table("looks")[chat.id] = call.state.settings.chat_polls
        return Response(status_code=303, headers={"Location": f"/v1/later/{chat.id}"})
    if body.get("stream"):
        return StreamingResponse(events_of(completion), media_type="text/event-stream")
    return completion


def list_chat_models(call: Call) -> dict[str, Any]:
    """The agents' models and some of the gateway's."""
    return {"object": "list", "data": _models()}


def get_chat_model(call: Call) -> dict[str, Any]:
    """One of them."""
    id = call.parameters["model"]
    for model in _models():
        if model["id"] == id:
            return model
    raise HTTPException(404, f"No model has the id {id!r}")


def get_completion(call: Call) -> dict[str, Any]:
    """What a completion has cost: nothing."""
    id = call.parameters["completion_id"]
    with call.state.lock:
        completion = call.state.table("completions").get(id)
    if completion is None:
        raise refusal(404, f"No completion has the id {id!r}", "completion_not_found")
    kept = ("id", "model", "usage", "served_model_id", "backend")
    record = {name: completion[name] for name in kept if name in completion}
    return {**record, "cost": 0, "status": "completed", "latency_ms": 0}


def check_model(model: str, known: Any) -> None:
    """Refuse a model that the gateway does not have, in its form of an error."""
    if model not in known:
        message = f"The model {model!r} does not exist. Available: {', '.join(known)}"
        raise refusal(404, message, "model_not_found", "model")


def refusal(status: int, message: str, code: str, param: str | None = None) -> HTTPException:
    """An error in the gateway's form."""
    error = {"message": message, "type": "invalid_request_error", "code": code, "param": param}
    detail: Any = {"error": error}
    return HTTPException(status, detail)


def _chat(call: Call, model: str) -> Chat:
    body = call.body
    inspector = Inspector(
        call.state.stored_file, lambda url: file_at(call.state, call.base_url, url)
    )
    facts = {
        "messages": [_message_facts(inspector, message) for message in body["messages"]],
        "skills": skill_facts(call, ("body", "skills"), body.get("skills") or []),
    }
    return Chat(
        id=body.get("id") or f"chatcmpl-{new_id()}",
        session_id=body.get("session_id") or new_id(),
        model=model,
        messages=body["messages"],
        json_schema=schema_in(body.get("response_format")),
        body=body,
        facts=facts,
    )


def _message_facts(inspector: Inspector, message: dict[str, Any]) -> dict[str, Any]:
    content = message.get("content")
    parts = [{"type": "text", "text": content}] if isinstance(content, str) else content or []
    return {"role": message.get("role"), "parts": [inspector.facts(part) for part in parts]}


def _models() -> list[dict[str, Any]]:
    models = [_model(id, owned_by="vlmrun") for id in _ORION]
    for id, methods in _READERS.items():
        default = methods[0] if methods else None
        models.append(_model(id, task="chat", methods=methods, default_method=default))
    models.append(_model(EMBEDDING_MODEL, task="embed", methods=["embed"], default_method="embed"))
    models.append(
        _model(SPEECH_MODEL, task="transcribe", methods=["transcribe"], default_method="transcribe")
    )
    return models


def _model(id: str, owned_by: str = "vlmrt", **more: Any) -> dict[str, Any]:
    return {"id": id, "object": "model", "created": 0, "owned_by": owned_by, **more}
