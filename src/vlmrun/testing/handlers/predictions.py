"""Predictions: those that a test put there."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException

from vlmrun.testing.handlers.call import Call
from vlmrun.testing.state import page

__all__ = ["get_prediction", "list_predictions"]


def list_predictions(call: Call) -> list[dict[str, Any]]:
    """The newest first."""
    with call.state.lock:
        jobs = list(reversed(call.state.predictions.values()))
        return [job.as_json() for job in page(jobs, call.skip, call.limit)]


def get_prediction(call: Call) -> dict[str, Any]:
    """One prediction; executions are not among them."""
    id = call.parameters["id"]
    with call.state.lock:
        if id not in call.state.predictions:
            raise HTTPException(404, f"No prediction has the id {id!r}")
        return call.state.predictions[id].look()
