"""The classes of the openai package that ours are made from, wherever its release has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openai.resources.chat.completions import AsyncCompletions, Completions
else:
    from importlib import import_module

    def _whole(name: str) -> type[Any]:
        """The resource with `create`, `parse` and `stream`."""
        found = getattr(import_module("openai.resources.chat.completions"), name)
        if hasattr(found, "parse"):
            return found
        # Up to 1.91 `parse` and `stream` stand beside, in what was called beta.
        beta = import_module("openai.resources.beta.chat.completions")
        return type(name, (found, getattr(beta, name)), {})

    Completions = _whole("Completions")
    AsyncCompletions = _whole("AsyncCompletions")

__all__ = ["AsyncCompletions", "Completions"]
