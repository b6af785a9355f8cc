"""Conversion of typed values to plain data and JSON."""

from __future__ import annotations

import json
from datetime import date, time
from enum import Enum
from typing import Any
from uuid import UUID


def to_plain(
    value: Any, mode: str = "json", exclude_none: bool = False, exclude_defaults: bool = False
) -> Any:
    """Return a value with every type in it dumped; in mode "json", dates and ids become str."""
    if isinstance(value, dict):
        return {
            key: to_plain(item, mode, exclude_none, exclude_defaults) for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [to_plain(item, mode, exclude_none, exclude_defaults) for item in value]
    # Not only our types: responses may also be instances of a user's pydantic class.
    if hasattr(value, "model_dump") and not isinstance(value, type):
        return value.model_dump(
            mode=mode, exclude_none=exclude_none, exclude_defaults=exclude_defaults
        )
    if mode != "json":
        return value
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return value.value if isinstance(value, Enum) else value


def to_compact_json(value: Any, indent: int | None = None) -> str:
    """Return JSON as pydantic formats it: without blanks on one line, or indented."""
    separators = (",", ":") if indent is None else None
    return json.dumps(value, indent=indent, ensure_ascii=False, separators=separators)
