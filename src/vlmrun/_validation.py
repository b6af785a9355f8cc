"""Validation of single arguments, before any I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from vlmrun._messages import (
    closest,
    did_you_mean,
    how_to_pass,
    how_to_pass_scalar,
    short_repr,
    type_and_repr,
)
from vlmrun._warnings import warn_caller
from vlmrun.errors import InputError, InputTypeError

# Creating a client imports this module, so uuid and urllib are imported by the few checks that
# need them.
MAX_LIMIT = 1000

# About 30 years, which longer times are reduced to: locks, sockets and event loops have limits.
MAX_SECONDS = 1e9

# An int may be larger than any float.
_MAX_FLOAT = 1.7976931348623157e308

# Longer times are more likely milliseconds, or seconds since 1970.
_LONGEST_TIME, _LONGEST_ATTEMPT, _LONGEST_PAUSE = 30_000, 10_000, 3_600
_HOUR, _DAY = 3_600, 86_400

# Of counts and sizes without a limit of their own: what fits into 64 bits. None means no limit.
_MAX_COUNT = 2**63 - 1

# Of sizes in bytes, which have no practical limit.
MAX_SIZE = 2**63 - 1

# 0.89 for `world_gen` and `world-gen`, 0.71 for `video-gen` and `video`.
_LOOKS_MISSPELT = 0.85


def check_seconds(name: str, value: Any, longest: float = _LONGEST_TIME) -> float | None:
    """Return a duration in seconds, or None for no limit.

    Args:
        name: The argument.
        value: Its value.
        longest: The time in seconds above which milliseconds are suspected, and warned of. Whole
            days, and whole hours up to two days, are assumed to be meant.
    """
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        has_seconds = hasattr(value, "total_seconds")  # a timedelta
        raise InputTypeError(
            f"{name} must be seconds or None, got {short_repr(value)}",
            suggestion="Pass x.total_seconds()" if has_seconds else "Pass a number, such as 60",
        )
    if not 0 <= value <= _MAX_FLOAT:
        remedy = "Use None for no limit" if value > 0 else "Pass seconds, 0 or more"
        raise InputError(f"{name} cannot be {short_repr(value)}", suggestion=remedy)
    is_round = value % _DAY == 0 or (value <= 2 * _DAY and value % _HOUR == 0)
    if longest < value < MAX_SECONDS and not is_round:
        warn_caller(
            f"{name} is {value:.12g} seconds, which is {value / _HOUR:.1f} hours. If milliseconds "
            f"are meant, pass {name}={value / 1000:.12g}",
            UserWarning,
        )
    return min(float(value), MAX_SECONDS)


def check_pause(name: str, value: Any) -> float | None:
    """Return the seconds between two polls, or None for the default."""
    return check_seconds(name, value, _LONGEST_PAUSE)


def check_timeout(name: str, value: Any) -> float | None:
    """Return the timeout of a request: more than 0 seconds, or None for no limit.

    With 0, a request that costs money might be sent, and its response dropped.
    """
    seconds = check_seconds(name, value, _LONGEST_ATTEMPT)
    if seconds == 0:
        raise InputError(f"{name} must be above 0", suggestion="Use None for no limit")
    return seconds


def check_positive(name: str, value: Any) -> float:
    """Return a number greater than 0."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InputTypeError(
            f"{name} must be a number, got {short_repr(value)}",
            suggestion=how_to_pass_scalar(name, value, "float"),
        )
    if not 0 < value < float("inf"):
        raise InputError(f"{name} must be above 0, got {short_repr(value)}")
    try:
        return float(value)
    except OverflowError:
        raise InputError(f"{name} is too large: {short_repr(value)}") from None


def check_int(name: str, value: Any, low: int = 0, high: int | None = None) -> int:
    """Return an int from `low` to `high`, both included."""
    # bool is a subclass of int, and skip=True is a mistake.
    if isinstance(value, bool) or not isinstance(value, int):
        raise InputTypeError(
            f"{name} must be an int, got {short_repr(value)}",
            suggestion=how_to_pass_scalar(name, value, "int"),
        )
    if not low <= value <= (_MAX_COUNT if high is None else high):
        bounds = (
            f"{low} or more"
            if high in (None, MAX_SIZE) and value < low
            else f"{low} to {high or _MAX_COUNT}"
        )
        raise InputError(f"{name} must be {bounds}, got {short_repr(value)}")
    return value


def check_bool(name: str, value: Any) -> bool | None:
    """Return a bool, or None if the argument was not passed."""
    if value is not None and not isinstance(value, bool):
        raise InputTypeError(
            f"{name} must be a bool, got {short_repr(value)}",
            suggestion=how_to_pass_scalar(name, value, "bool"),
        )
    return value


def check_callable(name: str, value: Any) -> None:
    """Raise `InputTypeError` unless a value is None or can be called."""
    if not (value is None or callable(value)):
        raise InputTypeError(
            f"{name} must be a function, got {type_and_repr(value)}",
            suggestion=f"Pass {name}=print, for example",
        )


def check_str(name: str, value: Any) -> str:
    """Return a str that is not blank."""
    if not isinstance(value, str):
        raise InputTypeError(
            f"{name} must be a str, got {type_and_repr(value)}",
            suggestion=how_to_pass_scalar(name, value, "str"),
        )
    if not value.strip():
        raise InputError(f"{name} is empty", suggestion=f"Pass {name}='...', or leave it out")
    check_encodable(name, value)
    return value


def check_encodable(where: str, text: str) -> None:
    """Raise `InputError` for a text that UTF-8 cannot encode, and so cannot be sent."""
    if text.isascii():  # which takes no time, as that of images in base64 would
        return
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InputError(
            f"{where} contains a lone surrogate at index {error.start}, which UTF-8 cannot encode: "
            f"{short_repr(text[max(0, error.start - 20) :])}",
            suggestion="Decode its bytes with errors='replace'",
        ) from None


def check_id(name: str, value: Any) -> str:
    """Return an id that stays one segment of a URL's path.

    Raises:
        InputError: The id is empty or would change the URL; nothing was sent.
        InputTypeError: The id is neither a str nor a UUID.
    """
    if not isinstance(value, str):
        from uuid import UUID

        if isinstance(value, UUID):
            return str(value)
        raise InputTypeError(
            f"{name} must be a str, got {type_and_repr(value)}",
            suggestion=how_to_pass(name, value) or f"Pass {name}='...', as the service returned it",
        )
    if not value or value.isspace():
        raise InputError(f"{name} is empty", suggestion="Pass the id that the service returned")
    if value.replace("-", "").replace("_", "").isalnum():  # as the ids of the service
        return value
    from urllib.parse import unquote

    # Proxies may decode a path more than once, so "%252e%252e" is as dangerous as "..":
    # https://www.rfc-editor.org/rfc/rfc3986#section-5.2.4
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
            suggestion="Pass the bare id that the service returned",
        )
    return value


def is_http_url(value: str) -> bool:
    """Return whether a str begins like an http or https URL.

    URLs that the service fetches need no closer look here: it reports those it cannot use. URLs
    that this package fetches itself must pass `is_fetchable_url`.
    """
    # Schemes are case-insensitive: https://www.rfc-editor.org/rfc/rfc3986#section-3.1
    scheme, _, rest = value.partition("://")
    return scheme.lower() in ("https", "http") and bool(rest)


def warn_of_local_callback(url: Any, base_url: str) -> None:
    """Warn of a callback URL on this machine, which a service elsewhere cannot reach."""
    if isinstance(url, str) and is_this_machine(url) and not is_this_machine(base_url):
        warn_caller(
            f"callback_url is {short_repr(url.partition('?')[0])}, which the service cannot reach. "
            "Pass a public URL, such as that of a tunnel to this machine",
            UserWarning,
        )


def is_this_machine(url: str) -> bool:
    """Return whether a URL is one of this machine's own."""
    from urllib.parse import urlsplit

    try:
        host = urlsplit(url).hostname or ""
    except ValueError:  # an unfinished IPv6 address
        return False
    return host in ("localhost", "::1") or is_ipv4_loopback(host)


def is_encrypted_or_local(url: str, base_url: str) -> bool:
    """Return whether an http or https URL is https, or leads to this machine.

    Args:
        url: The URL.
        base_url: That of the client. If it is http itself, so may be other URLs of its host.
    """
    from urllib.parse import urlsplit

    if url[:6].lower() == "https:":
        return True
    try:
        host, own = urlsplit(url).hostname or "", urlsplit(base_url)
    except ValueError:  # an unfinished IPv6 address
        return False
    if own.scheme.lower() == "http" and host == own.hostname:
        return True
    return is_this_machine(url)


def is_ipv4_loopback(host: str) -> bool:
    """Return whether a host is an address of 127.0.0.0/8."""
    from ipaddress import AddressValueError, IPv4Address

    try:
        return IPv4Address(host).is_loopback
    except AddressValueError:
        return False


def is_fetchable_url(value: str) -> bool:
    """Return whether a str is a complete http or https URL: one that names a host."""
    from urllib.parse import urlsplit

    # urlsplit removes control characters and accepts blanks; httpx refuses or escapes them.
    if not is_http_url(value) or not value.isprintable() or " " in value:
        return False
    try:
        parts = urlsplit(value)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is not a number, or an unfinished IPv6 address
        return False


def check_url(name: str, value: Any, suggestion: str | None = None) -> str:
    """Return an http or https URL, as `is_http_url` recognizes it."""
    if not is_http_url(check_str(name, value)):
        raise InputError(
            f"{name} must start with http:// or https://, got {short_repr(value)}",
            suggestion=suggestion or "Pass a whole URL, such as 'https://example.com/path'",
        )
    return str(value)


def check_finite(name: str, value: Any) -> None:
    """Raise `InputError` for a number or a date that JSON cannot hold: NaN in any spelling.

    Args:
        name: The location of the value, for error messages.
        value: A float, a `Decimal`, or a date or time; pandas.NaT is one of these.
    """
    is_finite = getattr(value, "is_finite", None)  # of Decimal
    if isinstance(value, float):
        finite = float("-inf") < value < float("inf")
    elif callable(is_finite):
        finite = bool(is_finite())
    else:
        finite = bool(value == value)  # noqa: PLR0124 - no NaN equals itself
    if not finite:
        raise InputError(
            f"{name} is {value}, which is not valid JSON",
            suggestion="Leave it out, or pass None for a missing value",
        )


def check_choice(name: str, value: Any, known: Iterable[str]) -> str:
    """Return one of the known values."""
    values = list(known)
    if value not in values:
        raise InputError(f"{name} cannot be {short_repr(value)}.{did_you_mean(str(value), values)}")
    return str(value)


def check_open_choice(name: str, value: Any, known: Iterable[str]) -> str:
    """Return a value that is known, or new to this version; warn of one that looks misspelt.

    The service decides which values exist: a new one must not need a new version of this package.
    """
    values = list(known)
    if not isinstance(value, str):
        raise InputTypeError(
            f"{name} must be a str, got {type_and_repr(value)}",
            suggestion=how_to_pass(name, value) or f"Known: {', '.join(values)}",
        )
    # As a plain str, also if it is a member of an Enum, whose own `str()` depends on the version.
    text = str.__str__(check_str(name, value))
    if text not in values:
        similar = closest(text, values, _LOOKS_MISSPELT)
        if similar is not None:
            warn_caller(
                f"{name} is {text!r}, which this version does not know and sends as it is. "
                f"Did you mean {similar!r}?",
                UserWarning,
            )
    return text


def check_optional(check: Callable[..., Any], name: str, value: Any, *bounds: Any) -> Any:
    """Apply a check to a value, unless it is None."""
    return None if value is None else check(name, value, *bounds)


def check_exactly_one(**arguments: Any) -> str:
    """Return the name of the only argument that is not None."""
    passed = list(without_none(**arguments))
    if len(passed) != 1:
        got = " and ".join(passed) or "none"
        raise InputError(f"Pass exactly one of {', '.join(arguments)}; got {got}")
    return passed[0]


def check_paging(*, limit: int | None = None, **starts: int | None) -> dict[str, int]:
    """Return the paging arguments that were passed: `skip` or `offset`, and `limit`."""
    arguments = {name: check_int(name, value) for name, value in without_none(**starts).items()}
    if limit is not None:
        arguments["limit"] = check_int("limit", limit, 1, MAX_LIMIT)
    return arguments


def without_none(**arguments: Any) -> dict[str, Any]:
    """Return the arguments that are not None."""
    return {name: value for name, value in arguments.items() if value is not None}


def unsendable_request_error(error: Exception) -> InputError:
    """Return the error to raise for a request that cannot be encoded because of `error`."""
    reason = str(error)
    if isinstance(error, UnicodeEncodeError):
        part = error.object[error.start : error.end]
        if any("\ud800" <= character <= "\udfff" for character in part):
            reason = f"it contains a lone surrogate ({part!r}) and cannot be encoded as UTF-8"
    return InputError(f"The request cannot be sent: {reason}")
