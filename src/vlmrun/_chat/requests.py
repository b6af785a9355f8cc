"""From what a caller of chat gives to what goes over the wire."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import httpx

from vlmrun._core.options import DEFAULT_TIMEOUT, Settings, check_headers
from vlmrun._messages import short_repr
from vlmrun._requests.agent import check_toolsets
from vlmrun._validation import check_id, check_str, without_none
from vlmrun.errors import ConfigurationError, InputTypeError
from vlmrun.types._base import Model
from vlmrun.types.skills import AgentSkill

# Chat with an agent takes minutes, so the client's default timeout would be too short for it.
CHAT_TIMEOUT = 600.0

# What the service reads as no key, where one must be given.
ANONYMOUS = "vlmrun"

# Headers that httpx makes for each request, or that tell of the openai package and its machine.
_NOT_SENT = frozenset(
    {"accept-encoding", "connection", "content-length", "host", "transfer-encoding", "user-agent"}
)
_TELEMETRY = "x-stainless-"


class HiddenKey(str):
    """A key for the openai package, which holds it as text: not shown by `vars` and `%r`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'…'"


def extended(
    extra_body: object,
    *,
    skills: AgentSkill | Sequence[AgentSkill | Mapping[str, Any]] | None,
    toolsets: Sequence[str] | None,
    models: Sequence[str] | None,
    session_id: str | UUID | None,
) -> object:
    """`extra_body` with the service's own arguments over it, as plain data.

    Raises:
        InputError: An argument that cannot be sent.
    """
    own = without_none(
        skills=_skills(skills),
        toolsets=check_toolsets(toolsets),
        models=_models(models),
        session_id=None if session_id is None else check_id("session_id", session_id),
    )
    if not own:
        return serialised(extra_body)
    if extra_body is not None and not isinstance(extra_body, Mapping):
        raise InputTypeError(f"extra_body must be a dict, got {type(extra_body).__name__}")
    return {**serialised(extra_body or {}), **own}


def messages_as_data(messages: Iterable[Any]) -> list[Any]:
    """Messages with our own types in them as plain data; all else is passed on as it is."""
    if isinstance(messages, (str, bytes, Mapping)) or not isinstance(messages, Iterable):
        raise InputTypeError(
            f"messages must be a list, got {short_repr(messages)}",
            suggestion='messages=[{"role": "user", "content": "..."}]',
        )
    return [serialised(message) for message in messages]


def serialised(value: Any) -> Any:
    """A value in which our own types are plain data."""
    if isinstance(value, Model):
        return value.to_dict()
    if isinstance(value, dict):
        return {key: serialised(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [serialised(inner) for inner in value]
    return value


def _skills(value: Any) -> list[dict[str, Any]] | None:
    if value is None:
        return None
    if isinstance(value, (AgentSkill, Mapping)):
        value = [value]
    if isinstance(value, str) or not isinstance(value, Iterable):
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


def chat_timeout(settings: Settings) -> float | None:
    """Seconds for a chat: at least ten minutes where the client has the default."""
    own = settings.timeout
    return CHAT_TIMEOUT if own == DEFAULT_TIMEOUT else own


def settings_of(request: httpx.Request, settings: Settings) -> Settings:
    """The settings for a request that the openai package made: its timeout is the request's.

    Of several times the one for reading counts. Headers are in the request already.
    """
    times = request.extensions.get("timeout") or {}
    return settings._replace(timeout=times.get("read"), headers={})


def wire_form(
    request: httpx.Request, content: bytes, settings: Settings
) -> tuple[dict[str, Any], bool]:
    """What our transport takes in place of a request, and whether our key belongs to it.

    Raises:
        ConfigurationError: The request is for another place than the base URL.
        InputError: A header that cannot be sent.
    """
    base = httpx.URL(settings.base_url)
    path, root = request.url.raw_path.decode("ascii"), base.raw_path.decode("ascii").rstrip("/")
    if not (same_origin(request.url, base) and path.startswith(f"{root}/")):
        raise ConfigurationError(
            f"Chat goes to {settings.base_url} only, not to {request.url.host}",
            suggestion="Make a client with another base_url",
        )
    key = ANONYMOUS if settings.api_key is None else settings.api_key.reveal()
    is_ours = request.headers.get("authorization") in (None, f"Bearer {key}")
    headers = {
        name: value
        for name, value in request.headers.items()
        if not (name in _NOT_SENT or name.startswith(_TELEMETRY))
        and not (is_ours and name == "authorization")
    }
    made: dict[str, Any] = {
        "method": request.method,
        "url": path.removeprefix(root),
        "headers": check_headers("extra_headers", headers),
    }
    if content:
        made["content"] = content
    return made, is_ours


def same_origin(one: httpx.URL, other: httpx.URL) -> bool:
    """Whether scheme, host and port are the same."""
    return (one.scheme, one.host, one.port) == (other.scheme, other.host, other.port)
