"""Default outcomes of predictions: facts, or samples with confidences and bounding boxes."""

from __future__ import annotations

from typing import Any

from vlmrun.testing.generation.domain_schemas import schema_of, schema_response
from vlmrun.testing.generation.job_outcomes import (
    FACTS_NOTE,
    SAMPLE_NOTE,
    Run,
    default_outcome,
)
from vlmrun.testing.state.jobs import Outcome

MARKDOWN_DOMAIN = "document.markdown"

_SCHEMA_NOTE = "Schema of the mock server's own facts: no model has read the inputs"
_BOX = [0.1, 0.1, 0.2, 0.05]


def default_prediction(run: Run) -> Outcome:
    """Return the facts, or a sample if the response has a schema.

    The sample has confidences and bounding boxes where the request asks for them.
    """
    config = run.body.get("config") or {}
    if run.domain == MARKDOWN_DOMAIN and config.get("json_schema") is None:
        return Outcome(_markdown(run), message=SAMPLE_NOTE)
    outcome = default_outcome(run)
    requested = {name for name in ("confidence", "grounding") if config.get(name)}
    if not requested or run.json_schema is None or outcome.statuses[-1] != "completed":
        return outcome
    return Outcome(_with_metadata(outcome.response, requested), message=outcome.message)


def default_schema(run: Run) -> Outcome:
    """Return the schema of the facts, since nothing else is known about the inputs."""
    schema = {"title": "Facts", **schema_of(run.facts)}
    return Outcome(schema_response(run.name, schema, FACTS_NOTE), message=_SCHEMA_NOTE)


def _with_metadata(value: Any, requested: set[str]) -> Any:
    """Add a field `x_metadata` beside each field `x` that holds a single value."""
    if isinstance(value, list):
        return [_with_metadata(each, requested) for each in value]
    if not isinstance(value, dict):
        return value
    result: dict[str, Any] = {}
    for name, inner in value.items():
        result[name] = _with_metadata(inner, requested)
        if not isinstance(inner, (dict, list)):
            confidence = {"confidence": "low"} if "confidence" in requested else {}
            boxes = {"bboxes": [{"xywh": _BOX}]} if "grounding" in requested else {}
            result[f"{name}_metadata"] = confidence | boxes
    return result


def _markdown(run: Run) -> dict[str, Any]:
    """Return as many pages as the document has; the first has a table and a figure."""
    count = max(1, run.facts.get("pages") or 0)
    pages: list[dict[str, Any]] = [
        {"content": f"# Page {number} of {count}\n\nsample", "tables": [], "figures": []}
        for number in range(1, count + 1)
    ]
    headers = [
        {"id": "c0", "column": 0, "name": "sample", "dtype": "str"},
        {"id": "c1", "column": 1, "name": "sample1", "dtype": "int"},
    ]
    cells = [
        {"content": text, "index": [0, column], "span": [1, 1]}
        for column, text in enumerate(("sample", "0"))
    ]
    table = {
        "metadata": {"title": "Sample", "caption": None, "notes": None},
        "content": None,
        "headers": headers,
        "data": [{"c0": "sample", "c1": 0}],
        "bbox": {"xywh": _BOX},
        "cells": cells,
    }
    figure = {"id": 0, "title": "Sample", "caption": "sample", "content": "sample"}
    first = pages[0]
    first["content"] += '\n\n<Table id="tb-0"/>\n\n<Figure id="fg-0"/>'
    first["tables"], first["figures"] = [table], [figure]
    return {"pages": pages}
