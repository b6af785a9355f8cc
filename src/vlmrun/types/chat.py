"""Models for chat, and what a call of the gateway has cost."""

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
    """What a model of the gateway takes."""

    max_images: int | None = None
    max_videos: int | None = None
    supports_text_only: bool | None = None
    supports_document_url: bool | None = None
    supported_input_types: list[str] | None = None
    supports_json_schema: bool | None = None


class ChatModel(Received):
    """A model for chat, and on the gateway for embeddings and transcriptions too.

    Attributes:
        id: What `model=` takes.
        created: Seconds since 1970.
        aliases: Other names that `model=` takes.
        task: "chat", "embed" or "transcribe".
        methods: What `extra_body={"method": ...}` takes.
        default_method: The method where none is named.
        extra_body_help: Further arguments, in words.

    Only the gateway sends what stands behind `owned_by`. Whatever this version does not know is in
    `model_extra`, together with these.
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
        """All that the openai package's own type of this name does not know."""
        fields = self.model_dump(exclude_none=True) if self._raw is None else self._raw
        sent = {**fields, **self._extra}
        return {name: value for name, value in sent.items() if name not in _OF_OPENAI}


_OF_OPENAI = frozenset(["id", "object", "created", "owned_by"])


class ChatUsage(Received):
    """What a completion has cost.

    Attributes:
        credits_used: Credits of an agent's chat.
        credits: Another name that the service has for `credits_used`.
        cost: US dollars of a call of the gateway.
    """

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    total_tokens: int | None = None
    credits_used: float | None = None
    credits: float | None = None
    cost: float | None = None


class CompletionRecord(Received):
    """What one call of the gateway has cost.

    Attributes:
        served_model_id: The model that answered.
        backend: Where it ran.
        cost: US dollars.
        latency_ms: Milliseconds that it took.
    """

    id: str | None = None
    model: str | None = None
    served_model_id: str | None = None
    backend: str | None = None
    cost: float | None = None
    usage: ChatUsage | None = None
    status: str | None = None
    latency_ms: float | None = None
