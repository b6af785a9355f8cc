"""Import paths only: the code of the clients is in `vlmrun._async`.

`from vlmrun.client import VLMRun` is what VLM Run's documentation uses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vlmrun._sync.client import VLMRun

if TYPE_CHECKING:
    from vlmrun._async.client import AsyncVLMRun

__all__ = ["AsyncVLMRun", "VLMRun"]


def __getattr__(name: str) -> Any:
    # Imported when it is used: programs with the sync client need none of its modules.
    if name != "AsyncVLMRun":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from vlmrun._async.client import AsyncVLMRun

    return AsyncVLMRun
