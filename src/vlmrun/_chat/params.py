"""What type checkers and editors know of the arguments of chat: openai's, and the service's own.

Imported for checking only; the openai package that is installed says what its part is.
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

# Also with parts that openai does not have (`file_url`, `video_url`, ...).
Messages: TypeAlias = "Iterable[ChatCompletionMessageParam] | Iterable[Mapping[str, Any]]"


class OwnParams(TypedDict, total=False):
    """The service's own arguments, and those of a single request."""

    skills: Skills | None
    toolsets: Sequence[AgentToolset] | None
    models: Sequence[str] | None
    session_id: str | UUID | None
    extra_headers: Mapping[str, Any] | None
    extra_query: Mapping[str, object] | None
    extra_body: object | None
    timeout: float | None


class CreateParams(CompletionCreateParamsNonStreaming, OwnParams, total=False):
    """Arguments of `create` that gives a completion."""


class StreamParams(CompletionCreateParamsStreaming, OwnParams, total=False):
    """Arguments of `create` that gives a stream."""
