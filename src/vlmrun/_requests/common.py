"""Fields and conversions that the bodies of several requests share."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar
from uuid import uuid4

from vlmrun._validation import check_id, check_optional, check_str, check_url, without_none
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


class QueryValue(str):
    """A value for the query of a request.

    The generated functions take an enum and read its `value`, so that a value which the enum does
    not have could not be passed.
    """

    @property
    def value(self) -> str:
        """The value itself."""
        return str(self)


def job_fields(
    *,
    config: Model | None = None,
    metadata: Any = None,
    callback_url: str | None = None,
    id: str | None = None,
    created_at: datetime | str | None = None,
) -> dict[str, Any]:
    """Return the fields that all requests for jobs have in common, without those not set.

    A job always has an id, created before the first attempt: if no response arrives, it is what
    the job can be found by.
    """
    tags = coerce("metadata", metadata, RequestMetadata)
    return without_none(
        config=(config and config.to_dict()) or None,
        metadata=(tags and tags.to_dict()) or None,
        callback_url=check_optional(check_url, "callback_url", callback_url),
        # An id that `get` and `wait` refuse must not start a job.
        id=str(uuid4()) if id is None else check_id("id", id),
        created_at=_timestamp("created_at", created_at),
    )


def _timestamp(name: str, value: Any) -> str | None:
    """Return a datetime, or a str in ISO 8601, in the form that is sent."""
    if value is None:
        return None
    if not isinstance(value, datetime):
        rule_for(datetime).check(value, name)
        # Imported here, because it takes long, and few calls have a `created_at`.
        from dateutil.parser import isoparse

        # Parsed again, since the rule reads a missing offset as UTC: here the service decides.
        value = isoparse(value)
    return str(value.isoformat())
