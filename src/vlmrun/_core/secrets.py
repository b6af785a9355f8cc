"""Keeping the key out of reprs, logs and pickles."""

from __future__ import annotations

from typing import Any, NoReturn
from urllib.parse import unquote

from vlmrun._validation import check_str
from vlmrun.errors import APIError, InputTypeError

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


def check_secret(name: str, value: Any) -> str:
    """A text that is not empty, and that no message shows."""
    if not isinstance(value, str):
        raise InputTypeError(f"{name} must be a str, got {type(value).__name__}")
    return check_str(name, value)


def conceal(error: APIError, secret: str) -> None:
    """Take a secret of the request out of an error, should the service have repeated it."""
    for name, value in list(vars(error).items()):
        setattr(error, name, _without(value, secret))
    error.args = _without(error.args, secret)


def _without(value: Any, secret: str) -> Any:
    if isinstance(value, str):
        return value.replace(secret, "…")
    if isinstance(value, dict):
        return {key: _without(item, secret) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_without(item, secret) for item in value)
    return value


def without_query_values(content: bytes, url: str) -> bytes:
    """A body in which no value of a signed URL's query shows, should the storage repeat them."""
    for pair in url.partition("?")[2].split("&"):
        value = pair.partition("=")[2]
        for form in (value, unquote(value)):
            if len(form) >= _SHORTEST_HIDDEN:
                content = content.replace(form.encode(), "…".encode())
    return content
