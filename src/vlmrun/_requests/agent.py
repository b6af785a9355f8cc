"""The bodies of agent requests: only what the caller set, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar, get_args

from vlmrun._messages import short_repr
from vlmrun._requests.common import coerce, job_fields, optional_str
from vlmrun._validation import check_choice, check_optional, check_url, without_none
from vlmrun.errors import InputError, InputTypeError
from vlmrun.types._base import Model
from vlmrun.types.agent import AgentCreationConfig, AgentExecutionConfig, AgentToolset
from vlmrun.types.skills import AgentSkill

M = TypeVar("M", bound=Model)


def resolve_config(
    cls: type[M],
    config: Any,
    prompt: str | None,
    skills: AgentSkill | Sequence[AgentSkill | Mapping[str, Any]] | None,
    response_model: Any,
) -> M | None:
    """The configuration with the shortcuts filled in; None if neither was given.

    Raises:
        InputError: A shortcut and the configuration say the same thing, or an impossible value.
    """
    base = coerce("config", config, cls)
    if isinstance(skills, (AgentSkill, Mapping)):
        skills = [skills]
    shortcuts = {"prompt": prompt, "skills": skills, "response_model": response_model}
    given = {name: value for name, value in shortcuts.items() if value is not None}
    if base is None:
        return cls(**given) if given else None
    for name in given:
        if getattr(base, name) is not None:
            raise InputError(f"Give {name}=... or config.{name}, not both")
    return base.model_copy(update=given)


def execution_body(
    *,
    name: str | None,
    config: AgentExecutionConfig | None,
    metadata: Any,
    callback_url: str | None,
    model: str | None,
    toolsets: Sequence[str] | None,
    priority: str | None,
    id: str | None,
    created_at: datetime | str | None,
) -> dict[str, Any]:
    """The body of an execution, less its inputs.

    `batch` is always true: the service runs executions as jobs, and waiting is the client's part.
    """
    return {
        "batch": True,
        **without_none(
            name=optional_str("name", name),
            model=optional_str("model", model),
            toolsets=check_toolsets(toolsets),
            priority=optional_str("priority", priority),
        ),
        **job_fields(
            config=config,
            metadata=metadata,
            callback_url=callback_url,
            id=id,
            created_at=created_at,
        ),
    }


def creation_body(*, config: Any, name: str | None, callback_url: str | None) -> dict[str, Any]:
    """The body that creates an agent, less its inputs."""
    checked = coerce("config", config, AgentCreationConfig)
    if checked is None or not (checked.prompt or "").strip():
        raise InputError(
            "config.prompt is missing", suggestion="AgentCreationConfig(prompt='what to do')"
        )
    return without_none(
        config=checked.to_dict(),
        name=optional_str("name", name),
        callback_url=check_optional(check_url, "callback_url", callback_url),
    )


def check_toolsets(value: Any) -> list[str] | None:
    """The names of toolsets, checked, or None."""
    if value is None:
        return None
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise InputTypeError(f"toolsets must be a list of str, got {short_repr(value)}")
    return [check_choice("toolsets", item, get_args(AgentToolset)) for item in value]
