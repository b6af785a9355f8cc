"""The base classes of our chat resources, from wherever the installed openai package has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openai.resources.chat.completions import AsyncCompletions, Completions
else:
    from importlib import import_module

    def _with_parse_and_stream(name: str) -> type[Any]:
        cls = getattr(import_module("openai.resources.chat.completions"), name)
        if hasattr(cls, "parse"):
            return cls
        # Before openai 1.92 `parse` and `stream` are in a class of their own, below `beta`.
        beta = import_module("openai.resources.beta.chat.completions")
        return type(name, (cls, getattr(beta, name)), {})

    Completions = _with_parse_and_stream("Completions")
    AsyncCompletions = _with_parse_and_stream("AsyncCompletions")

__all__ = ["AsyncCompletions", "Completions"]
