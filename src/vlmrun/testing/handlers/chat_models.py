"""Chat models: those of the agents and some of the gateway, which share their path."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from starlette.exceptions import HTTPException

from vlmrun.testing.handlers.request import HandlerRequest

__all__ = ["get_chat_model", "list_chat_models"]

DEFAULT_MODEL = "vlmrun-orion-1:auto"
EMBEDDING_MODEL, SPEECH_MODEL = "qwen/qwen3-vl-embedding-2b", "nvidia/parakeet-tdt-0.6b-v3"
# The methods of each chat model of the gateway; the first one is the default.
GATEWAY_MODELS = {
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
AGENT_MODELS = [f"vlmrun-orion-1:{size}" for size in ("lite", "fast", "auto", "pro")]
AGENT_MODELS += ["vlmrun-orion-1", *(f"vlmrun-orion-2:{size}" for size in ("fast", "auto", "pro"))]


def list_chat_models(request: HandlerRequest) -> dict[str, Any]:
    """List the models of the agents and some of the gateway."""
    return {"object": "list", "data": _all_models()}


def get_chat_model(request: HandlerRequest) -> dict[str, Any]:
    """Return a model."""
    id = request.parameters["model"]
    for model in _all_models():
        if model["id"] == id:
            return model
    raise HTTPException(404, f"No model has the id {id!r}")


def check_model(request: HandlerRequest, model: str, known: Iterable[str]) -> None:
    """Raise the error of the gateway for a model that it does not have.

    A server that is not strict accepts all models.
    """
    if model not in known and not request.accepts_unknown(f"The model {model!r}"):
        message = f"The model {model!r} does not exist. Available: {', '.join(known)}"
        raise gateway_error(404, message, "model_not_found", "model")


def gateway_error(status: int, message: str, code: str, param: str | None = None) -> HTTPException:
    """Return an error in the format of the gateway, which is that of OpenAI."""
    error = {"message": message, "type": "invalid_request_error", "code": code, "param": param}
    detail: Any = {"error": error}
    return HTTPException(status, detail)


def _all_models() -> list[dict[str, Any]]:
    models = [_model(id, owned_by="vlmrun") for id in AGENT_MODELS]
    for id, methods in GATEWAY_MODELS.items():
        default = methods[0] if methods else None
        models.append(_model(id, task="chat", methods=methods, default_method=default))
    models.append(_model(EMBEDDING_MODEL, task="embed", methods=["embed"], default_method="embed"))
    models.append(
        _model(SPEECH_MODEL, task="transcribe", methods=["transcribe"], default_method="transcribe")
    )
    return models


def _model(id: str, owned_by: str = "vlmrt", **fields: Any) -> dict[str, Any]:
    return {"id": id, "object": "model", "created": 0, "owned_by": owned_by, **fields}
