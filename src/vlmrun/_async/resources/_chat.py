"""Chat completions of a base URL, built on demand: the openai package is optional."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from vlmrun._core.settings import Settings
from vlmrun._optional_imports import import_optional

if TYPE_CHECKING:
    from openai.resources.audio import AsyncTranscriptions
    from openai.resources.embeddings import AsyncEmbeddings

    from vlmrun._async.http.transport import Transport
    from vlmrun._async.resources.completions import ChatCompletions


def chat_class() -> type[ChatCompletions] | None:
    """Return the class of chat completions; None without the extra `openai`."""
    if find_spec("openai") is None:
        return None
    from vlmrun._async.resources.completions import ChatCompletions

    return ChatCompletions


def embeddings_class() -> type[AsyncEmbeddings] | None:
    """Return the class of embeddings; None without the extra `openai`."""
    if find_spec("openai") is None:
        return None
    from vlmrun._async.resources._openai_client import GatewayEmbeddings

    return GatewayEmbeddings


def transcriptions_class() -> type[AsyncTranscriptions] | None:
    """Return the class of transcriptions; None without the extra `openai`."""
    if find_spec("openai") is None:
        return None
    from vlmrun._async.resources._openai_client import GatewayTranscriptions

    return GatewayTranscriptions


def chat_completions(transport: Transport, settings: Settings) -> ChatCompletions:
    """Return chat completions at the base URL of the settings.

    Raises:
        DependencyError: The extra `openai` is not installed.
    """
    import_optional("openai", "openai", "Chat")
    from vlmrun._async.resources._openai_client import openai_client
    from vlmrun._async.resources.completions import ChatCompletions

    return ChatCompletions(openai_client(transport, settings))
