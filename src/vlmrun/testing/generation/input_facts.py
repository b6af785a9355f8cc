"""Facts about inputs that need no model: digests, sizes, media types and page counts."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
from collections.abc import Callable
from typing import Any, BinaryIO

from vlmrun.testing.generation.file_contents import UnreadableFile, facts_of_content
from vlmrun.testing.state.store import File

_URL_FIELDS = ("image_url", "video_url", "audio_url", "file_url", "document_url")
_PART_TYPES = frozenset(["text", "input_file", *_URL_FIELDS])
_JSON_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}


class InputInspector:
    """Collects facts about the inputs of an execution or the messages of a chat.

    Attributes:
        pages: The number of pages of all documents so far.
        problems: A sentence about each file that cannot be read.
    """

    def __init__(
        self, find_by_id: Callable[[str], File], find_by_url: Callable[[str], File | None]
    ) -> None:
        self._find_by_id = find_by_id
        self._find_by_url = find_by_url
        self.pages = 0
        self.problems: list[str] = []

    def facts(self, value: Any) -> Any:
        """Return the facts about one input: a typed part, or plain JSON.

        Raises:
            HTTPException: 404, the file_id of a part does not exist.
        """
        if isinstance(value, dict):
            if value.get("type") in _PART_TYPES:
                return self._part(value)
            return {key: self.facts(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.facts(inner) for inner in value]
        return {"kind": "json", "type": _json_type(value), "value": value}

    def _part(self, part: dict[str, Any]) -> dict[str, Any]:
        if part.get("file_id"):
            return self.file(part["file_id"])
        if part["type"] == "text":
            text = str(part.get("text") or "")
            digest = hashlib.sha256(text.encode()).hexdigest()
            return {"kind": "text", "characters": len(text), "sha256": digest}
        for field in _URL_FIELDS:
            holder = part.get(field)
            if isinstance(holder, dict) and isinstance(holder.get("url"), str):
                return self.url(holder["url"], is_image=field == "image_url")
        return {"kind": "part", "type": part["type"], "note": "has neither a file nor a URL"}

    def file(self, id: str) -> dict[str, Any]:
        """Return the facts about an uploaded file.

        Raises:
            HTTPException: 404, there is no file with this id.
        """
        return self._file(self._find_by_id(id))

    def url(self, url: str, *, is_image: bool = False) -> dict[str, Any]:
        """Return the facts about a data URL or a file of this server; nothing is fetched."""
        if url.startswith("data:"):
            media_type = url[len("data:") :].partition(",")[0].removesuffix(";base64")
            name = f"The data URL of {media_type or 'an unknown media type'}"
            content = content_of_data_url(url)
            if not content:
                self.problems.append(f"{name} is not base64, or empty")
                return {"kind": "data", "media_type": media_type, "note": self.problems[-1]}
            return self.data(name, content, media_type, is_image)
        file = self._find_by_url(url)
        if file is not None:
            return self._file(file, is_image)
        return {"kind": "url", "url": url, "note": "not fetched"}

    def _file(self, file: File, is_image: bool = False) -> dict[str, Any]:
        content = file.content
        assert content is not None
        facts = {
            "kind": "file",
            "file_id": file.id,
            "filename": file.filename,
            "media_type": file.media_type,
            "bytes": content.size,
            "sha256": content.sha256,
        }
        name = f"The file {file.filename!r}"
        return facts | self._content(content.open(), name, file.media_type, is_image)

    def data(
        self, name: str, data: bytes, media_type: str, is_image: bool = False
    ) -> dict[str, Any]:
        """Return the facts about content without a file; `name` begins sentences about it."""
        facts = {
            "kind": "data",
            "media_type": media_type,
            "bytes": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
        }
        return facts | self._content(io.BytesIO(data), name, media_type, is_image)

    def _content(
        self, file: BinaryIO, name: str, media_type: str, is_image: bool
    ) -> dict[str, Any]:
        try:
            with file:
                facts = facts_of_content(file, name, media_type, must_be_image=is_image)
        except UnreadableFile as error:
            self.problems.append(str(error))
            return {**error.facts, "note": str(error)}
        self.pages += facts.get("pages", 0)
        return facts


def content_of_data_url(url: str) -> bytes:
    """Return the content of a data URL; none if it is not base64."""
    head, _, text = url.partition(",")
    try:
        return base64.b64decode(text, validate=True) if head.endswith(";base64") else b""
    except binascii.Error:
        return b""


def _json_type(value: Any) -> str:
    return "null" if value is None else _JSON_TYPES[type(value)]
