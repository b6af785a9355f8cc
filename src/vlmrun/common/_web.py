"""What a URL holds, fetched once and without a client. No key goes out with it."""

from __future__ import annotations

import json
import os
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, get_args
from urllib.parse import unquote, urlsplit

from vlmrun._core.options import DEFAULT_MAX_RETRIES, DEFAULT_TIMEOUT, Settings
from vlmrun._core.request_context import Call
from vlmrun._files.download_target import MOST_REDIRECTS, Part
from vlmrun._files.safe_names import digest, safe_name
from vlmrun._images import _opaque
from vlmrun._messages import show
from vlmrun._pictures import read_image, require_images
from vlmrun._validation import check_choice, check_file, is_fetchable_url, is_http_url
from vlmrun.constants import folder
from vlmrun.errors import InputError, InputTypeError, ResponseDecodeError

if TYPE_CHECKING:
    from pathlib import Path

    from PIL import Image

ArtifactFormat = Literal["image", "json", "file"]

LARGEST_IN_MEMORY = 256 * 1024**2
LARGEST_FILE = 16 * 1024**3
_SETTINGS = Settings(None, "", DEFAULT_TIMEOUT, None, DEFAULT_MAX_RETRIES, {})


def remote_image(url: str | os.PathLike[str]) -> Image.Image:
    """An image from the web or from a file, in mode RGB; what is transparent becomes white.

    Args:
        url: An http or https URL, or the path of a file.

    Raises:
        MissingFileError: The path is not there (a `FileNotFoundError`).
        InputError: It is no image (a `ValueError`).
        APIError: The URL cannot be read, or holds more than 256 MiB.
        DependencyError: The extra `images` is not installed.

    Example:
        >>> remote_image("examples/inputs/invoice.png").mode
        'RGB'
    """
    if isinstance(url, str) and is_http_url(url):
        return download_image(url)
    if not isinstance(url, (str, os.PathLike)):
        raise InputTypeError(f"url must be a URL or a path, got {type(url).__name__} {show(url)}")
    require_images()
    path = check_file("url", url)
    return _image(path.read_bytes(), str(path))


def download_image(url: str) -> Image.Image:
    """An image from the web, in mode RGB; what is transparent becomes white.

    Args:
        url: An http or https URL.

    Raises:
        InputError: It is no such URL, or holds no image (a `ValueError`).
        APIError: It cannot be read, or holds more than 256 MiB.
        DependencyError: The extra `images` is not installed.

    Example:
        >>> image = download_image("https://example.com/cover.png")
    """
    _check_url(url)
    require_images()
    return _image(_content(url), f"What {_host(url)} sent")


def download_artifact(url: str, format: ArtifactFormat) -> Image.Image | Path | Any:
    """What a URL holds.

    Args:
        url: An http or https URL.
        format: "image" for an image as `download_image` gives it, "json" for the parsed JSON,
            "file" for the path of a file below `vlmrun.constants.VLMRUN_CACHE_DIR`. Each URL has a
            file of its own, which is fetched anew each time and is there only when it is whole.

    Raises:
        InputError: No such URL or format, or the URL holds something else (a `ValueError`).
        APIError: It cannot be read, or holds more than 256 MiB (a file: 16 GiB).
        DependencyError: For an image: the extra `images` is not installed.

    Example:
        >>> path = download_artifact("https://example.com/report.pdf", "file")
    """
    check_choice("format", format, get_args(ArtifactFormat))
    _check_url(url)
    if format == "image":
        return download_image(url)
    if format == "json":
        try:
            return json.loads(_content(url))
        except (ValueError, RecursionError) as error:
            raise InputError(f"What {_host(url)} sent is not JSON: {error}") from None
    own = safe_name(unquote(urlsplit(url).path).rpartition("/")[2], "download")
    with Part(folder("VLMRUN_CACHE_DIR", make=False) / "downloads") as part:
        _fetch(url, part.file, LARGEST_FILE)
        return part.keep(f"{digest(url)}-{own}")


def _check_url(url: Any) -> None:
    if not isinstance(url, str):
        raise InputTypeError(f"url must be a str, got {type(url).__name__} {show(url)}")
    if not is_fetchable_url(url):
        raise InputError(f"url must start with http:// or https:// and name a host: {show(url)}")


def _host(url: str) -> str:
    # The rest of a URL may be a secret: a signature, a password.
    return str(urlsplit(url).hostname)


def _content(url: str) -> bytes:
    content = BytesIO()
    _fetch(url, content, LARGEST_IN_MEMORY)
    return content.getvalue()


def _fetch(url: str, target: BinaryIO, limit: int) -> None:
    from vlmrun._sync.http.transport import Transport

    transport = Transport()
    try:
        call = Call.begin(_SETTINGS, None)
        transport.download(url, target, call, limit=limit, redirects=MOST_REDIRECTS)
    finally:
        transport.close()


def _image(content: bytes, what: str) -> Image.Image:
    try:
        image: Image.Image = _opaque(read_image(content, what))
    except ResponseDecodeError as error:
        raise InputError(error.message) from None
    return image
