"""Requests for artifacts, and the names of the files they are stored in."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from vlmrun._files.media_types import sniff, suffix_for
from vlmrun._files.paths import package_folder
from vlmrun._files.progress import Progress
from vlmrun._files.safe_names import name_or_digest, safe_name, short_digest
from vlmrun._redaction import HiddenURL
from vlmrun._validation import (
    check_bool,
    check_exactly_one,
    check_id,
    check_int,
    check_optional,
    check_seconds,
    check_str,
    is_fetchable_url,
)
from vlmrun.errors import InputError, ResponseDecodeError
from vlmrun.types.artifacts import ArtifactListItem
from vlmrun.types.refs import ArrayRef, ArtifactRef, ImageRef, UrlRef, ref_for

# Signed storage URLs have up to a few thousand characters; anything larger is not a URL.
MAX_LINK_SIZE = 64 * 1024
# The URL may lead to something without an end.
MAX_LINKED_SIZE = 1024**3
# Seconds. The service stores some artifacts shortly after the response that refers to them.
DEFAULT_ARTIFACT_WAIT = 5.0
_SUFFIXES = {"vid": ".mp4", "aud": ".mp3", "doc": ".pdf", "recon": ".spz"}


class DownloadLimits(NamedTuple):
    """The limits of a download; `client.artifacts.get` documents each of them."""

    wait_timeout: float
    max_bytes: int | None
    allow_private: bool
    progress: Progress = Progress(None)

    @classmethod
    def check(
        cls, wait_timeout: Any, max_bytes: Any, allow_private: Any, on_progress: Any = None
    ) -> DownloadLimits:
        """Return the limits of a call, checked.

        Raises:
            InputError: One of them is out of range.
        """
        return cls(
            check_seconds("wait_timeout", wait_timeout) or 0.0,
            check_optional(check_int, "max_bytes", max_bytes, 1),
            bool(check_bool("allow_private", allow_private)),
            Progress.check(on_progress),
        )


class ArtifactRequest(NamedTuple):
    """A request for one artifact.

    Attributes:
        query: The query of the request.
        namespace: The id of the artifact's session or execution.
        ref: The reference of its id; None if it is requested by file name.
        filename: Its file name in the agent's workspace, if known.
    """

    query: dict[str, str]
    namespace: str
    ref: ArtifactRef | None
    filename: str | None

    @property
    def is_image(self) -> bool:
        """Whether the artifact is an image."""
        return isinstance(self.ref, ImageRef)

    @property
    def is_link(self) -> bool:
        """Whether the response is only a URL, from which the artifact is downloaded."""
        return isinstance(self.ref, UrlRef)

    @property
    def is_bytes(self) -> bool:
        """Whether the format is unknown, so that only bytes can be returned."""
        return self.ref is None or isinstance(self.ref, ArrayRef)

    @property
    def cache(self) -> Path:
        """The folder that it is stored in by default."""
        cache = package_folder("VLMRUN_ARTIFACTS_CACHE_DIR") / name_or_digest(self.namespace)
        return cache / short_digest(str(self.filename)) if self.ref is None else cache

    def file_name(self, head: bytes, url: str | None) -> str:
        """Return a safe file name: from its name in the workspace, else from its id.

        Args:
            head: The first bytes of the content.
            url: The URL it was downloaded from, for a link.
        """
        id = "artifact" if self.ref is None else self.ref.id
        if self.filename is not None:
            return safe_name(self.filename, id)
        if url is not None:
            return id + (_suffix_in(url) or suffix_for(sniff(head)))
        return id + (_SUFFIXES.get(id.partition("_")[0]) or suffix_for(sniff(head)))


def namespace_query(session_id: Any, execution_id: Any) -> dict[str, str]:
    """Return the query for the artifacts of a session or an execution."""
    name = check_exactly_one(session_id=session_id, execution_id=execution_id)
    return {name: check_id(name, execution_id if session_id is None else session_id)}


def artifact_request(
    object_id: Any, session_id: Any, execution_id: Any, filename: Any
) -> ArtifactRequest:
    """Return the request for the arguments of a call.

    Raises:
        InputError: Not exactly one id of each kind, or not a valid id.
    """
    query = namespace_query(session_id, execution_id)
    (namespace,) = query.values()
    if check_exactly_one(object_id=object_id, filename=filename) == "object_id":
        ref = ref_for(object_id)
        return ArtifactRequest({**query, "object_id": ref.id}, namespace, ref, None)
    check_str("filename", filename)
    return ArtifactRequest({**query, "filename": filename}, namespace, None, filename)


def request_for_item(item: ArtifactListItem, query: dict[str, str]) -> ArtifactRequest:
    """Return the request for an item of a list, which comes from the service and may be malformed.

    Raises:
        ResponseDecodeError: The item has neither an id nor a file name.
    """
    (namespace,) = query.values()
    filename = item.filename if isinstance(item.filename, str) and item.filename else None
    # Items with ids of an unknown kind can still be downloaded by their file name.
    try:
        ref = ref_for(item.object_id)
    except InputError:
        ref = None
    if ref is not None:
        return ArtifactRequest({**query, "object_id": ref.id}, namespace, ref, filename)
    if filename is not None:
        return ArtifactRequest({**query, "filename": filename}, namespace, None, filename)
    if isinstance(item.object_id, str) and item.object_id:
        named = {**query, "object_id": item.object_id}
        return ArtifactRequest(named, namespace, None, item.object_id)
    raise ResponseDecodeError("A listed artifact has neither an id nor a file name", raw=item.raw)


def url_in(content: bytes) -> HiddenURL:
    """Return the URL in the content of a `url_` artifact.

    Raises:
        ResponseDecodeError: The content is not a URL.
    """
    # A text body by its documentation, but a JSON string would be as good.
    text = HiddenURL(content.decode("utf-8", "replace").strip().strip('"'))
    if is_fetchable_url(text):
        return text
    error = ResponseDecodeError("The artifact is not an http or https URL", raw=content)
    del content  # the frame of an error must not hold a signature
    raise error


def _suffix_in(url: str) -> str:
    suffix = os.path.splitext(unquote(urlsplit(url).path))[1]
    # The URL may come from a model's output, so its suffix must not smuggle in other characters.
    is_plain = suffix[1:].isascii() and suffix[1:].isalnum() and len(suffix) <= 10
    return suffix.lower() if is_plain else ""
