"""Names of the async client that the sync one has in annotations too.

They are here because `make generate` would replace them in a module that it derives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vlmrun._async.resources.completions import ChatCompletions as CoroutineCompletions

__all__ = ["CoroutineCompletions"]
