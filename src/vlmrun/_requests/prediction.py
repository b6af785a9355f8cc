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
    **texts: str | None,
) -> dict[str, Any]:
    """The body of a prediction, less its media.

    `batch` is sent even where it is at its default: the service's own default is to queue, for all
    but images, while a call without `batch` promises the finished prediction.
    """
    named = {name: optional_str(name, value) for name, value in texts.items()}
    return {
        **without_none(batch=check_bool("batch", batch), **named),
        **job_fields(
            config=config,
            metadata=metadata,
            callback_url=callback_url,
            id=id,
            created_at=created_at,
        ),
    }
