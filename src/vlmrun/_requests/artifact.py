"""Artifacts: what is asked for, and what becomes of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from vlmrun._files.media_types import sniff, suffix_for
from vlmrun._files.safe_names import name_or_digest, safe_name, short_digest
from vlmrun._validation import check_exactly_one, check_id, check_str, is_fetchable_url
from vlmrun.constants import folder
from vlmrun.errors import InputError, ResponseDecodeError
from vlmrun.types.artifacts import ArtifactListItem
from vlmrun.types.refs import ArrayRef, ArtifactRef, ImageRef, UrlRef, ref_for

# A URL of storage, signed, has at most some thousand characters.
LONGEST_LINK = 64 * 1024
_SUFFIXES = {"vid": ".mp4", "aud": ".mp3", "doc": ".pdf", "recon": ".spz"}


class Wanted(NamedTuple):
    """An artifact that is asked for.

    Attributes:
        query: What names it in the request.
        namespace: The id of its session or execution.
        ref: What its id says of it; None where it is asked for by name.
        filename: Its name in the workspace, if known.
    """

    query: dict[str, str]
    namespace: str
    ref: ArtifactRef | None
    filename: str | None

    @property
    def is_image(self) -> bool:
        """Whether it is an image."""
        return isinstance(self.ref, ImageRef)

    @property
    def is_link(self) -> bool:
        """Whether it is a text with the URL at which the artifact itself is."""
        return isinstance(self.ref, UrlRef)

    @property
    def is_bytes(self) -> bool:
        """Whether nobody knows what its bytes mean."""
        return self.ref is None or isinstance(self.ref, ArrayRef)

    @property
    def cache(self) -> Path:
        """The folder that it is stored in where no other is given."""
        place = folder("VLMRUN_ARTIFACTS_CACHE_DIR", create=False) / name_or_digest(self.namespace)
        return place / short_digest(str(self.filename)) if self.ref is None else place

    def name(self, head: bytes, url: str | None) -> str:
        """What a file of it is called: by its name in the workspace, else by its id.

        Args:
            head: Its first bytes.
            url: Where it was, if it was a link.
        """
        id = "artifact" if self.ref is None else self.ref.id
        if self.filename is not None:
            return safe_name(self.filename, id)
        if url is not None:
            return id + (_suffix_in(url) or suffix_for(sniff(head)))
        return id + (_SUFFIXES.get(id.partition("_")[0]) or suffix_for(sniff(head)))


def namespace_query(session_id: Any, execution_id: Any) -> dict[str, str]:
    """The session or the execution, checked."""
    name = check_exactly_one(session_id=session_id, execution_id=execution_id)
    return {name: check_id(name, execution_id if session_id is None else session_id)}


def wanted_artifact(object_id: Any, session_id: Any, execution_id: Any, filename: Any) -> Wanted:
    """What the arguments ask for.

    Raises:
        InputError: Not exactly one id of each kind, or one that is the id of no artifact.
    """
    query = namespace_query(session_id, execution_id)
    (namespace,) = query.values()
    if check_exactly_one(object_id=object_id, filename=filename) == "object_id":
        ref = ref_for(object_id)
        return Wanted({**query, "object_id": ref.id}, namespace, ref, None)
    check_str("filename", filename)
    return Wanted({**query, "filename": filename}, namespace, None, filename)


def listed_artifact(item: ArtifactListItem, query: dict[str, str]) -> Wanted:
    """What an item of a list stands for.

    Raises:
        ResponseDecodeError: It has neither id nor name.
    """
    (namespace,) = query.values()
    filename = item.filename if isinstance(item.filename, str) and item.filename else None
    try:
        ref = ref_for(item.object_id)
    except InputError:
        ref = None
    if ref is not None:
        return Wanted({**query, "object_id": ref.id}, namespace, ref, filename)
    if filename is not None:
        return Wanted({**query, "filename": filename}, namespace, None, filename)
    if isinstance(item.object_id, str) and item.object_id:
        named = {**query, "object_id": item.object_id}
        return Wanted(named, namespace, None, item.object_id)
    raise ResponseDecodeError("A listed artifact has neither id nor name", raw=item.raw)


def link_in(content: bytes) -> str:
    """The URL that a `url_` artifact holds.

    Raises:
        ResponseDecodeError: It holds something else.
    """
    text = content.decode("utf-8", "replace").strip().strip('"')
    if not is_fetchable_url(text):
        raise ResponseDecodeError("The artifact holds no http or https URL", raw=content)
    return text


def _suffix_in(url: str) -> str:
    suffix = os.path.splitext(unquote(urlsplit(url).path))[1]
    is_plain = suffix[1:].isascii() and suffix[1:].isalnum() and len(suffix) <= 10
    return suffix.lower() if is_plain else ""
