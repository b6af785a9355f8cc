"""From the arguments of a chat call to those that the openai package takes."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from vlmrun._core.settings import check_headers
from vlmrun._files.paths import check_file
from vlmrun._messages import short_repr
from vlmrun._requests.agent import check_toolsets
from vlmrun._requests.inputs import as_json
from vlmrun._validation import check_id, check_str, without_none
from vlmrun.errors import InputError, InputTypeError
from vlmrun.types.skills import AgentSkill

# Arguments that are not JSON, or, in the case of logit_bias, have numbers as keys.
_CHECKED_ELSEWHERE = frozenset({"extra_headers", "extra_query", "logit_bias", "timeout"})
_ODD_NUMBER = re.compile(rb"[:,\[] ?-?(?:NaN|Infinity)")
_MESSAGES = 'Pass messages=[{"role": "user", "content": "..."}]'
_DATA = (Mapping, list, tuple, set, frozenset, bytes, float, Decimal, date)


def check_upload(file: Any) -> None:
    """Check a path before the openai package reads it: what is not a file may have no end."""
    content = file[1] if isinstance(file, tuple) and len(file) > 1 else file
    if isinstance(content, os.PathLike):
        check_file("file", content)


def openai_arguments(
    messages: Iterable[Any],
    *,
    skills: AgentSkill | Sequence[AgentSkill | Mapping[str, Any]] | None = None,
    toolsets: Sequence[str] | None = None,
    models: Sequence[str] | None = None,
    session_id: str | UUID | None = None,
    extra_body: object = None,
    **params: Any,
) -> dict[str, Any]:
    """Return the arguments for the openai package, with the service's own in `extra_body`.

    Raises:
        InputError: An argument that cannot be sent.
    """
    if isinstance(messages, (str, bytes, Mapping)) or not isinstance(messages, Iterable):
        raise InputTypeError(
            f"messages must be a list, got {short_repr(messages)}",
            suggestion=_MESSAGES,
        )
    own = without_none(
        skills=_skills(skills),
        toolsets=check_toolsets(toolsets),
        models=_models(models),
        session_id=None if session_id is None else check_id("session_id", session_id),
    )
    if not (extra_body is None or isinstance(extra_body, Mapping)):
        raise InputTypeError(
            f"extra_body must be a dict, got {type(extra_body).__name__}",
            suggestion="Pass extra_body={'name': value}",
        )
    for name, value in params.items():
        if name not in _CHECKED_ELSEWHERE and isinstance(value, _DATA):
            as_json(name, value, _is_of_openai)  # as a check: the openai package converts it
    body = None if extra_body is None else as_json("extra_body", extra_body, _is_of_openai)
    if "extra_headers" in params:
        check_extra_headers(params["extra_headers"])
    messages = list(messages)
    if not messages:
        raise InputError("messages is empty", suggestion=_MESSAGES)
    for index, message in enumerate(messages):
        _check_message(f"messages[{index}]", message)
    return {
        **params,
        "messages": as_json("messages", messages, _is_of_openai),
        "extra_body": {**(body or {}), **own} if own else body,
    }


def _check_message(where: str, message: Any) -> None:
    """Raise `InputTypeError` for parts of a message that are not as the service expects them."""
    if isinstance(message, str):
        raise InputTypeError(
            f"{where} must be a dict, got {short_repr(message)}",
            suggestion=f'Pass {{"role": "user", "content": {short_repr(message)}}}',
        )
    content = message.get("content") if isinstance(message, Mapping) else None
    if isinstance(content, Mapping):
        raise InputTypeError(
            f"{where}['content'] must be a str or a list of parts, got {short_repr(content)}",
            suggestion="Pass a list: [{...}]",
        )
    for index, part in enumerate(content if isinstance(content, (list, tuple)) else ()):
        for kind in ("image_url", "video_url", "audio_url", "file_url"):
            url = part.get(kind) if isinstance(part, Mapping) else None
            if isinstance(url, str):
                raise InputTypeError(
                    f"{where}['content'][{index}]['{kind}'] must be a dict, got {short_repr(url)}",
                    suggestion=f'Pass {{"url": {short_repr(url)}}}',
                )


def check_extra_headers(headers: Any) -> None:
    """Check the headers of a call; those of the openai package's own types remove a default."""
    if isinstance(headers, Mapping):
        headers = {name: each for name, each in headers.items() if not _is_of_openai(each)}
    if headers is not None:
        check_headers("extra_headers", headers)


def check_numbers(headers: Mapping[str, str], content: bytes) -> None:
    """Raise `InputError` if a JSON body has a number that JSON does not have.

    Before httpx 0.28, the openai package sends them as the words NaN and Infinity.
    """
    if not headers.get("content-type", "").startswith("application/json"):
        return
    # Decoding takes time, and the data of images has "NaN" by chance, but not after a colon.
    if _ODD_NUMBER.search(content):
        json.loads(content, parse_constant=_refuse_number)


def _refuse_number(name: str) -> None:
    raise InputError(f"The request cannot be sent: it has the number {name}, which is not JSON")


def _is_of_openai(value: Any) -> bool:
    """Return whether the openai package converts a value: a message that it returned, or a mark."""
    return type(value).__module__.partition(".")[0] == "openai"


def _skills(value: Any) -> list[dict[str, Any]] | None:
    if value is None:
        return None
    if isinstance(value, (AgentSkill, Mapping, str)):
        value = [value]
    if not isinstance(value, Iterable):
        raise InputTypeError(f"skills must be a list of AgentSkill, got {short_repr(value)}")
    return [
        AgentSkill._validated(skill, f"skills[{index}]").to_dict()
        for index, skill in enumerate(value)
    ]


def _models(value: Any) -> list[str] | None:
    if value is None:
        return None
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise InputTypeError(f"models must be a list of str, got {short_repr(value)}")
    return [check_str(f"models[{index}]", each) for index, each in enumerate(value)]
