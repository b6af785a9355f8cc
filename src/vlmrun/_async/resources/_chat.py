"""Chat completions of a base URL, built on demand: the openai package is optional."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vlmrun._core.settings import Settings
from vlmrun._optional_imports import import_optional

if TYPE_CHECKING:
    from vlmrun._async.http.transport import Transport
    from vlmrun._async.resources.completions import ChatCompletions


def chat_completions(transport: Transport, settings: Settings) -> ChatCompletions:
    """Return chat completions at the base URL of the settings.

    Raises:
        DependencyError: The extra `openai` is not installed.
    """
    import_optional("openai", "openai", "Chat")
    from vlmrun._async.resources._openai_client import openai_client
    from vlmrun._async.resources.completions import ChatCompletions

    return ChatCompletions(openai_client(transport, settings))
