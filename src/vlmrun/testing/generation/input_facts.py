"""Facts about inputs that need no model: digests, sizes, media types and page counts."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
from collections.abc import Callable
from typing import Any, BinaryIO

from vlmrun.testing.state.store import File

_URL_FIELDS = ("image_url", "video_url", "audio_url", "file_url", "document_url")
_PART_TYPES = frozenset(["text", "input_file", *_URL_FIELDS])
_JSON_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}
_PDF_SIGNATURE = b"%PDF-"


class InputInspector:
    """Collects facts about the inputs of an execution or the messages of a chat.

    Attributes:
        pages: The number of pages of all documents so far.
    """

    def __init__(
        self, find_by_id: Callable[[str], File], find_by_url: Callable[[str], File | None]
    ) -> None:
        self._find_by_id = find_by_id
        self._find_by_url = find_by_url
        self.pages = 0

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
                return self.url(holder["url"])
        return {"kind": "part", "type": part["type"], "note": "has neither a file nor a URL"}

    def file(self, id: str) -> dict[str, Any]:
        """Return the facts about an uploaded file.

        Raises:
            HTTPException: 404, there is no file with this id.
        """
        return self._file(self._find_by_id(id))

    def url(self, url: str) -> dict[str, Any]:
        """Return the facts about a data URL or a file of this server; nothing is fetched."""
        if url.startswith("data:"):
            return self._data(url)
        file = self._find_by_url(url)
        if file is not None:
            return self._file(file)
        return {"kind": "url", "url": url, "note": "not fetched"}

    def _file(self, file: File) -> dict[str, Any]:
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
        if content.read(0, len(_PDF_SIGNATURE)) == _PDF_SIGNATURE:
            facts |= self._pages(content.open())
        return facts

    def _data(self, url: str) -> dict[str, Any]:
        head, _, text = url.removeprefix("data:").partition(",")
        try:
            data = base64.b64decode(text, validate=True) if head.endswith(";base64") else b""
        except binascii.Error:
            data = b""
        if not data:
            return {"kind": "data", "media_type": head, "note": "not base64, or empty"}
        facts = {
            "kind": "data",
            "media_type": head.removesuffix(";base64"),
            "bytes": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
        }
        return facts | self._pages(io.BytesIO(data)) if data.startswith(_PDF_SIGNATURE) else facts

    def _pages(self, file: BinaryIO) -> dict[str, Any]:
        with file:
            pages = count_pages(file)
        if pages is None:
            return {"pages": None, "note": "the PDF cannot be read"}
        self.pages += pages
        return {"pages": pages}


def count_pages(file: BinaryIO) -> int | None:
    """Return the number of pages of a PDF, or None if it is corrupt or encrypted."""
    # Imported here: it takes longer than the rest of the server together.
    import pypdf

    try:
        return len(pypdf.PdfReader(file).pages)
    except Exception:  # pypdf raises many kinds of errors for corrupt files
        return None


def _json_type(value: Any) -> str:
    return "null" if value is None else _JSON_TYPES[type(value)]
