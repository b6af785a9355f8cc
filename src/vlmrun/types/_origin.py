"""The client that a job is from."""

from __future__ import annotations

from typing import Any


def resource_of(job: Any) -> Any:
    """Return the resource of the client that a job is from; None if it no longer exists."""
    if job._origin is None:
        return None
    reference, resource = job._origin
    context = reference()
    return None if context is None else resource(context)
