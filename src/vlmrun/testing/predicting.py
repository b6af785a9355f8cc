"""What a prediction answers with unless a test scripts it: facts, and samples marked as such."""

from __future__ import annotations

from typing import Any

from vlmrun.testing.domains import MARKDOWN, schema_answer, schema_of
from vlmrun.testing.jobs import Outcome
from vlmrun.testing.results import FACTS_NOTE, SAMPLE_NOTE, Run, honest_outcome

_SCHEMA_NOTE = "Schema of the stand-in server's own facts: no model has looked at the inputs"
_BOX = [0.1, 0.1, 0.2, 0.05]


def predicted(run: Run) -> Outcome:
    """The facts; a sample where the answer has a schema, with confidences and boxes if wished."""
    config = run.body.get("config") or {}
    if run.domain == MARKDOWN and config.get("json_schema") is None:
        return Outcome(_markdown(run), message=SAMPLE_NOTE)
    outcome = honest_outcome(run)
    marks = {name for name in ("confidence", "grounding") if config.get(name)}
    if not marks or run.json_schema is None or outcome.statuses[-1] != "completed":
        return outcome
    return Outcome(_marked(outcome.response, marks), message=outcome.message)


def derived(run: Run) -> Outcome:
    """A schema: that of the facts, since nothing else is known of the inputs."""
    schema = {"title": "Facts", **schema_of(run.facts)}
    return Outcome(schema_answer(run.name, schema, FACTS_NOTE), message=_SCHEMA_NOTE)


def _marked(value: Any, marks: set[str]) -> Any:
    """The sample with an `x_metadata` beside each field `x` that holds a single value."""
    if isinstance(value, list):
        return [_marked(each, marks) for each in value]
    if not isinstance(value, dict):
        return value
    marked: dict[str, Any] = {}
    for name, inner in value.items():
        marked[name] = _marked(inner, marks)
        if not isinstance(inner, (dict, list)):
            confidence = {"confidence": "low"} if "confidence" in marks else {}
            boxes = {"bboxes": [{"xywh": _BOX}]} if "grounding" in marks else {}
            marked[f"{name}_metadata"] = confidence | boxes
    return marked


def _markdown(run: Run) -> dict[str, Any]:
    """As many pages as the document has; the first with a table and a figure."""
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
