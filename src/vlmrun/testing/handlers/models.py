"""Health and models."""

from __future__ import annotations

from typing import Any

from vlmrun.testing.domains import all_domains
from vlmrun.testing.handlers.call import Call

__all__ = ["check_health", "list_models"]


def check_health(call: Call) -> dict[str, Any]:
    """Always well."""
    return {"status": "ok"}


def list_models(call: Call) -> list[dict[str, Any]]:
    """The one model, for each domain."""
    return [{"model": "vlm-1", "domain": domain} for domain in all_domains(call.state)]
