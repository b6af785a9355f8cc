"""Fields and conversions that the bodies of several requests share."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from vlmrun._validation import check_optional, check_str, check_url, without_none
from vlmrun.types._base import Model
from vlmrun.types._field_rules import rule_for
from vlmrun.types.metadata import RequestMetadata

M = TypeVar("M", bound=Model)


def coerce(argument: str, value: Any, cls: type[M]) -> M | None:
    """An instance of a public type from an instance or a dict of its fields."""
    return None if value is None else cls._validated(value, argument)


def optional_str(name: str, value: Any) -> str | None:
    """A text that is not empty, or None for what was not given."""
    return None if value is None else check_str(name, value)


def job_fields(
    *,
    config: Model | None = None,
    metadata: Any = None,
    callback_url: str | None = None,
    id: str | None = None,
    created_at: datetime | str | None = None,
) -> dict[str, Any]:
    """What every request that starts a job may say, as far as the caller said it."""
    tags = coerce("metadata", metadata, RequestMetadata)
    return without_none(
        config=(config and config.to_dict()) or None,
        metadata=(tags and tags.to_dict()) or None,
        callback_url=check_optional(check_url, "callback_url", callback_url),
        id=optional_str("id", id),
        created_at=_moment("created_at", created_at),
    )


def _moment(name: str, value: Any) -> str | None:
    if isinstance(value, datetime):
        return value.isoformat()
    text = optional_str(name, value)
    if text is not None:
        rule_for(datetime).check(text, name)
    return text
