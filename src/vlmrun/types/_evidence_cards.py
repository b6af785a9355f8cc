"""The rows of cards about evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from vlmrun._cards import first_rows


def evidence_rows(evidence: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns and rows of a card about evidence."""
    values = list(evidence.values())
    columns: dict[str, Callable[[Any], Any]] = {
        "field": lambda item: item.field,
        "value": lambda item: item.value,
        "confidence": lambda item: item.confidence,
        "page": lambda item: item.page,
        "boxes": lambda item: len(item.boxes) or None,
    }
    # Columns of the evidence that is there at all.
    names = [
        name
        for name, read in columns.items()
        if name in ("field", "value") or any(read(item) is not None for item in values)
    ]
    rows = [[columns[name](item) for name in names] for item in first_rows(values)]
    return {"columns": names, "rows": rows, "total": len(values)}
