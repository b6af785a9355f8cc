"""Download helpers that need no client. They never send an API key."""

from __future__ import annotations

import json
import os
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, get_args, overload
from urllib.parse import unquote, urlsplit

from vlmrun._core.request_context import RequestContext
from vlmrun._core.settings import DEFAULT_MAX_RETRIES, DEFAULT_TIMEOUT, Settings
from vlmrun._files.paths import check_file, package_folder, read_file
from vlmrun._files.safe_names import safe_name, short_digest
from vlmrun._files.staging import StagedFile
from vlmrun._image_pages import import_pil
from vlmrun._images import decode_image, flatten
from vlmrun._messages import short_repr, type_and_repr
from vlmrun._validation import check_choice, is_fetchable_url, is_http_url
from vlmrun.errors import InputError, InputTypeError, ResponseDecodeError

if TYPE_CHECKING:
    from pathlib import Path

    from PIL import Image

ArtifactFormat = Literal["image", "json", "file"]

MAX_IN_MEMORY = 256 * 1024**2
MAX_FILE_SIZE = 16 * 1024**3
_SETTINGS = Settings(None, "", DEFAULT_TIMEOUT, None, DEFAULT_MAX_RETRIES, {})


def remote_image(url: str | os.PathLike[str]) -> Image.Image:
    """Read an image from the web or from a file, in mode RGB; transparency becomes white.

    Args:
        url: An http or https URL, or the path of a file.

    Raises:
        MissingFileError: There is no file at the path (also a `FileNotFoundError`).
        InputError: It is not an image (also a `ValueError`).
        APIError: The download failed, or is larger than 256 MiB.
        DependencyError: The extra `images` is not installed.

    Example:
        >>> remote_image("examples/inputs/invoice.png").mode
        'RGB'
    """
    if isinstance(url, str) and is_http_url(url):
        return download_image(url)
    if not isinstance(url, (str, os.PathLike)):
        raise InputTypeError(f"url must be a URL or a path, got {type_and_repr(url)}")
    import_pil()
    path = check_file("url", url)
    return _image(read_file("url", path), str(path))


def download_image(url: str) -> Image.Image:
    """Download an image, in mode RGB; transparency becomes white.

    Args:
        url: An http or https URL.

    Raises:
        InputError: The URL is not valid, or the download is not an image (also a `ValueError`).
        APIError: The download failed, or is larger than 256 MiB.
        DependencyError: The extra `images` is not installed.

    Example:
        >>> image = download_image("https://example.com/cover.png")
    """
    _check_url(url)
    import_pil()
    return _image(_content(url), f"The response of {_host(url)}")


@overload
def download_artifact(url: str, format: Literal["image"]) -> Image.Image: ...
@overload
def download_artifact(url: str, format: Literal["json"]) -> Any: ...
@overload
def download_artifact(url: str, format: Literal["file"]) -> Path: ...
def download_artifact(url: str, format: ArtifactFormat) -> Image.Image | Path | Any:
    """Download from a URL, as an image, as JSON, or to a file.

    Args:
        url: An http or https URL.
        format: "image" for an image as returned by `download_image`, "json" for parsed JSON, "file"
            for the path of a file below `vlmrun.constants.VLMRUN_CACHE_DIR`. Each URL has its own
            file, which is downloaded again by each call and only ever appears complete.

    Raises:
        InputError: The URL or the format is not valid, or the download is not of this format (also
            a `ValueError`).
        APIError: The download failed, or is larger than 256 MiB (16 GiB for a file).
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
            raise InputError(f"The response of {_host(url)} is not valid JSON: {error}") from None
    name = safe_name(unquote(urlsplit(url).path).rpartition("/")[2], "download")
    # Each URL has a folder, so that the file can have its own name, which users see.
    folder = package_folder("VLMRUN_CACHE_DIR") / "downloads" / short_digest(url)
    with StagedFile(folder, "VLMRUN_CACHE_DIR") as staged:
        with staged.write_errors():
            _fetch(url, staged.file, MAX_FILE_SIZE)
        return staged.save_as(name)


def _check_url(url: Any) -> None:
    if not isinstance(url, str):
        raise InputTypeError(f"url must be a str, got {type_and_repr(url)}")
    if not is_fetchable_url(url):
        raise InputError(
            f"url must start with http:// or https:// and name a host: {short_repr(url)}"
        )


def _host(url: str) -> str:
    # Other parts of a URL may be secret: the signature of a presigned URL, a password.
    return str(urlsplit(url).hostname)


def _content(url: str) -> bytes:
    content = BytesIO()
    _fetch(url, content, MAX_IN_MEMORY)
    return content.getvalue()


def _fetch(url: str, target: BinaryIO, limit: int) -> None:
    from vlmrun._sync.http.redirects import MAX_REDIRECTS
    from vlmrun._sync.http.transport import Transport

    transport = Transport()
    try:
        context = RequestContext.begin(_SETTINGS)
        transport.download(url, target, context, limit=limit, redirects=MAX_REDIRECTS)
    finally:
        transport.close()


def _image(content: bytes, source: str) -> Image.Image:
    try:
        image: Image.Image = flatten(decode_image(content, source))
    except ResponseDecodeError as error:
        raise InputError(error.message) from None
    return image
