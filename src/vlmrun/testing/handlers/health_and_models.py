"""The health check, and the list of models."""

from __future__ import annotations

from typing import Any

from vlmrun.testing.handlers.request import HandlerRequest
from vlmrun.testing.state.domains import all_domains

__all__ = ["check_health", "list_models"]

PREDICTION_MODEL = "vlm-1"


def check_health(request: HandlerRequest) -> dict[str, Any]:
    """Report that the server is healthy."""
    return {"status": "ok"}


def list_models(request: HandlerRequest) -> list[dict[str, Any]]:
    """List the only model once for each domain."""
    return [{"model": PREDICTION_MODEL, "domain": domain} for domain in all_domains(request.state)]
