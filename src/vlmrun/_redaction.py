"""Removing secrets from what errors and logs show: API keys, and the queries of signed URLs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

# Replacing shorter values, such as a version or a flag, would only garble the text.
MIN_HIDDEN = 8

# Levels of nested JSON to keep in an error. Deeper ones could not be pickled or printed.
_MAX_DEPTH = 50

_MARK = "…"


class HiddenURL(str):
    """A str with a URL whose query is a secret, which tools that show local variables do not show.

    The str itself is the whole URL.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(redact(str(self)))


def redact(value: Any, secrets: Iterable[str] = ()) -> Any:
    """Return a copy of JSON in which no str has a secret, or the query of a URL.

    The query of a URL may be a signature, which gives access to the data of a document. It is
    removed whatever its parameters are called, because each storage has names of its own.

    Args:
        value: JSON, or a str, bytes or a tuple.
        secrets: Values to remove wherever they occur, such as the API key of the request.
    """
    return _redacted(value, [each for each in secrets if each], _MAX_DEPTH)


def _redacted(value: Any, secrets: list[str], depth: int) -> Any:
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, _MARK)
        return _without_queries(value) if any(mark in value for mark in "?@#%") else value
    if isinstance(value, bytes):
        return str.encode(_redacted(value.decode("latin-1"), secrets, depth), "latin-1", "replace")
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
    text = re.sub(r"(:(?:\\?/){2})[^\s\"'<>\\/?#@]+@", r"\1…@", text)
    # Word by word: one expression for all of it takes quadratic time for the words of an attacker.
    # Only words that may have a query: a call for each word of a large response takes seconds.
    words = r"(?<![^\s\"'<>])[^\s\"'<>?#%]*[?#%][^\s\"'<>]*"
    return re.sub(words, lambda match: _without_query(match[0]), text)


def _without_query(word: str) -> str:
    """Return a word without the query, or the token in a fragment, of a URL in it."""
    if "://" in word or ":\\/\\/" in word:
        url, mark, query = word.partition("?")
        page, _, fragment = url.partition("#")
        if "=" in fragment:
            return f"{page}#{_MARK}"
        return f"{url}?{_MARK}" if mark else word
    url, mark, query = word.partition("?") if "?" in word else word.partition("#")
    # A URL without a host, as in headers; its path may follow other characters, as in url=/path?x
    path = url[max(map(url.rfind, "(=;,")) + 1 :]
    if "=" in query and (not path or path.startswith(("/", "\\/"))):
        return f"{url}{mark}{_MARK}"
    # A URL that is itself a value in a query.
    encoded = word.lower()
    end = encoded.find("%3f", encoded.find("%3a%2f%2f"))
    return f"{word[:end]}%3F{_MARK}" if "%3a%2f%2f" in encoded and end > 0 else word


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
