"""The ids that calls create for the jobs they submit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID


def is_created(id: object) -> bool:
    """Return whether an id is a random UUID, as calls create them."""
    try:
        return UUID(str(id)).version == 4
    except ValueError:
        return False


def without_job_id(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a body without the id that the call created; one that the caller chose stays."""
    return {key: value for key, value in body.items() if key != "id" or not is_created(value)}
