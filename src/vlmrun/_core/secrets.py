"""Keeping secrets out of reprs, logs, errors and pickles."""

from __future__ import annotations

from typing import Any, NoReturn
from urllib.parse import unquote

from vlmrun._validation import check_str
from vlmrun.errors import APIError, InputTypeError

# Replacing shorter values, such as a version or a flag, would only garble the body.
_MIN_HIDDEN = 8


class Secret:
    """A str that shows at most four of its characters, and cannot be pickled.

    Example:
        >>> Secret("sk-0123456789abcdef")
        <secret sk-0…>
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the str itself."""
        return self._text

    def __repr__(self) -> str:
        shown = self._text[:4] if len(self._text) >= 12 else ""
        return f"<secret {shown}…>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> NoReturn:
        raise TypeError("A client holds a key and cannot be pickled; create one where it is used")

    def __deepcopy__(self, memo: Any) -> Secret:
        return self


def check_secret(name: str, value: Any) -> str:
    """Return a str that is not empty; no error message shows it."""
    if not isinstance(value, str):
        raise InputTypeError(f"{name} must be a str, got {type(value).__name__}")
    return check_str(name, value)


def conceal(error: APIError, secret: str) -> None:
    """Remove a secret of the request from an error: the service may have repeated it."""
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


def without_query_values(content: bytes, query: str) -> bytes:
    """Return a body without the values of a signed URL's query, which a storage may repeat."""
    for pair in query.split("&"):
        value = pair.partition("=")[2]
        for form in (value, unquote(value)):
            if len(form) >= _MIN_HIDDEN:
                content = content.replace(form.encode(), "…".encode())
    return content
