"""Types of the arguments of chat, for type checkers and editors: openai's and the service's own.

Imported for type checking only, so that the installed openai package supplies its part.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias
from uuid import UUID

from openai.types.chat import ChatCompletionMessageParam
from openai.types.chat.completion_create_params import (
    CompletionCreateParamsNonStreaming,
    CompletionCreateParamsStreaming,
)
from typing_extensions import TypedDict

from vlmrun.types.agent import AgentToolset
from vlmrun.types.skills import AgentSkill

Skills: TypeAlias = "AgentSkill | Sequence[AgentSkill | Mapping[str, Any]]"

# The second variant allows parts that openai does not have (`file_url`, `video_url`, ...).
Messages: TypeAlias = "Iterable[ChatCompletionMessageParam] | Iterable[Mapping[str, Any]]"


class OwnParams(TypedDict, total=False):
    """The service's own arguments, and those of a single request."""

    skills: Skills | None
    toolsets: Sequence[AgentToolset | str] | None
    models: Sequence[str] | None
    session_id: str | UUID | None
    extra_headers: Mapping[str, Any] | None
    extra_query: Mapping[str, object] | None
    extra_body: object | None
    timeout: float | None


class CreateParams(CompletionCreateParamsNonStreaming, OwnParams, total=False):
    """Arguments of `create` when it returns a completion."""


class StreamParams(CompletionCreateParamsStreaming, OwnParams, total=False):
    """Arguments of `create` when it returns a stream."""
