"""URLs, file types and folders, under the import path that VLM Run's documentation uses.

Importing this module writes nothing to disk: a folder is created when its name is first accessed.
"""

import os

# Type checkers treat this name specially; importing `typing` would double the import time.
TYPE_CHECKING = bool()  # noqa: UP018 - jedi, which editors use, skips a block after `False`
if TYPE_CHECKING:
    from pathlib import Path

    VLMRUN_HOME: Path
    VLMRUN_CACHE_DIR: Path
    VLMRUN_ARTIFACTS_CACHE_DIR: Path
    VLMRUN_TMP_DIR: Path
    VLMRUN_GATEWAY_BASE_URL: str

DEFAULT_BASE_URL = "https://api.vlm.run/v1"
DEFAULT_GATEWAY_URL = "https://gateway.vlm.run/v1"
# The server of System One, without the /typesafe that the path of each operation begins with.
DEFAULT_SYSTEMONE_URL = "https://gateway.vlm.run"

VLMRUN_BASE_URL_ENV = "VLMRUN_BASE_URL"
VLMRUN_GATEWAY_BASE_URL_ENV = "VLMRUN_GATEWAY_BASE_URL"
VLMRUN_GATEWAY_URL_ENV = "VLMRUN_GATEWAY_URL"
VLMRUN_CACHE_DIR_ENV = "VLMRUN_CACHE_DIR"
TYPESAFE_BASE_URL_ENV = "TYPESAFE_BASE_URL"

SUPPORTED_IMAGE_FILETYPES = [
    ".jpg",
    ".jpeg",
    ".png",
    ".gif",
    ".bmp",
    ".tiff",
    ".webp",
    ".heic",
    ".avif",
]
SUPPORTED_VIDEO_FILETYPES = [".mp4", ".mov", ".avi", ".mkv", ".webm"]
SUPPORTED_DOCUMENT_FILETYPES = [".pdf", ".doc", ".docx", ".ppt", ".pptx"]
SUPPORTED_AUDIO_FILETYPES = [".mp3", ".wav", ".m4a", ".flac", ".ogg"]
SUPPORTED_INPUT_FILETYPES = [
    *SUPPORTED_IMAGE_FILETYPES,
    *SUPPORTED_VIDEO_FILETYPES,
    *SUPPORTED_DOCUMENT_FILETYPES,
    *SUPPORTED_AUDIO_FILETYPES,
]

# Where each folder is below ~/.vlmrun.
_FOLDERS = {
    "VLMRUN_HOME": "",
    "VLMRUN_CACHE_DIR": "cache",
    "VLMRUN_ARTIFACTS_CACHE_DIR": "cache/artifacts",
    "VLMRUN_TMP_DIR": "tmp",
}


def gateway_base_url(base_url: str | None = None) -> str:
    """Return the base URL of the gateway, without a trailing slash.

    Args:
        base_url: Defaults to the environment variable `VLMRUN_GATEWAY_BASE_URL`, then to
            `VLMRUN_GATEWAY_URL`, then to `https://gateway.vlm.run/v1`. Empty is the same as None.

    Example:
        >>> gateway_base_url("https://gateway.example.com/v1/")
        'https://gateway.example.com/v1'
    """
    environment = map(os.environ.get, (VLMRUN_GATEWAY_BASE_URL_ENV, VLMRUN_GATEWAY_URL_ENV))
    for url in (base_url, *environment):
        if url and url.strip():
            return url.strip().rstrip("/")
    return DEFAULT_GATEWAY_URL


def systemone_base_url(gateway_url: str) -> str:
    """Return the base URL of System One: that of the gateway, with `/typesafe` for its version.

    Args:
        gateway_url: The base URL of the gateway; it ends with a version such as `/v1`, or has none.

    Example:
        >>> systemone_base_url("https://gateway.example.com/v1")
        'https://gateway.example.com/typesafe'
    """
    root = gateway_url.rstrip("/")
    if root == DEFAULT_GATEWAY_URL:
        return f"{DEFAULT_SYSTEMONE_URL}/typesafe"
    before, _, last = root.rpartition("/")
    # Not a host of that name, which `//` precedes.
    if last[:1] == "v" and last[1:].isdecimal() and not before.endswith("/"):
        root = before
    return f"{root}/typesafe"


def folder(name: str, *, make: bool = True) -> "Path":
    """Return the path of one of this package's folders.

    Args:
        name: `VLMRUN_HOME`, `VLMRUN_CACHE_DIR` (the environment variable of this name overrides
            it), `VLMRUN_ARTIFACTS_CACHE_DIR` or `VLMRUN_TMP_DIR`.
        make: Whether to create the folder.

    Raises:
        RuntimeError: There is no home directory.
        OSError: The folder cannot be created.
    """
    from pathlib import Path

    path = Path(_FOLDERS[name])
    cache = os.environ.get(VLMRUN_CACHE_DIR_ENV)
    # The home directory is not needed, and may not exist, if the variable replaces it.
    if cache and path.is_relative_to("cache"):
        path = Path(cache).expanduser() / path.relative_to("cache")
    else:
        path = Path.home() / ".vlmrun" / path
    if make:
        path.mkdir(parents=True, exist_ok=True)
    return path


if not TYPE_CHECKING:  # with a module __getattr__, type checkers would accept any name

    def __getattr__(name):
        if name == "VLMRUN_GATEWAY_BASE_URL":
            return gateway_base_url()
        if name not in _FOLDERS:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return folder(name)

    def __dir__():
        return sorted({*globals(), *_FOLDERS, "VLMRUN_GATEWAY_BASE_URL"})
