"""Predictions: structured data from one image, document, sound file or video."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import attrs

from vlmrun.types._base import Received
from vlmrun.types.common import CreditUsage, Job, JSONObject
from vlmrun.types.markdown import MarkdownDocument

__all__ = [
    "ModelInfo",
    "ModelInfoResponse",
    "PredictionResponse",
]


class PredictionResponse(Job):
    """A prediction, or an agent's execution seen through `client.predictions`.

    Attributes:
        response: The answer, once completed; an object reads as a dict. That of the domain
            `document.markdown` is a `MarkdownDocument`, unless it cannot be read as one.
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
    def _normalised(cls, values: dict[str, Any]) -> dict[str, Any]:
        values = super()._normalised(values)
        response = values.get("response")
        if isinstance(response, dict):
            is_document = values.get("domain") == "document.markdown"
            document = _document(response) if is_document else None
            values["response"] = JSONObject(response) if document is None else document
        return values


def _document(response: dict[str, Any]) -> MarkdownDocument | None:
    try:
        return MarkdownDocument.model_validate(response)
    except (ValueError, TypeError, RecursionError):
        return None


class ModelInfo(Received):
    """A model and a domain that the key may use it for."""

    model: str | None = None
    domain: str | None = None


ModelInfoResponse = ModelInfo  # the name that one page of the documentation imports
