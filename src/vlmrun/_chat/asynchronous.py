"""Names of the asynchronous tree that the synchronous one mentions too, for type checkers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vlmrun._async.resources.completions import ChatCompletions as CoroutineCompletions

__all__ = ["CoroutineCompletions"]
