"""System One: scripted answers, or even odds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vlmrun._files.media_types import sniff
from vlmrun.testing.contract.request_validation import InvalidRequest, invalid_request
from vlmrun.testing.generation.decisions import NOTE, Decision, answers_of, usage_of
from vlmrun.testing.generation.input_facts import InputInspector
from vlmrun.testing.handlers.chat_models import check_model, gateway_error
from vlmrun.testing.handlers.request import HandlerRequest
from vlmrun.testing.state.store import State

__all__ = ["decide", "list_systemone_models"]

# The models, and whether they generate text, and so can reason.
_MODELS = {
    "google/diffusiongemma-26b-a4b-it": False,
    "google/gemma-4-26b-a4b-it": True,
    "qwen/qwen3.8-27b": True,
    "qwen/qwen3.5-0.8b": True,
}
_MAX_IMAGES = 8
_MAX_IMAGE_BYTES = 5 * 1024 * 1024


def list_systemone_models(request: HandlerRequest) -> dict[str, Any]:
    """List some of the models."""
    return {
        "models": [
            {
                "name": name,
                "description": "Generative" if generates else "Diffusion",
                "release_date": "2026-09-15",
            }
            for name, generates in _MODELS.items()
        ]
    }


def decide(request: HandlerRequest) -> dict[str, Any]:
    """Return the answers of the script, or even odds."""
    body = request.body
    check_session(request, body)
    parts = body.get("content") or []
    check_content(parts)
    assets = _asset_parts(body.get("assets") or {})
    facts = [part_facts(request, part) for part in (*parts, *assets)]
    decision = Decision(body["model"], body["state"], body["questions"], body, facts)
    return {"model": decision.model, **decision_of(request.state, decision, request.notes)}


def check_session(request: HandlerRequest, settings: dict[str, Any]) -> None:
    """Refuse a model that does not exist, or cannot do what is asked.

    Raises:
        HTTPException: There is no such model.
        InvalidRequest: It does not reason.
    """
    model = settings["model"]
    check_model(request, model, _MODELS)
    if settings.get("reasoning_effort") and not _MODELS.get(model, True):
        message = f"{model} does not generate text, so it cannot reason"
        raise invalid_request(["body", "reasoning_effort"], message)


def decision_of(
    state: State, decision: Decision, notes: list[str], scripted: Any = None
) -> dict[str, Any]:
    """Return the answers to a decision, its usage, and what they are.

    Args:
        state: The state of the server.
        decision: The decision.
        notes: Notes about its request.
        scripted: The answers; by default those of the script of `on_decide`.
    """
    if scripted is None and state.on_decide is not None:
        scripted = state.on_decide(decision)
    note = NOTE if scripted is None else "As scripted"
    return {
        "answers": answers_of(decision.questions, scripted),
        "usage": usage_of(decision),
        # The name of this field is public: tests of users read it.
        "stand_in": {"note": "; ".join([note, *notes]), "content": decision.facts},
    }


def check_content(content: Sequence[dict[str, Any]]) -> None:
    """Refuse too many parts.

    Raises:
        HTTPException: There are more images or documents than allowed.
    """
    for kind, most in (("image_url", _MAX_IMAGES), ("file", 1)):
        count = sum(part["type"] == kind for part in content)
        if count > most:
            message = f"{count} parts of the type {kind}, and at most {most} are allowed"
            raise gateway_error(400, message, "capability_violation", "content")


def _asset_parts(assets: dict[str, Any]) -> list[dict[str, Any]]:
    """Return assets as parts of the content."""
    urls = [f"data:image/{each['format']};base64,{each['data_base64']}" for each in assets.values()]
    return [{"type": "image_url", "image_url": {"url": url}} for url in urls]


def is_image(part: dict[str, Any] | bytes) -> bool:
    """Return whether a part, or a frame, is an image."""
    return isinstance(part, bytes) or part["type"] == "image_url"


def part_facts(request: HandlerRequest, part: dict[str, Any] | bytes) -> dict[str, Any]:
    """Return what a part, or a frame, is, as far as that can be found without a model.

    Raises:
        HTTPException: It cannot be read.
    """
    inspector: InputInspector = request.inspector()
    must_be_image = is_image(part)
    if isinstance(part, bytes):
        media_type = sniff(part[:16]) or "application/octet-stream"
        facts = inspector.data("The frame", part, media_type, must_be_image)
    elif part["type"] == "text":
        return dict(inspector.facts(part))
    else:
        url = part["image_url"]["url"] if must_be_image else part["file"]["file_data"]
        facts = inspector.url(url, is_image=must_be_image)
    try:
        request.check_readable(inspector.problems, ["body", "content"])
    except InvalidRequest as error:
        message = error.problems[0]["msg"]
        raise gateway_error(400, message, "invalid_media", "content") from None
    if must_be_image and facts.get("bytes", 0) > _MAX_IMAGE_BYTES:
        message = f"An image has {facts['bytes']} bytes, and at most {_MAX_IMAGE_BYTES} are allowed"
        raise gateway_error(400, message, "invalid_media", "content")
    return facts
