# Derived from _async/resources/audio.py by `make generate`. Do not edit.
"""`client.audio`: structured data from audio."""

from __future__ import annotations

from typing import ClassVar

from vlmrun_api.api.audio import (
    execute_audio_agent,
    generate_audio_prediction,
    generate_audio_schema,
)

from vlmrun._sync.resources._file_predictions import FilePredictions


class AudioPredictions(FilePredictions):
    """Structured data from audio; list, get and wait are those of `predictions`."""

    _attribute = "audio"
    _operations: ClassVar = {
        "generate_audio_prediction": "generate",
        "execute_audio_agent": "execute",
        "generate_audio_schema": "schema",
    }
    _generate: ClassVar = generate_audio_prediction
    _execute: ClassVar = execute_audio_agent
    _schema: ClassVar = generate_audio_schema
    _has_page_prices: ClassVar = False
