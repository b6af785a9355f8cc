# Derived from _async/resources/video.py by `make generate`. Do not edit.
"""`client.video`: structured data from videos."""

from __future__ import annotations

from typing import ClassVar

from vlmrun_api.api.video import (
    execute_video_agent,
    generate_video_prediction,
    generate_video_schema,
)

from vlmrun._sync.resources._file_predictions import FilePredictions


class VideoPredictions(FilePredictions):
    """Structured data from videos; list, get and wait are those of `predictions`."""

    _attribute = "video"
    _operations: ClassVar = {
        "generate_video_prediction": "generate",
        "execute_video_agent": "execute",
        "generate_video_schema": "schema",
    }
    _generate: ClassVar = generate_video_prediction
    _execute: ClassVar = execute_video_agent
    _schema: ClassVar = generate_video_schema
    _has_page_prices: ClassVar = False
