"""Inputs of the gateway's models: local files as data URLs, and URLs as they are."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vlmrun.cli.inputs import is_url
from vlmrun.cli.problems import UsageProblem

_DOCUMENTS = {
    "application/pdf": ".pdf",
    "application/msword": ".doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
_DOCUMENT_SUFFIXES = {suffix: media_type for media_type, suffix in _DOCUMENTS.items()}


def read_input(argument: str, value: str) -> tuple[bytes, Path]:
    """Return the content of a local file, and its path.

    Raises:
        UsageProblem: It cannot be read, or is empty.
    """
    path = Path(value).expanduser()
    if not path.exists():
        raise UsageProblem(f"{argument}: the file {path} does not exist")
    if path.is_dir():
        raise UsageProblem(f"{argument}: {path} is a folder", "Pass files")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageProblem(f"{argument}: {path} cannot be read: {error.strerror}") from None
    if not data:
        raise UsageProblem(f"{argument}: the file {path} is empty")
    return data, path


def media_part(value: str) -> dict[str, Any]:
    """Return the part of a message for a file or a URL; its type follows from the content.

    Raises:
        UsageProblem: The file cannot be read.
    """
    if is_url(value):
        from vlmrun.common.mime import mime_from_url

        url, media_type = value, mime_from_url(value)
    else:
        data, path = read_input("INPUT", value)
        media_type = _media_type(data, path)
        url = f"data:{media_type};base64,{base64.b64encode(data).decode()}"
    kind = _kind_of(media_type)
    return {"type": kind, kind: {"url": url}}


def media_parts(values: Sequence[str]) -> list[dict[str, Any]]:
    """Return the parts for several files and URLs, in their order."""
    return [media_part(value) for value in values]


def _media_type(data: bytes, path: Path) -> str:
    from vlmrun.common.mime import guess_mime, sniff_mime

    by_name = _DOCUMENT_SUFFIXES.get(path.suffix.lower())
    # Word documents are zips or OLE containers inside, which says little.
    is_container = not (sniff_mime(data) or "application/zip").startswith(
        ("image/", "video/", "audio/", "application/pdf")
    )
    return by_name if by_name and is_container else guess_mime(path, data)


def _kind_of(media_type: str) -> str:
    if media_type in _DOCUMENTS:
        return "document_url"
    major = media_type.partition("/")[0]
    return f"{major}_url" if major in ("image", "video") else "file_url"


def extra_fields(values: Sequence[str] | None) -> dict[str, Any]:
    """Return the fields of `--extra key=value`; values are JSON if they can be.

    Raises:
        UsageProblem: One has no key or no `=`.
    """
    import json

    fields: dict[str, Any] = {}
    for each in values or []:
        key, equals, value = each.partition("=")
        if not equals or not key.strip():
            raise UsageProblem(f"--extra cannot be {each!r}", "Pass key=value")
        try:
            fields[key.strip()] = json.loads(value)
        except ValueError:
            fields[key.strip()] = value
    return fields
