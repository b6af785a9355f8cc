"""Checks of single arguments, before any I/O."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from vlmrun._messages import did_you_mean, short_repr
from vlmrun.errors import InputError, InputTypeError, MissingFileError

# What only single checks need is imported by them: every client that is made imports this module.
if TYPE_CHECKING:
    from pathlib import Path

MAX_LIMIT = 1000


def check_seconds(name: str, value: Any) -> float | None:
    """A time in seconds, or None for no bound."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InputTypeError(f"{name} must be seconds or None, got {short_repr(value)}")
    if not 0 <= value < float("inf"):
        remedy = "Use None for no bound" if value == float("inf") else "Give seconds, 0 or more"
        raise InputError(f"{name} cannot be {value}", suggestion=remedy)
    return float(value)


def check_positive(name: str, value: Any) -> float:
    """A number above 0."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InputTypeError(f"{name} must be a number, got {short_repr(value)}")
    if not 0 < value < float("inf"):
        raise InputError(f"{name} must be above 0, got {value}")
    return float(value)


def check_whole(name: str, value: Any, low: int = 0, high: int | None = None) -> int:
    """A whole number from `low` to `high`."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise InputTypeError(f"{name} must be a whole number, got {short_repr(value)}")
    if value < low or (high is not None and value > high):
        bounds = f"{low} to {high}" if high is not None else f"{low} or more"
        raise InputError(f"{name} must be {bounds}, got {value}")
    return value


def paging(*, limit: int | None = None, **starts: int | None) -> dict[str, int]:
    """The paging arguments that were given (`skip` or `offset`, `limit`), checked."""
    given = {name: check_whole(name, value) for name, value in starts.items() if value is not None}
    if limit is not None:
        given["limit"] = check_whole("limit", limit, 1, MAX_LIMIT)
    return given


def check_id(name: str, value: Any) -> str:
    """An id that can stand in a URL's path and stays one segment of it.

    Raises:
        InputError: It is empty, or would change the URL; nothing was sent.
        InputTypeError: It is not text.
    """
    from urllib.parse import unquote

    if not isinstance(value, str):
        from uuid import UUID

        if isinstance(value, UUID):
            return str(value)
        raise InputTypeError(f"{name} must be text, got {type(value).__name__} {short_repr(value)}")
    if not value or value.isspace():
        raise InputError(f"{name} is empty", suggestion="Pass the id that the service gave")
    decoded = unquote(value)
    while decoded != (further := unquote(decoded)):
        decoded = further
    if (
        decoded.strip() in (".", "..")
        or any(mark in decoded for mark in "/\\?#")
        or not decoded.isprintable()
    ):
        raise InputError(
            f"{name} cannot be {short_repr(value)}: it would change the URL",
            suggestion="Pass the bare id that the service gave",
        )
    return value


def check_text(name: str, value: Any) -> str:
    """A text that is not empty."""
    if not isinstance(value, str):
        raise InputTypeError(f"{name} must be text, got {type(value).__name__} {short_repr(value)}")
    if not value.strip():
        raise InputError(f"{name} is empty")
    return value


def check_url(name: str, value: Any, suggestion: str | None = None) -> str:
    """A text that starts as a URL of the web does."""
    scheme, _, rest = check_text(name, value).partition("://")
    if scheme.lower() not in ("https", "http") or not rest:
        raise InputError(
            f"{name} must start with http:// or https://, got {short_repr(value)}",
            suggestion=suggestion,
        )
    return str(value)


def optional(check: Callable[..., Any], name: str, value: Any, *bounds: Any) -> Any:
    """What a check makes of a value, or None for what was not given."""
    return None if value is None else check(name, value, *bounds)


def unsendable(error: Exception) -> InputError:
    """The error for a request that cannot be written, as the cause of which `error` was raised."""
    reason = str(error)
    if isinstance(error, UnicodeEncodeError):
        half = error.object[error.start : error.end]
        reason = f"{half!r} is half a character, which no text can hold"
    return InputError(f"The request cannot be sent: {reason}")


def check_flag(name: str, value: Any) -> bool | None:
    """True or False, or None for what was not given."""
    if value is not None and not isinstance(value, bool):
        raise InputTypeError(f"{name} must be True or False, got {short_repr(value)}")
    return value


def given(**arguments: Any) -> dict[str, Any]:
    """The arguments that were given: all that are not None."""
    return {name: value for name, value in arguments.items() if value is not None}


def check_choice(name: str, value: Any, known: Iterable[str]) -> str:
    """One of the known words."""
    words = list(known)
    if value not in words:
        raise InputError(f"{name} cannot be {short_repr(value)}.{did_you_mean(str(value), words)}")
    return str(value)


def check_exactly_one(**values: Any) -> str:
    """The name of the one argument that is not None."""
    given = [name for name, value in values.items() if value is not None]
    if len(given) != 1:
        got = " and ".join(given) or "none"
        raise InputError(f"Give exactly one of {', '.join(values)}; got {got}")
    return given[0]


def check_file(name: str, value: Any) -> Path:
    """A path to a file that is there."""
    from pathlib import Path

    path = Path(os.fspath(value)).expanduser()
    if not path.exists():
        raise MissingFileError(f"{name}: no such file: {path}", suggestion="Check the path")
    if not path.is_file():
        raise InputError(f"{name}: not a file: {path}", suggestion="Pass the path of a file")
    return path
