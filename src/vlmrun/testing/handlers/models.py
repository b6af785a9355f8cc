"""Health and models."""

from __future__ import annotations

from typing import Any

from vlmrun.testing.handlers.call import Call

__all__ = ["check_health", "list_models"]

_DOMAINS = (
    "document.invoice",
    "document.markdown",
    "document.receipt",
    "image.caption",
    "audio.transcription",
    "video.transcription",
)


def check_health(call: Call) -> dict[str, Any]:
    """Always well."""
    return {"status": "ok"}


def list_models(call: Call) -> list[dict[str, Any]]:
    """The one model, for some of the documented domains."""
    return [{"model": "vlm-1", "domain": domain} for domain in _DOMAINS]
