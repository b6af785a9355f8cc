"""Names of the async client that the sync one has too.

They are here because `make generate` would replace them in a module that it derives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vlmrun._async.resources.completions import ChatCompletions as CoroutineCompletions


def coroutine_chat_class() -> type[CoroutineCompletions] | None:
    """Return the class of chat completions of the async client; None without `openai`."""
    from vlmrun._async.resources._chat import chat_class

    return chat_class()


__all__ = ["CoroutineCompletions", "coroutine_chat_class"]
