"""Predictions: structured data from one image, document, sound file or video."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import attrs

from vlmrun.types._base import Model, model
from vlmrun.types.common import CreditUsage, Job, JSONObject


@model
class PredictionResponse(Job):
    """A prediction, or an agent's execution seen through `client.predictions`.

    Attributes:
        response: The answer, once completed; an object reads as a dict.
        type: None unless the service sends it.
    """

    id: str
    created_at: datetime | None = None
    completed_at: datetime | None = None
    response: Any = None
    status: str = "pending"
    usage: CreditUsage = attrs.field(factory=CreditUsage)
    domain: str | None = None
    type: str | None = None
    message: str | None = None

    @classmethod
    def _from_wire(cls, raw: dict[str, Any], path: str | None = None) -> PredictionResponse:
        prediction = super()._from_wire(raw, path)
        if isinstance(prediction.response, dict):
            prediction.__dict__["response"] = JSONObject(prediction.response)
        return prediction


@model
class ModelInfo(Model):
    """A model and a domain that the key may use it for."""

    model: str | None = None
    domain: str | None = None


ModelInfoResponse = ModelInfo  # the name that one page of the documentation imports
