"""The artifacts of results, as a report shows them: images, and names with types and sizes."""

from __future__ import annotations

import asyncio
import inspect
import os
import time
from collections.abc import Callable, Mapping
from functools import partial
from io import BytesIO
from typing import Any

from vlmrun._files.media_types import sniff
from vlmrun._files.paths import check_file, file_errors
from vlmrun._files.pdf_file import Resolution
from vlmrun._images import is_image
from vlmrun._messages import type_and_repr
from vlmrun._pictures.sources import open_pages
from vlmrun._report.items import THUMBNAIL_SIDE, Artifact
from vlmrun.errors import (
    ConfigurationError,
    DependencyError,
    InputError,
    InputTypeError,
    VLMRunError,
)
from vlmrun.types._origin import resource_of
from vlmrun.types.refs import refs_in

_KINDS = {
    "img": "image",
    "vid": "video",
    "aud": "audio",
    "doc": "document",
    "recon": "3D reconstruction",
    "url": "link",
    "arr": "array",
}

# For all artifacts of a report, so that one of many results ends soon and stays small.
_MOST = 60
_LARGEST = 10_000_000
_SECONDS = 30.0


class ReportArtifacts:
    """Returns the artifacts of results, which it downloads or which a caller has passed.

    Args:
        passed: Pictures by the ids of their artifacts; True downloads them by the client that a
            job is from; False only names them.

    Raises:
        InputTypeError: It is something else.
    """

    def __init__(self, passed: Mapping[str, Any] | bool) -> None:
        if not isinstance(passed, (bool, Mapping)):
            raise InputTypeError(
                f"artifacts must be True, False, or pictures by their ids, got "
                f"{type_and_repr(passed)}"
            )
        self._passed = passed if isinstance(passed, Mapping) else {}
        self._is_downloading = passed is True
        self._left = _MOST
        self._end = time.monotonic() + _SECONDS

    def of(self, job: Any, response: Any) -> list[Artifact]:
        """Return the artifacts that a response refers to."""
        ids = [ref.id for ref in refs_in(response)]
        missing = [id for id in ids if id not in self._passed]
        found = self._downloaded(job, missing) if self._is_downloading else {}
        return [self._artifact(id, found.get(id)) for id in ids]

    def _downloaded(self, job: Any, ids: list[str]) -> dict[str, bytes | str]:
        """Return contents by id, or why there are none."""
        resource = resource_of(job)
        wanted = ids[: self._left]
        seconds = self._end - time.monotonic()
        if resource is None or not wanted or seconds <= 0:
            return {}
        self._left -= len(wanted)
        options = {"deadline": seconds, "max_retries": 0}
        try:
            found = _contents(partial(resource._artifact_contents, job, wanted, _LARGEST, options))
        except VLMRunError as error:  # the client is closed, for example
            return dict.fromkeys(wanted, f"not downloaded: {error.message}")
        return {
            id: f"not downloaded: {each.message}" if isinstance(each, VLMRunError) else each
            for id, each in found.items()
        }

    def _artifact(self, id: str, found: bytes | str | None) -> Artifact:
        kind = _KINDS.get(id.partition("_")[0], "file")
        if id in self._passed:
            return _passed(id, kind, self._passed[id])
        if isinstance(found, bytes):
            return _downloaded(id, kind, found)
        return Artifact(id, None, kind if found is None else f"{kind}, {found}")


def _contents(download: Callable[[], Any]) -> dict[str, bytes | VLMRunError]:
    """Return the result of a call of a client; that of an async one runs in its own event loop."""
    if not inspect.iscoroutinefunction(download):
        found: dict[str, bytes | VLMRunError] = download()
        return found
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(download())
    raise ConfigurationError(
        "The event loop would be blocked; write the report by await asyncio.to_thread(...)"
    )


def _passed(id: str, kind: str, value: Any) -> Artifact:
    if value is None:
        return Artifact(id, None, kind)
    name = f"artifacts[{id!r}]"
    if isinstance(value, (str, os.PathLike)):
        path = check_file(name, value)
        with file_errors(name, path), path.open("rb") as file:
            about = _about(kind, file.read(16), os.fstat(file.fileno()).st_size)
    elif isinstance(value, (bytes, bytearray, memoryview)):
        about = _about(kind, bytes(value[:16]), len(value))
    else:
        about = kind
    # An image must be readable; other files have a picture only if they have pages.
    if kind == "image" or is_image(value) or about.startswith(("image/", "application/pdf")):
        return Artifact(id, value, about)
    return Artifact(id, None, about)


def _downloaded(id: str, kind: str, content: bytes) -> Artifact:
    about = _about(kind, content[:16], len(content))
    if kind not in ("image", "document"):
        return Artifact(id, None, about)
    try:
        return Artifact(id, _thumbnail(content), about)
    except (InputError, DependencyError):  # damaged, or the extra `pdf` is missing
        return Artifact(id, None, f"{about}, cannot be shown")


def _thumbnail(content: bytes) -> bytes:
    """Return a small picture of the first page, so that large contents are not held in memory."""
    with open_pages(
        content, resolution=Resolution(max_side=THUMBNAIL_SIDE), name="artifact"
    ) as pages:
        image = pages.image(0)
    image.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    buffer = BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def _about(kind: str, head: bytes, size: int) -> str:
    return f"{sniff(head) or kind}, {_size(size)}"


def _size(count: int) -> str:
    if count < 1000:
        return f"{count} bytes"
    return f"{count / 1000:.1f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"
