"""Predictions: get and list; they are created by the media and fine-tuning handlers."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException

from vlmrun.testing.handlers.request import HandlerRequest

__all__ = ["get_prediction", "list_predictions"]


def list_predictions(request: HandlerRequest) -> list[dict[str, Any]]:
    """List predictions, newest first; each list counts as a poll of those on it."""
    with request.state.lock:
        jobs = list(reversed(request.state.predictions.values()))
        return [job.poll() for job in request.page(jobs)]


def get_prediction(request: HandlerRequest) -> dict[str, Any]:
    """Return a prediction; each poll advances it. Executions are not predictions."""
    id = request.parameters["id"]
    with request.state.lock:
        if id not in request.state.predictions:
            raise HTTPException(404, f"No prediction has the id {id!r}")
        return request.state.predictions[id].poll()
