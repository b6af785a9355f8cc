"""Queries and bodies of requests for skills; they have only what the caller set."""

from __future__ import annotations

from typing import Any, get_args

from vlmrun._requests.common import QueryValue
from vlmrun._validation import (
    check_bool,
    check_exactly_one,
    check_open_choice,
    check_paging,
    check_str,
    without_none,
)
from vlmrun.errors import InputError
from vlmrun.types._response_models import json_schema_of
from vlmrun.types.skills import SkillOrder

MAX_NAME_LENGTH = 255


def list_query(
    limit: int | None,
    offset: int | None,
    order_by: str | None,
    descending: bool | None,
    grouped: bool | None,
) -> dict[str, Any]:
    """Return the query that lists skills."""
    query: dict[str, Any] = check_paging(limit=limit, offset=offset)
    if order_by is not None:
        order_by = check_open_choice("order_by", order_by, get_args(SkillOrder))
        query["order_by"] = QueryValue(order_by)
    return query | without_none(
        descending=check_bool("descending", descending), grouped=check_bool("grouped", grouped)
    )


def lookup_body(name: str | None, id: str | None, version: str | None) -> dict[str, Any]:
    """Return the body that looks up a skill; the id overrides the name."""
    by = "name" if id is None else "id"
    value = name if id is None else id
    if value is None:
        raise InputError("Pass name=... or id=...")
    body = {by: check_str(by, value)}
    if version is not None:
        body["skill_version"] = check_str("skill_version", version)
    return body


def creation_body(
    *,
    prompt: str | None,
    json_schema: Any,
    session_id: str | None,
    file_id: str | None,
    name: str | None,
    description: str | None,
    is_public: bool | None,
) -> dict[str, Any]:
    """Return the body that creates a skill from exactly one source."""
    sources = {"prompt": prompt, "session_id": session_id, "file_id": file_id}
    source = check_exactly_one(**sources)
    check_str(source, sources[source])
    # The service derives both from the other sources, but not from a zip.
    if file_id is not None and (not name or description is None):
        raise InputError("A skill from file_id needs name=... and description=...")
    if json_schema is not None and prompt is None:
        raise InputError("json_schema requires prompt=...; a zip has its own schema.json")
    if name is not None and len(check_str("name", name)) > MAX_NAME_LENGTH:
        raise InputError(f"name has {len(name)} characters; at most {MAX_NAME_LENGTH} are allowed")
    return without_none(
        **sources,
        json_schema=None if json_schema is None else json_schema_of(json_schema, "json_schema"),
        name=name,
        description=description,
        is_public=check_bool("is_public", is_public),
    )


def update_body(file_id: str | None, description: str | None) -> dict[str, Any]:
    """Return the body that creates a new version of a skill."""
    body = without_none(file_id=file_id, description=description)
    if not body:
        raise InputError("Pass file_id=... or description=...")
    return body
