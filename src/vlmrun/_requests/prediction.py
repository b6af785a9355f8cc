"""The bodies of prediction requests, without their media."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vlmrun._requests.common import job_fields, optional_str
from vlmrun._validation import check_bool, without_none
from vlmrun.types.agent import GenerationConfig


def prediction_body(
    *,
    batch: bool | None = None,
    config: GenerationConfig | None = None,
    metadata: Any = None,
    callback_url: str | None = None,
    id: str | None = None,
    created_at: datetime | str | None = None,
    **fields: str | None,
) -> dict[str, Any]:
    """Return the body of a prediction, without its media.

    Args:
        batch: As for `client.document.generate`, and so on.
        config: The configuration, with the shortcuts filled in.
        metadata: Tags.
        callback_url: The URL for the completed prediction.
        id: The caller's id for the request.
        created_at: The time of the request.
        **fields: Further fields, which are str.
    """
    checked = {name: optional_str(name, value) for name, value in fields.items()}
    return {
        # Sent even if it has the default: except for images, the service's own default is to queue,
        # while a call without `batch` returns the completed prediction.
        **without_none(batch=check_bool("batch", batch), **checked),
        **job_fields(
            config=config,
            metadata=metadata,
            callback_url=callback_url,
            id=id,
            created_at=created_at,
        ),
    }
