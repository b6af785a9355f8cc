"""The Python SDK of VLM Run: agents that read documents, images, audio and video.

Importing this package imports nothing else; each name is imported on first access.

Example:
    >>> from vlmrun import VLMRun
    >>> client = VLMRun()  # reads the API key from VLMRUN_API_KEY
    >>> execution = client.agent.execute(prompt="Describe it", inputs={"file": Path("a.pdf")})
"""

import os
import sys

from vlmrun.version import __version__

# Type checkers treat this name specially; importing `typing` would double the import time.
TYPE_CHECKING = bool()  # noqa: UP018 - jedi, which editors use, skips a block after `False`
if TYPE_CHECKING:
    from vlmrun import client, errors, results, skills, types, viz, webhooks
    from vlmrun._async.client import AsyncVLMRun
    from vlmrun._core.request_options import RequestOptions
    from vlmrun._operations import operations
    from vlmrun._sync.client import VLMRun
    from vlmrun.errors import APIError, VLMRunError
    from vlmrun.types import (
        AgentCreationConfig,
        AgentExecutionConfig,
        AgentSkill,
        GenerationConfig,
        InlineSkillSource,
        MessageContent,
        RequestMetadata,
    )

__all__ = [
    "APIError",
    "AgentCreationConfig",
    "AgentExecutionConfig",
    "AgentSkill",
    "AsyncVLMRun",
    "GenerationConfig",
    "InlineSkillSource",
    "MessageContent",
    "RequestMetadata",
    "RequestOptions",
    "VLMRun",
    "VLMRunError",
    "__version__",
    "client",
    "errors",
    "operations",
    "results",
    "skills",
    "types",
    "viz",
    "webhooks",
]

_MODULES = {"client", "errors", "results", "skills", "types", "viz", "webhooks"}
_HOMES = {
    "APIError": "vlmrun.errors",
    "AsyncVLMRun": "vlmrun._async.client",
    "RequestOptions": "vlmrun._core.request_options",
    "VLMRun": "vlmrun._sync.client",
    "VLMRunError": "vlmrun.errors",
    "operations": "vlmrun._operations",
}


if not TYPE_CHECKING:  # with a module __getattr__, type checkers would accept any name

    def __getattr__(name):
        if name not in __all__:
            from vlmrun._messages import attribute_error

            raise attribute_error(f"module {__name__!r}", name, __all__)
        from importlib import import_module

        if name in _MODULES:
            return import_module(f"{__name__}.{name}")
        value = getattr(import_module(_HOMES.get(name, "vlmrun.types")), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


# The distribution vlmrun-hub installs `vlmrun.hub`, perhaps below another entry of sys.path.
# pkgutil.extend_path would do the same, but also takes folders that are not packages of ours: a
# folder named "vlmrun" in the working directory is enough.
__path__ += [
    folder
    for folder in (os.path.join(entry, __name__) for entry in sys.path)
    if folder not in __path__ and os.path.isdir(os.path.join(folder, "hub"))
]
