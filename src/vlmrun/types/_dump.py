"""From typed values to plain data and JSON text."""

from __future__ import annotations

import json
from datetime import date, time
from enum import Enum
from typing import Any
from uuid import UUID


def plain(
    value: Any, mode: str = "json", exclude_none: bool = False, exclude_defaults: bool = False
) -> Any:
    """The value with every type in it dumped; in mode "json" with dates and ids as text."""
    if isinstance(value, dict):
        return {
            key: plain(item, mode, exclude_none, exclude_defaults) for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [plain(item, mode, exclude_none, exclude_defaults) for item in value]
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


def as_json(value: Any, indent: int | None = None) -> str:
    """JSON text as pydantic writes it: without blanks on one line, or indented."""
    separators = (",", ":") if indent is None else None
    return json.dumps(value, indent=indent, ensure_ascii=False, separators=separators)
