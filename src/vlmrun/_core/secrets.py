"""Keeping secrets out of reprs, logs, errors and pickles."""

from __future__ import annotations

from typing import Any, NoReturn

from vlmrun._redaction import redact
from vlmrun._validation import check_str
from vlmrun.errors import APIError, InputTypeError


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

    def __bool__(self) -> bool:
        return bool(self._text)

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


def hide_secret(value: Any) -> Any:
    """Return a str as a `Secret`, which tools that show local variables do not show."""
    return Secret(value) if isinstance(value, str) else value


def check_secret(name: str, value: Any) -> str:
    """Return a str that is not empty; no error message shows it."""
    if not isinstance(value, str):
        raise InputTypeError(f"{name} must be a str, got {type(value).__name__}")
    return check_str(name, value)


def conceal(error: APIError, secret: str) -> None:
    """Remove a secret of the request from an error: the service may have repeated it."""
    for name, value in list(vars(error).items()):
        setattr(error, name, redact(value, [secret]))
    error.args = redact(error.args, [secret])
