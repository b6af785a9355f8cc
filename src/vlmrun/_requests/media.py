"""The media of a prediction: images, or one file, or references to uploaded ones."""

from __future__ import annotations

import os
from collections.abc import Sequence
from enum import Enum
from io import BytesIO
from pathlib import PurePath
from typing import Any, NamedTuple
from uuid import UUID

from vlmrun._files.media_types import HEAD, media_type_of_name, sniff, suffix_for
from vlmrun._files.open_files import check_binary, lock_of
from vlmrun._files.upload_source import Source, source_of
from vlmrun._images import image_url, is_image
from vlmrun._messages import how_to_pass, short_repr, type_and_repr
from vlmrun._requests.pdf_parts import part_of_pdf
from vlmrun._validation import check_exactly_one, check_str, check_url, is_http_url
from vlmrun._warnings import warn_caller
from vlmrun.errors import InputError, InputTypeError
from vlmrun.types.files import FileResponse
from vlmrun.types.pdf_pages import PdfPages

_NAMED = "Pass a local file as file=..., and the domain as domain=..."
_NOT_LOCAL = "Pass a local file as file=..., or as images=[...]"


class Images(NamedTuple):
    """The images of a request; one of the attributes is set.

    Attributes:
        urls: The URLs that the service fetches them from.
        images: Images that are not encoded yet, each with its name in error messages.
        file_id: The id of an uploaded file, whose URL is not known yet.
    """

    urls: list[str]
    images: Sequence[tuple[str, Any]] = ()
    file_id: str | None = None

    def encoded(self) -> list[str]:
        """Return the images as they are sent: URLs unchanged, others as JPEG data URLs.

        Raises:
            InputError: One of them cannot be read as an image; the message has its name.
            DependencyError: The extra `images` is not installed.
        """
        if self.urls:
            return self.urls
        return [image_url(name, image) for name, image in self.images]


def images_of(images: Any, urls: Any, file: Any = None, file_id: Any = None) -> Images:
    """Check the images of a request without reading them.

    Args:
        images: PIL images, paths, or bytes and open files; all of the same kind.
        urls: URLs of images.
        file: One image instead of a list; a str as in `file_of`.
        file_id: The id of an uploaded image.

    Raises:
        InputError: Not exactly one of them was passed, or one is not an image.
    """
    passed = check_exactly_one(
        images=_several("images", images),
        urls=_several("urls", urls),
        file=_none_if_empty(file),
        file_id=_none_if_empty(file_id),
    )
    if passed == "images":
        return Images([], _of_one_kind(images))
    if passed == "urls":
        return Images([check_url("urls", url, _NOT_LOCAL) for url in urls])
    reference = {"file_id": _id("file_id", file_id)} if passed == "file_id" else reference_of(file)
    if reference is None:
        return Images([], [("file", file)])
    if "url" in reference:
        return Images([reference["url"]])
    return Images([], [], reference["file_id"])


def check_domain(value: Any) -> None:
    """Raise `InputTypeError` if a domain is neither None nor a str."""
    if value is not None and not isinstance(value, str):
        raise InputTypeError(
            f"domain must be a str, got {type_and_repr(value)}",
            suggestion=how_to_pass("domain", value)
            if isinstance(value, Enum)
            else "Pass a domain such as 'document.invoice'; images as images=[...]",
        )


class MediaFile(NamedTuple):
    """The file of a request.

    Attributes:
        source: The file to upload; None if it is not local.
        reference: Otherwise the field of the body that refers to it.
        name: The name of an uploaded file, if it is known.
    """

    source: Source | None
    reference: dict[str, str]
    name: str | None = None


# The media that each resource reads; a video has sound, and a GIF is a video.
_READS = {
    "document": ("document", "image"),
    "audio": ("audio", "video"),
    "video": ("video", "image"),
    "image": (),
}


def file_of(
    file: Any, url: Any, file_id: Any, filename: str | None = None, reader: str | None = None
) -> MediaFile:
    """Check the file of a request.

    Args:
        file: A path, bytes or an open file to upload. A str is a URL if it starts like one, a path
            if it has a suffix, otherwise the id of an uploaded file.
        url: The URL that the service fetches it from.
        file_id: The id of an uploaded file.
        filename: The name for bytes, or for an open file without a name.
        reader: The attribute of the client that reads it; a file of another kind is warned of.

    Raises:
        InputError: Not exactly one of the three was passed, or it is invalid.
        MissingFileError: A path does not exist.
    """
    # The second positional argument, which is often meant for the domain.
    if isinstance(url, os.PathLike):
        raise InputTypeError(f"url must be a str, got {type_and_repr(url)}", suggestion=_NAMED)
    if url:
        check_url("url", url, _NAMED)
    passed = check_exactly_one(
        file=_none_if_empty(file), url=_none_if_empty(url), file_id=_none_if_empty(file_id)
    )
    if passed == "url":
        return MediaFile(None, {"url": url})
    if isinstance(file, FileResponse):
        return MediaFile(None, {"file_id": _id("file", file.id)}, file.filename)
    reference = {"file_id": _id("file_id", file_id)} if passed == "file_id" else reference_of(file)
    if reference is not None:
        return MediaFile(None, reference)
    if isinstance(file, PdfPages):
        return MediaFile(part_of_pdf(file, "file"), {})
    # Uploads are retried, so they need something that can seek.
    if isinstance(file, (bytes, bytearray, memoryview)):
        file = BytesIO(file)
    is_path = isinstance(file, (str, os.PathLike))
    default_name = None if is_path else _name_by_content(file)
    source = source_of(file, filename, default_name=default_name)
    # Not by content alone, which has few formats.
    if reader is not None and (is_path or filename):
        _warn_of_other_medium(source.name, reader)
    return MediaFile(source, {})


def _warn_of_other_medium(name: str, reader: str) -> None:
    media_type = media_type_of_name(name)
    medium = "document" if media_type == "application/pdf" else media_type.partition("/")[0]
    if medium in _READS and medium not in _READS[reader]:
        warn_caller(
            f"file is {name!r} ({media_type}), which client.{reader} is not for. "
            f"Use client.{medium}.generate",
            UserWarning,
        )


def reference_of(file: Any) -> dict[str, str] | None:
    """Return the field that refers to a file by URL or id, or None for a local file."""
    if isinstance(file, UUID):
        return {"file_id": str(file)}
    if not isinstance(file, str):
        return None
    if is_http_url(file):
        return {"url": file}
    # A misspelled path, or the content itself, must be an error rather than be sent as an id.
    if PurePath(file).suffix or set(file) & {"/", "\\"} or len(file.split()) > 1:
        return None
    return {"file_id": check_str("file", file)}


def _id(name: str, value: Any) -> str:
    id = str(value) if isinstance(value, UUID) else check_str(name, value)
    if is_http_url(id):
        raise InputError(f"{name} is a URL, got {short_repr(id)}", suggestion="Pass it as url=...")
    return id


def _none_if_empty(value: Any) -> Any:
    # Form fields and environment variables that are not set often arrive as empty strings.
    return None if isinstance(value, str) and not value else value


def _several(name: str, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, (str, bytes)) or not isinstance(value, Sequence):
        raise InputTypeError(
            f"{name} must be a list, got {type_and_repr(value)}",
            suggestion=f"Pass {name}=[...]",
        )
    if not value:
        raise InputError(f"{name} is empty", suggestion=f"Pass at least one of {name}")
    return value


def _of_one_kind(images: Sequence[Any]) -> list[tuple[str, Any]]:
    named = [(f"images[{index}]", image) for index, image in enumerate(images)]
    check_one_kind("images", {_kind(name, image) for name, image in named})
    return named


def check_one_kind(name: str, kinds: set[str]) -> None:
    """Raise `InputError` if a list has values of different kinds."""
    if len(kinds) > 1:
        raise InputError(f"{name} must be of one kind, got {' and '.join(sorted(kinds))}")


def _kind(name: str, image: Any) -> str:
    if is_image(image):
        return "PIL images"
    if isinstance(image, os.PathLike):
        return "paths"
    if isinstance(image, (bytes, bytearray, memoryview)) or hasattr(image, "read"):
        return "bytes or open files"
    raise InputTypeError(
        f"{name} must be a PIL image, a Path, bytes or an open file, got {type_and_repr(image)}",
        suggestion="Pass PIL.Image.fromarray(array)"
        if hasattr(image, "shape")
        else "Wrap a path in pathlib.Path; pass URLs as urls=[...]",
    )


def _name_by_content(file: Any) -> str | None:
    """Return a file name for nameless content by its first bytes, or None if they are unknown.

    The service chooses how to read an upload by the suffix of its name.
    """
    if isinstance(getattr(file, "name", None), str):
        return None
    check_binary("file", file)
    try:
        with lock_of(file):
            start = file.tell()
            head = file.read(HEAD)
            file.seek(start)
    except Exception:  # the upload reports it
        return None
    media_type = sniff(head) if isinstance(head, bytes) else None
    # Not images: two bytes are enough for BMP, and plain text may begin with them by chance.
    if media_type != "application/pdf" and not (media_type or "").startswith(("audio/", "video/")):
        return None
    return f"file{suffix_for(media_type)}"
