"""Images and the document of a decision, checked and as the parts that are sent."""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from vlmrun._core.public_addresses import PublicOnly, is_evidently_private
from vlmrun._files.media_types import sniff
from vlmrun._files.paths import check_file, file_errors
from vlmrun._images import encode_jpeg, is_image, read_open_file
from vlmrun._messages import short_repr, type_and_repr
from vlmrun._requests.input_files import image_of, is_array
from vlmrun._validation import is_fetchable_url, is_http_url
from vlmrun.errors import InputError, InputTypeError

MAX_IMAGES = 8
MAX_IMAGE_BYTES = 5 * 1024 * 1024
MAX_PDF_PAGES = 8
# The limit of the gateway for documents in chats.
MAX_PDF_BYTES = 100_000_000
IMAGE_MIME_TYPES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
ALLOW_PRIVATE_URLS_ENV = "VLMRUN_ALLOW_PRIVATE_URLS"

# Documented for assets, besides "jpg", which is the same.
_ASSET_TYPES = frozenset({"image/jpeg", "image/png"})

_FORMATS = "Images are JPEG, PNG, WebP or GIF"
_KINDS = "a path, a URL, bytes, a PIL image, an array"
_PIL_QUALITY = 90


class RemoteImage(NamedTuple):
    """An image that is still to be fetched.

    Attributes:
        where: Its location in error messages.
        url: Its URL.
        target: The object that gets its content.
        in_place: Returns the fields of this object for the content, once that is checked.
    """

    where: str
    url: str
    target: dict[str, Any]
    in_place: Callable[[str, bytes], dict[str, Any]]

    def fill(self, content: bytes) -> None:
        """Check the content, and put it in its place."""
        self.target.update(self.in_place(self.where, content))

    @property
    def public_only(self) -> PublicOnly | None:
        """The restriction for fetching it; None if the environment allows all addresses."""
        return (
            None if _allows_private() else PublicOnly(f"The URL of {self.where}", _PRIVATE_REMEDY)
        )


_PRIVATE_REMEDY = (
    f"Pass the image as bytes or as a path; {ALLOW_PRIVATE_URLS_ENV}=1 allows all addresses"
)


def image_part(
    where: str, image: Any, detail: str | None
) -> tuple[dict[str, Any], RemoteImage | None]:
    """Return the part of an image, and what is still to be fetched for it.

    Args:
        where: Its location in error messages.
        image: A path, a URL, a data URL, bytes, an open file, a PIL image or an array.
        detail: The detail in which it is read.

    Raises:
        InputError: It is none of these, too large, or not an image of the accepted formats.
    """
    remote = remote_image(where, image)
    # Until it is fetched, the URL stands for its content, so that a request can be shown.
    target = {"url": image}
    if remote is None:
        target = _as_url(where, image_content(where, image))
    if detail is not None:
        target["detail"] = detail
    part = {"type": "image_url", "image_url": target}
    return part, remote and remote._replace(target=target)


def asset(where: str, image: Any) -> tuple[dict[str, Any], RemoteImage | None]:
    """Return an asset, and what is still to be fetched for it.

    Args:
        where: Its location in error messages.
        image: As for `image_part`.

    Raises:
        InputError: It is too large, or not a JPEG or PNG.
    """
    remote = remote_image(where, image)
    if remote is None:
        return _as_asset(where, image_content(where, image)), None
    target = {"type": "image", "data_base64": image}
    return target, remote._replace(target=target, in_place=_as_asset)


def _as_url(where: str, content: bytes) -> dict[str, Any]:
    return {"url": inline_image(where, content)}


def _as_asset(where: str, content: bytes) -> dict[str, Any]:
    media_type = check_image(where, content)
    if media_type not in _ASSET_TYPES:
        raise InputError(
            f"{where} is of the type {media_type}", suggestion="Assets are JPEG or PNG"
        )
    return {
        "type": "image",
        "format": media_type.removeprefix("image/"),
        "data_base64": b64encode(content).decode(),
    }


def remote_image(where: str, image: Any) -> RemoteImage | None:
    """Return what to fetch for a URL; None for other images.

    Raises:
        InputError: It is not a valid URL, or evidently of a private address.
    """
    if not (isinstance(image, str) and is_http_url(image)):
        return None
    _check_remote(where, image)
    return RemoteImage(where, image, {}, _as_url)


def image_content(where: str, image: Any, quality: int = _PIL_QUALITY) -> bytes:
    """Return the bytes of an image that is not a URL.

    Raises:
        InputError: It is not an image of the accepted formats, or too large.
    """
    if is_array(image):
        image = image_of(image, where)
    if is_image(image):
        content = encode_jpeg(where, image, quality)
    else:
        content = _content_of(where, image, MAX_IMAGE_BYTES, _KINDS)
    check_image(where, content)
    return content


def inline_image(where: str, content: bytes) -> str:
    """Return an image as a data URL; raise `InputError` if it is too large, or not an image."""
    return f"data:{check_image(where, content)};base64,{b64encode(content).decode()}"


def check_image(where: str, content: bytes) -> str:
    """Return the media type of an image; raise `InputError` if it is too large, or not an image."""
    if len(content) > MAX_IMAGE_BYTES:
        raise _too_large(where, len(content), MAX_IMAGE_BYTES)
    media_type = sniff(content[:16])
    if media_type not in IMAGE_MIME_TYPES:
        found = f"of the type {media_type}" if media_type else "not an image"
        raise InputError(
            f"{where} is {found}: it begins with {short_repr(content[:8])}", suggestion=_FORMATS
        )
    return str(media_type)


def pdf_part(document: Any, detail: str | None) -> dict[str, Any]:
    """Return the part of a document: a path, a URL, a data URL, bytes or an open file.

    Raises:
        InputError: It is none of these, too large, or not a PDF.
    """
    where = "document"
    file: dict[str, Any] = {}
    if isinstance(document, (list, tuple)):
        raise InputTypeError(f"{where} must be one PDF, got {type_and_repr(document)}")
    if isinstance(document, str) and is_http_url(document):
        _check_remote(where, document)
        file["file_data"] = document  # the gateway fetches it
    else:
        content = _content_of(where, document, MAX_PDF_BYTES, "a path, a URL, bytes")
        if not content.startswith(b"%PDF"):
            raise InputError(
                f"{where} is not a PDF: it begins with {short_repr(content[:8])}",
                suggestion="Pass images as images=[...]",
            )
        if isinstance(document, os.PathLike) or _is_path(document):
            file["filename"] = os.path.basename(os.fspath(document))
        file["file_data"] = f"data:application/pdf;base64,{b64encode(content).decode()}"
    if detail is not None:
        file["detail"] = detail
    return {"type": "file", "file": file}


def _content_of(where: str, value: Any, limit: int, kinds: str) -> bytes:
    """Return the bytes of a path, a data URL, bytes or an open file, at most `limit` of them."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        content = bytes(value)
    elif isinstance(value, str) and value[:5].lower() == "data:":
        content = _decode(where, value)
    elif isinstance(value, (str, os.PathLike)):
        path = check_file(where, value)
        with file_errors(where, path), path.open("rb") as file:
            # No more than needed: a video may have been passed by mistake.
            content = file.read(limit + 1)
            if len(content) > limit:
                raise _too_large(where, os.fstat(file.fileno()).st_size, limit)
    else:
        content = read_open_file(where, value, kinds, limit + 1)
    if len(content) > limit:
        raise _too_large(where, len(content), limit)
    return content


def _is_path(value: Any) -> bool:
    return isinstance(value, str) and value[:5].lower() != "data:"


def _decode(where: str, url: str) -> bytes:
    head, _, payload = url.partition(",")
    if not head.lower().endswith(";base64"):
        raise InputError(
            f"{where} is a data URL that is not base64: {short_repr(head)}",
            suggestion="Write data:image/png;base64,... or pass bytes",
        )
    try:
        return b64decode("".join(payload.split()), validate=True)
    except ValueError as error:
        raise InputError(
            f"{where} is a data URL with invalid base64: {error}", suggestion="Pass bytes"
        ) from None


def _check_remote(where: str, url: str) -> None:
    if not is_fetchable_url(url):
        raise InputError(f"{where} is not a valid URL: {short_repr(url)}")
    if is_evidently_private(url) and not _allows_private():
        raise InputError(
            f"{where} is {short_repr(url)}, which is not a public address",
            suggestion=_PRIVATE_REMEDY,
        )


def _allows_private() -> bool:
    value = os.environ.get(ALLOW_PRIVATE_URLS_ENV, "")
    return value.strip().lower() not in ("", "0", "false", "no", "off")


def _too_large(where: str, size: int, limit: int) -> InputError:
    return InputError(
        f"{where} has {size} bytes, and at most {limit} are accepted", suggestion="Scale it down"
    )


def check_images(images: Any) -> list[Any]:
    """Return the images as a list.

    Raises:
        InputTypeError: It is a single image.
        InputError: There are more than 8.
    """
    if images is None:
        return []
    is_single = isinstance(images, (str, bytes, bytearray, memoryview, os.PathLike, Mapping))
    if is_single or is_image(images) or is_array(images) or not hasattr(images, "__iter__"):
        raise InputTypeError(
            f"images must be a list, got {type_and_repr(images)}", suggestion="Pass [image]"
        )
    found = list(images)
    if len(found) > MAX_IMAGES:
        raise InputError(
            f"images has {len(found)} images, and at most {MAX_IMAGES} are accepted",
            suggestion="Make several requests",
        )
    return found
