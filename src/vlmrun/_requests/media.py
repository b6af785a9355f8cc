"""The media of a prediction, as callers pass them: images, or one file, or where they are."""

from __future__ import annotations

import os
from collections.abc import Sequence
from io import BytesIO
from pathlib import PurePath
from typing import Any, NamedTuple
from uuid import UUID

from vlmrun._files.media_types import sniff, suffix_for
from vlmrun._files.upload_source import Source, source_of
from vlmrun._images import image_url, is_image
from vlmrun._messages import type_and_repr
from vlmrun._validation import check_exactly_one, check_str, check_url, is_http_url
from vlmrun.errors import InputError, InputTypeError

_NOT_LOCAL = "Pass a local file as file=..., or as images=[...]"


class Images(NamedTuple):
    """The images of a request: where they are, or what is still to be encoded.

    Attributes:
        urls: Where the service shall fetch them.
        images: What to encode, each with what errors call it.
        file_id: An uploaded file, whose URL is still to be asked for.
    """

    urls: list[str]
    images: Sequence[tuple[str, Any]] = ()
    file_id: str | None = None

    def encoded(self) -> list[str]:
        """What is sent: URLs as they are, and images as JPEG data URLs.

        Raises:
            InputError: One cannot be read as an image; the message says which.
            DependencyError: The extra `images` is not installed.
        """
        if self.urls:
            return self.urls
        return [image_url(name, image) for name, image in self.images]


def images_of(images: Any, urls: Any, file: Any = None, file_id: Any = None) -> Images:
    """The images of a request, checked as far as they can be without reading them.

    Args:
        images: Images of PIL, paths, or bytes and open files; all of one kind.
        urls: URLs of images.
        file: One image in place of a list of one; a text as in `file_of`.
        file_id: The id of an uploaded image.

    Raises:
        InputError: None of them, or more than one, or one that is no image.
    """
    given = check_exactly_one(
        images=_several("images", images) or None,
        urls=_several("urls", urls) or None,
        file=_given(file),
        file_id=_given(file_id),
    )
    if given == "images":
        return Images([], _of_one_kind(images))
    if given == "urls":
        return Images([check_url("urls", url, _NOT_LOCAL) for url in urls])
    where = {"file_id": _id("file_id", file_id)} if given == "file_id" else _reference(file)
    if where is None:
        return Images([], [("file", file)])
    return Images([where["url"]]) if "url" in where else Images([], [], where["file_id"])


class MediaFile(NamedTuple):
    """The file of a request: what is still to be uploaded, or the field that says where it is."""

    source: Source | None
    field: dict[str, str]


def file_of(file: Any, url: Any, file_id: Any, filename: str | None = None) -> MediaFile:
    """The file of a request, checked before any I/O.

    Args:
        file: A path, bytes or an open file to upload; of a text, the id of an uploaded file where
            it has no suffix, a path where it has one, a URL where it begins like one.
        url: Where the service shall fetch it.
        file_id: The id of an uploaded file.
        filename: For bytes, or an open file without a name.

    Raises:
        InputError: None of the three, or more than one, or one that cannot be used.
        MissingFileError: A path that is not there.
    """
    given = check_exactly_one(file=_given(file), url=_given(url), file_id=_given(file_id))
    if given == "url":
        return MediaFile(None, {"url": check_url("url", url, _NOT_LOCAL)})
    where = {"file_id": _id("file_id", file_id)} if given == "file_id" else _reference(file)
    if where is not None:
        return MediaFile(None, where)
    if isinstance(file, (bytes, bytearray, memoryview)):
        file = BytesIO(file)
    if filename is None and not isinstance(file, (str, os.PathLike)):
        filename = _name_by_content(file)
    return MediaFile(source_of(file, filename), {})


def _reference(file: Any) -> dict[str, str] | None:
    """The field for a file that is elsewhere: by its URL or id; None for one that is here."""
    if isinstance(file, UUID):
        return {"file_id": str(file)}
    if not isinstance(file, str):
        return None
    if is_http_url(file):
        return {"url": file}
    if PurePath(file).suffix or set(file) & {"/", "\\"}:
        return None
    return {"file_id": check_str("file", file)}


def _id(name: str, value: Any) -> str:
    return str(value) if isinstance(value, UUID) else check_str(name, value)


def _given(value: Any) -> Any:
    """None for an empty text or bytes too: what names no file was not given."""
    return None if isinstance(value, (str, bytes)) and not value else value


def _several(name: str, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, (str, bytes)) or not isinstance(value, Sequence):
        raise InputTypeError(
            f"{name} must be a list, got {type_and_repr(value)}",
            suggestion=f"{name}=[...]",
        )
    return value


def _of_one_kind(images: Sequence[Any]) -> list[tuple[str, Any]]:
    named = [(f"images[{index}]", image) for index, image in enumerate(images)]
    check_one_kind("images", {_kind(name, image) for name, image in named})
    return named


def check_one_kind(name: str, kinds: set[str]) -> None:
    """Raise `InputError` if a list has values of several kinds."""
    if len(kinds) > 1:
        raise InputError(f"{name} must be of one kind, got {' and '.join(sorted(kinds))}")


def _kind(name: str, image: Any) -> str:
    if is_image(image):
        return "images of PIL"
    if isinstance(image, os.PathLike):
        return "paths"
    if isinstance(image, (bytes, bytearray, memoryview)) or hasattr(image, "read"):
        return "bytes or open files"
    raise InputTypeError(
        f"{name} must be an image of PIL, a Path, bytes or an open file, "
        f"got {type_and_repr(image)}",
        suggestion="Wrap a path in pathlib.Path; pass URLs as urls=[...]",
    )


def _name_by_content(file: Any) -> str | None:
    """A name for a file that has none, by what it begins with; None where that says nothing."""
    if isinstance(getattr(file, "name", None), str) or not hasattr(file, "read"):
        return None
    try:
        start = file.tell()
        head = file.read(16)
        file.seek(start)
    except (AttributeError, OSError, ValueError):
        return None
    media_type = sniff(head) if isinstance(head, bytes) else None
    # Not images: two bytes are enough for BMP, and plain text may begin with them by chance.
    if media_type != "application/pdf" and not (media_type or "").startswith(("audio/", "video/")):
        return None
    return f"file{suffix_for(media_type)}"
