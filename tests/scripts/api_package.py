"""A small package like `vlmrun`, for the tests of `api_diff`."""

from __future__ import annotations

# Paths below `src/vlmrun`, and what the files hold.
FILES = {
    "version.py": '__version__ = "0.1.0"\n',
    "__init__.py": """
TYPE_CHECKING = False
if TYPE_CHECKING:
    from vlmrun import errors, types
    from vlmrun._sync.client import VLMRun
    from vlmrun.types import FileResponse

__all__ = ["FileResponse", "VLMRun", "errors", "types"]
""",
    "errors.py": """
class VLMRunError(Exception):
    pass


class InputError(VLMRunError, ValueError):
    pass
""",
    "types/__init__.py": """
TYPE_CHECKING = False
if TYPE_CHECKING:
    from vlmrun._index.types import *
""",
    "types/_base.py": """
import attrs


class Model:
    def to_dict(self) -> dict[str, object]:
        return {}
""",
    "types/files.py": """
from typing import ClassVar, Literal

import attrs

from vlmrun.types._base import Model

__all__ = ["FilePurpose", "FileResponse"]

FilePurpose = Literal["assistants", "vision"]


class FileResponse(Model):
    kind: ClassVar[str] = "file"
    id: str
    bytes: int | None = None
    names: list[str] = attrs.field(factory=list)

    @property
    def url(self) -> str | None:
        return None
""",
    "_index/__init__.py": "",
    "_index/types.py": """
TYPE_CHECKING = False
if TYPE_CHECKING:
    from vlmrun.types.files import FilePurpose as FilePurpose
    from vlmrun.types.files import FileResponse as FileResponse

HOMES = {}
""",
    "_sync/__init__.py": "",
    "_cached_properties.py": "def resource_property(function): ...\n",
    "_sync/client.py": """
from vlmrun._cached_properties import resource_property as cached_property
from vlmrun._sync.files import Files


class Resources:
    @cached_property
    def files(self) -> Files:
        return Files()


class VLMRun(Resources):
    def __init__(self, api_key: str | None = None, *, timeout: float = 60) -> None:
        pass

    def _private(self) -> None:
        pass

    def close(self) -> None:
        pass

    end = close
""",
    "_sync/files.py": """
from collections.abc import Sequence

from vlmrun.types.files import FileResponse


class Listed:
    def list(self, skip: int = 0, limit: int = 10) -> list[FileResponse]:
        return []


class Files(Listed):
    def upload(self, file: str, purpose: str = "assistants", *, tags: Sequence[str] = ()) -> None:
        pass

    def get(self, id: str) -> FileResponse:
        return FileResponse()
""",
    "client/__init__.py": "from vlmrun._sync.client import VLMRun\n\n__all__ = ['VLMRun']\n",
    "client/types.py": "from vlmrun.types import *\n",
    "cli/__init__.py": "",
    "cli/output.py": "def write(text: str) -> None: ...\n",
    "constants.py": "DEFAULT_TIMEOUT: float = 60\n",
}
