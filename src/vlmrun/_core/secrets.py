"""Keeping the key out of reprs, logs and pickles."""

from __future__ import annotations

from typing import Any, NoReturn
from urllib.parse import unquote

_SHORTEST_HIDDEN = 8


class Secret:
    """A text that shows at most a few of its characters, and is never pickled.

    Example:
        >>> Secret("sk-0123456789abcdef")
        <secret sk-0…>
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself."""
        return self._text

    def __repr__(self) -> str:
        shown = self._text[:4] if len(self._text) >= 12 else ""
        return f"<secret {shown}…>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> NoReturn:
        raise TypeError("A client holds a key and cannot be pickled; make one where it is used")

    def __deepcopy__(self, memo: Any) -> Secret:
        return self


def without_query_values(content: bytes, url: str) -> bytes:
    """A body in which no value of a signed URL's query shows, should the storage repeat them."""
    for pair in url.partition("?")[2].split("&"):
        value = pair.partition("=")[2]
        for form in (value, unquote(value)):
            if len(form) >= _SHORTEST_HIDDEN:
                content = content.replace(form.encode(), "…".encode())
    return content
