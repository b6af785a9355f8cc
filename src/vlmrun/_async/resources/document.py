"""`client.document`: structured data from documents."""

from __future__ import annotations

from typing import ClassVar

from vlmrun_api.api.document import (
    execute_document_agent,
    generate_document_prediction,
    generate_document_schema,
)

from vlmrun._async.resources._file_predictions import FilePredictions


class DocumentPredictions(FilePredictions):
    """Structured data from documents; list, get and wait are those of `predictions`."""

    _attribute = "document"
    _operations: ClassVar = {
        "generate_document_prediction": "generate",
        "execute_document_agent": "execute",
        "generate_document_schema": "schema",
    }
    _generate: ClassVar = generate_document_prediction
    _execute: ClassVar = execute_document_agent
    _schema: ClassVar = generate_document_schema
