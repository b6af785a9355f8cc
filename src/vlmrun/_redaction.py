"""Removing secrets from what errors and logs show: API keys, and the queries of signed URLs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

# Replacing shorter values, such as a version or a flag, would only garble the text.
MIN_HIDDEN = 8

# Levels of nested JSON to keep in an error. Deeper ones could not be pickled or printed.
_MAX_DEPTH = 50

_MARK = "…"


def redact(value: Any, secrets: Iterable[str] = ()) -> Any:
    """Return a copy of JSON in which no str has a secret, or the query of a URL.

    The query of a URL may be a signature, which gives access to the data of a document. It is
    removed whatever its parameters are called, because each storage has names of its own.

    Args:
        value: JSON, or a str, or a tuple.
        secrets: Values to remove wherever they occur, such as the API key of the request.
    """
    return _redacted(value, [each for each in secrets if each], _MAX_DEPTH)


def _redacted(value: Any, secrets: list[str], depth: int) -> Any:
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, _MARK)
        return _without_queries(value) if "?" in value or "@" in value else value
    if not isinstance(value, (dict, list, tuple)):
        return value
    if depth == 0:
        return _MARK
    if isinstance(value, dict):
        return {
            _redacted(key, secrets, depth): _redacted(item, secrets, depth - 1)
            for key, item in value.items()
        }
    items = [_redacted(item, secrets, depth - 1) for item in value]
    return tuple(items) if isinstance(value, tuple) else items


def _without_queries(text: str) -> str:
    # Imported late: creating a client imports this module.
    import re

    # JSON may escape the slashes of a URL, and a URL ends where JSON, HTML or a sentence goes on.
    credentials = re.sub(r"(?i)([a-z][a-z0-9+.-]*:(?:\\?/){2})[^\s\"'<>\\/?#@]+@", r"\1…@", text)
    return re.sub(
        r"(?i)([a-z][a-z0-9+.-]*:(?:\\?/){2}[^\s\"'<>?]*)\?[^\s\"'<>]*", r"\1?…", credentials
    )


def without_data(text: str) -> str:
    """Return a str without the content of `data:` URLs, which is that of documents."""
    if "data:" not in text.lower():
        return text
    import re

    # JSON may escape the slash of the media type. A message may have cut the URL off anywhere.
    return re.sub(r"(?i)\b(data:[a-z0-9.+-]*(?:\\?/)?[^,\s\"'<>]{0,200},)[^\s\"'<>]+", r"\1…", text)


def query_values(query: str) -> list[str]:
    """Return the values in the query of a signed URL, which a storage may repeat in an error."""
    from urllib.parse import unquote

    values = [pair.partition("=")[2] for pair in query.split("&")]
    forms = {form for value in values for form in (value, unquote(value))}
    return [form for form in forms if len(form) >= MIN_HIDDEN]
