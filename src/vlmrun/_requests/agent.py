"""Bodies of requests for agents and executions; they have only what the caller set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar, get_args

from vlmrun._messages import short_repr
from vlmrun._requests.common import coerce, job_fields, optional_str
from vlmrun._validation import check_open_choice, check_optional, check_url, without_none
from vlmrun.errors import InputError, InputTypeError
from vlmrun.types._base import Model
from vlmrun.types.agent import (
    AgentCreationConfig,
    AgentExecutionConfig,
    AgentToolset,
    ExecutionPriority,
)
from vlmrun.types.skills import AgentSkill

M = TypeVar("M", bound=Model)


def resolve_config(
    cls: type[M],
    config: Any,
    prompt: str | None,
    skills: AgentSkill | Sequence[AgentSkill | Mapping[str, Any]] | None,
    response_model: Any,
) -> M | None:
    """Return the configuration with the shortcuts filled in, or None if there is neither.

    Args:
        cls: The type of the configuration.
        config: An instance, or a dict of its fields.
        prompt: Shortcut for `config.prompt`, and so on.
        skills: One skill, or several.
        response_model: The type of the response.

    Raises:
        InputError: A value is invalid, or set both in the configuration and as a shortcut.
    """
    base = coerce("config", config, cls)
    if isinstance(skills, (AgentSkill, Mapping, str)):
        skills = [skills]
    shortcuts = {"prompt": prompt, "skills": skills, "response_model": response_model}
    passed = without_none(**shortcuts)
    if base is None:
        return cls(**passed) if passed else None
    for name in passed:
        if getattr(base, name) is not None:
            raise InputError(f"Pass {name}=... or config.{name}, not both")
    return base.model_copy(update=passed)


def check_instructions(name: str | None, config: AgentExecutionConfig | None) -> None:
    """Raise `InputError` if nothing says what to do.

    The service would refuse each item of a batch, after its files were uploaded.
    """
    if not name and not (config and (config.prompt or config.skills)):
        raise InputError(
            "name, prompt or skills is missing", suggestion='Pass prompt="Extract the total"'
        )


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
    """Return the body that starts an execution, without its inputs."""
    return {
        # The service runs every execution as a job; with `batch=False` it is the client that waits.
        "batch": True,
        **without_none(
            name=optional_str("name", name),
            model=optional_str("model", model),
            toolsets=check_toolsets(toolsets),
            priority=check_optional(
                check_open_choice, "priority", priority, get_args(ExecutionPriority)
            ),
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
    """Return the body that creates an agent, without its inputs."""
    checked = coerce("config", config, AgentCreationConfig)
    if checked is None or not (checked.prompt or "").strip():
        raise InputError(
            "config.prompt is missing", suggestion="Pass AgentCreationConfig(prompt='what to do')"
        )
    return without_none(
        config=checked.to_dict(),
        name=optional_str("name", name),
        callback_url=check_optional(check_url, "callback_url", callback_url),
    )


def check_toolsets(value: Any) -> list[str] | None:
    """Check the names of toolsets, unless they are None."""
    if value is None:
        return None
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise InputTypeError(
            f"toolsets must be a list of str, got {short_repr(value)}",
            suggestion=f"Pass toolsets=[{short_repr(value) if isinstance(value, str) else '...'}]",
        )
    return [check_open_choice("toolsets", item, get_args(AgentToolset)) for item in value]
