"""Chat models, and the cost of completions."""

from __future__ import annotations

from typing import Any

from vlmrun.types._base import Received

__all__ = [
    "ChatModel",
    "ChatUsage",
    "CompletionRecord",
    "ModelCapabilities",
]


class ModelCapabilities(Received):
    """The kinds of input that a model of the gateway accepts."""

    max_images: int | None = None
    max_videos: int | None = None
    supports_text_only: bool | None = None
    supports_document_url: bool | None = None
    supported_input_types: list[str] | None = None
    supports_json_schema: bool | None = None


class ChatModel(Received):
    """A model for chat; on the gateway, also for embeddings and transcriptions.

    Attributes:
        id: The value for `model=`.
        created: The creation time, in seconds since 1970.
        aliases: Other values for `model=`.
        task: "chat", "embed" or "transcribe".
        methods: The values for `extra_body={"method": ...}`.
        default_method: The method that is used by default.
        extra_body_help: A description of further arguments.

    Only the gateway sends the fields after `owned_by`. They are also in `model_extra`, together
    with fields that this version does not know.
    """

    id: str
    object: str | None = None
    created: int | None = None
    owned_by: str | None = None
    aliases: list[str] | None = None
    task: str | None = None
    methods: list[str] | None = None
    default_method: str | None = None
    extra_body_help: str | None = None
    capabilities: ModelCapabilities | None = None

    @property
    def model_extra(self) -> dict[str, Any]:
        """The fields that the openai package's `Model` does not define, as on that type."""
        fields = self.model_dump(exclude_none=True) if self._raw is None else self._raw
        sent = {**fields, **self._extra}
        return {name: value for name, value in sent.items() if name not in _OPENAI_FIELDS}


_OPENAI_FIELDS = frozenset(["id", "object", "created", "owned_by"])


class ChatUsage(Received):
    """The cost of a completion.

    Attributes:
        credits_used: The credits used by a chat with an agent.
        credits: Another name that the service uses for `credits_used`.
        cost: The cost of a request to the gateway, in US dollars.
    """

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    total_tokens: int | None = None
    credits_used: float | None = None
    credits: float | None = None
    cost: float | None = None


class CompletionRecord(Received):
    """The record of a request to the gateway.

    Attributes:
        served_model_id: The model that generated the response.
        backend: The backend that served the model.
        cost: The cost in US dollars.
        latency_ms: The latency in milliseconds.
    """

    id: str | None = None
    model: str | None = None
    served_model_id: str | None = None
    backend: str | None = None
    cost: float | None = None
    usage: ChatUsage | None = None
    status: str | None = None
    latency_ms: float | None = None
