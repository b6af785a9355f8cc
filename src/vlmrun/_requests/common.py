"""Fields and conversions that the bodies of several requests share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from vlmrun._validation import check_optional, check_str, check_url, without_none
from vlmrun.types._base import Model
from vlmrun.types._field_rules import rule_for
from vlmrun.types.metadata import RequestMetadata

M = TypeVar("M", bound=Model)


def coerce(argument: str, value: Any, cls: type[M]) -> M | None:
    """Return an instance of a public type from an instance or a dict of its fields, or None."""
    return None if value is None else cls._validated(value, argument)


def optional_str(name: str, value: Any) -> str | None:
    """Check a str that must not be empty, unless it is None."""
    return None if value is None else check_str(name, value)


def job_fields(
    *,
    config: Model | None = None,
    metadata: Any = None,
    callback_url: str | None = None,
    id: str | None = None,
    created_at: datetime | str | None = None,
) -> dict[str, Any]:
    """Return the fields that all requests for jobs have in common, without those not set."""
    tags = coerce("metadata", metadata, RequestMetadata)
    return without_none(
        config=(config and config.to_dict()) or None,
        metadata=(tags and tags.to_dict()) or None,
        callback_url=check_optional(check_url, "callback_url", callback_url),
        id=optional_str("id", id),
        created_at=_timestamp("created_at", created_at),
    )


def _timestamp(name: str, value: Any) -> str | None:
    """Return a datetime, or a str in ISO 8601, in the form that is sent."""
    if value is None:
        return None
    if not isinstance(value, datetime):
        value = rule_for(datetime).check(check_str(name, value), name)
    return str(value.isoformat())


def json_body(fields: Mapping[str, Any]) -> Any:
    """Wrap the fields of a JSON body so that a generated `_get_kwargs` accepts them.

    It asks its `body` for nothing but `to_dict()`. The generated model itself would be built and
    taken apart again at once, without checking anything: unknown fields are additional properties.
    """
    return _JSONBody(fields)


class _JSONBody:
    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields

    def to_dict(self) -> dict[str, Any]:
        return dict(self._fields)
