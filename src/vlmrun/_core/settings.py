"""The settings of a client, and the options of one call that override them."""

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from vlmrun._core.api_key import APIKey, key_from
from vlmrun._messages import did_you_mean, short_repr, type_and_repr
from vlmrun._validation import (
    check_bool,
    check_callable,
    check_int,
    check_seconds,
    check_timeout,
    is_http_url,
)
from vlmrun.constants import (
    DEFAULT_BASE_URL,
    DEFAULT_GATEWAY_URL,
    TYPESAFE_BASE_URL_ENV,
    VLMRUN_GATEWAY_BASE_URL_ENV,
    VLMRUN_GATEWAY_URL_ENV,
    gateway_base_url,
    systemone_base_url,
)
from vlmrun.errors import ConfigurationError, InputError, InputTypeError

if TYPE_CHECKING:
    from datetime import datetime

    from vlmrun._core.request_options import RequestOptions
    from vlmrun._core.telemetry import Telemetry
    from vlmrun.types.attempts import RetryEvent
else:
    # Annotations are evaluated: a named tuple compiles those that are str, and the first call of
    # `compile` takes a tenth of the time until there is a client.
    datetime = RequestOptions = Telemetry = RetryEvent = object

# Of deadlines: such a number is a point in time.
_SINCE_1970 = 1e9

# Seconds.
DEFAULT_TIMEOUT = 120.0
DEFAULT_MAX_RETRIES = 5

# Bytes of a response in memory: far more than a result has, and less than a small machine has.
DEFAULT_MAX_RESPONSE_SIZE = 256 * 1024 * 1024

# What copies of a client share, so that neither they nor single calls can change it.
OPTIONS_OF_CLIENTS = frozenset(
    {
        "aiohttp",
        "http_client",
        "keep_alive",
        "max_connections",
        "max_in_flight",
        "proxy",
        "rate_limit",
        "telemetry",
        "verify",
    }
)
# Headers that describe the connection or the body, which only the one who sends them knows.
_RESERVED_HEADERS = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "expect",
        "host",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "range",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)


class Settings(NamedTuple):
    """The settings of a client, all checked."""

    # A named tuple, since importing attrs would double the time it takes to create a client.

    api_key: APIKey | None
    base_url: str
    timeout: float | None
    deadline: float | datetime | None
    max_retries: int
    headers: Mapping[str, str]
    gateway_url: str | None = None
    on_retry: Callable[[RetryEvent], Any] | None = None
    telemetry: Telemetry | None = None
    max_response_size: int | None = DEFAULT_MAX_RESPONSE_SIZE

    def __repr__(self) -> str:
        return f"<settings for {self.base_url}>"

    def overridden(self, options: Mapping[str, Any] | None) -> "Settings":
        """Return these settings with the options of a call or of `with_options`."""
        if not options:
            return self
        checked = check_options(options)
        headers = {**self.headers, **checked.pop("headers", {})}
        return self._replace(**checked, headers=headers)

    def of_gateway(self) -> "Settings":
        """Return these settings with the gateway's base URL, from the argument or the environment.

        Raises:
            ConfigurationError: The URL is not valid.
        """
        url = self.gateway_url or gateway_base_url()
        names = (VLMRUN_GATEWAY_BASE_URL_ENV, VLMRUN_GATEWAY_URL_ENV)
        variables = [each for each in names if os.environ.get(each, "").strip()]
        is_argument = self.gateway_url or not variables
        name = "gateway_url" if is_argument else f"The environment variable {variables[0]}"
        return self._replace(base_url=_check_url(name, url, DEFAULT_GATEWAY_URL))

    def of_systemone(self) -> "Settings":
        """Return these settings with the base URL of System One, from the environment or derived.

        Raises:
            ConfigurationError: The URL is not valid.
        """
        own = _own_systemone_url()
        return self._replace(base_url=own or systemone_base_url(self.of_gateway().base_url))

    def of_decision_sessions(self) -> "Settings | None":
        """Return these settings with the base URL below which sessions of System One are opened.

        Returns:
            Those of the gateway; or if System One has a base URL of its own, those of the gateway
            at the same place, None if there can be none.

        Raises:
            ConfigurationError: The URL is not valid.
        """
        own = _own_systemone_url()
        if own is None:
            return self.of_gateway()
        root = own.removesuffix("/typesafe")
        return None if root == own else self._replace(base_url=root + path_of(DEFAULT_GATEWAY_URL))


def path_of(base_url: str) -> str:
    """Return the path of a base URL, such as "/v1"."""
    _, slash, path = base_url.partition("://")[2].partition("/")
    return slash + path


def _own_systemone_url() -> str | None:
    url = os.environ.get(TYPESAFE_BASE_URL_ENV)
    if not (url and url.strip()):
        return None
    return _check_url(TYPESAFE_BASE_URL_ENV, url, systemone_base_url(DEFAULT_GATEWAY_URL))


def check_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options, checked; an `InputError` names the first that is invalid."""
    if not isinstance(options, Mapping):
        raise InputTypeError(
            f"options must be a dict, got {type_and_repr(options)}",
            suggestion="Pass options={'timeout': 60}, for example",
        )
    for name in options:
        if name in OPTIONS_OF_CLIENTS:
            raise InputTypeError(
                f"{name} cannot be changed", suggestion="Pass it when the client is created"
            )
        if name not in OPTIONS_OF_CALLS:
            hint = did_you_mean(str(name), OPTIONS_OF_CALLS)
            raise InputTypeError(f"options has no key {short_repr(name)}.{hint}")
    return {name: OPTIONS_OF_CALLS[name](name, value) for name, value in options.items()}


def check_deadline(name: str, value: Any) -> float | datetime | None:
    """Return seconds, a datetime with a time zone, or None for no limit."""
    if value is None or isinstance(value, (int, float)):
        if value is not None and _SINCE_1970 <= value < float("inf"):
            raise InputError(
                f"{name} is a number of seconds from now, got {short_repr(value)}",
                suggestion=f"Pass {name}=datetime.fromtimestamp(x, timezone.utc)",
            )
        return check_seconds(name, value)
    # Imported late, as by everything that creating a client imports.
    from datetime import datetime

    if not isinstance(value, datetime) and not hasattr(value, "total_seconds"):
        raise InputTypeError(
            f"{name} must be seconds, a datetime or None, got {short_repr(value)}",
            suggestion="Pass a number of seconds from now, such as 60, or a time such as "
            "datetime.now(timezone.utc) + timedelta(minutes=5)",
        )
    if not isinstance(value, datetime):
        return check_seconds(name, value)
    if value.utcoffset() is None:
        raise InputError(
            f"{name} has no time zone: {short_repr(value)}",
            suggestion="Pass one such as datetime.now(timezone.utc) + timedelta(minutes=5)",
        )
    return value


def check_function(name: str, value: Any) -> Callable[..., Any] | None:
    """Return a function, or None."""
    check_callable(name, value)
    function: Callable[..., Any] | None = value
    return function


def check_size(name: str, value: Any) -> int | None:
    """Return a number of bytes, or None for no limit."""
    return None if value is None else check_int(name, value, 1)


def _check_own_headers(name: str, value: Any) -> dict[str, str]:
    headers = check_headers(name, value)
    for key in headers:
        if key.lower() in _RESERVED_HEADERS:
            raise InputError(
                f"{name}[{short_repr(key)}] cannot be set",
                suggestion="Leave it out; it depends on the connection or the body",
            )
    return headers


def check_headers(name: str, value: Any) -> dict[str, str]:
    """Return headers, checked, without surrounding whitespace in their values."""
    if not isinstance(value, Mapping):
        raise InputTypeError(
            f"{name} must be a dict of str, got {type(value).__name__}",
            suggestion=f"Pass {name}={{'X-Name': 'value'}}",
        )
    for key, text in value.items():
        if not (isinstance(key, str) and isinstance(text, str)):
            raise InputTypeError(
                f"{name}[{short_repr(key)}] must be a str, got {type(text).__name__}",
                suggestion="Pass its text, such as str(x)",
            )
        # Stricter than RFC 9110, which allows !#$%&'*+.^`|~ too: some proxies do not.
        if not (key.isascii() and key.replace("-", "").replace("_", "").isalnum()):
            raise InputError(f"{name} has an invalid name: {short_repr(key)}")
        forbidden = next((each for each in text if not " " <= each <= "~"), None)
        if forbidden is not None:
            raise InputError(
                f"{name}[{short_repr(key)}] contains {forbidden!r}, which no header may have",
                suggestion="Pass printable ASCII characters on one line",
            )
    return {key: text.strip() for key, text in value.items()}


# The options of a call, or of a copy of the client, with their checks.
OPTIONS_OF_CALLS: dict[str, Callable[[str, Any], Any]] = {
    "timeout": check_timeout,
    "deadline": check_deadline,
    "max_retries": check_int,
    "headers": _check_own_headers,
    "on_retry": check_function,
    "max_response_size": check_size,
}


def create_settings(
    api_key: Any,
    base_url: str | None,
    timeout: float | None,
    max_retries: int,
    deadline: float | datetime | None,
    require_api_key: bool,
    gateway_url: str | None = None,
    on_retry: Callable[[RetryEvent], Any] | None = None,
    telemetry: bool = False,
    max_response_size: int | None = DEFAULT_MAX_RESPONSE_SIZE,
) -> Settings:
    """Create settings from the arguments of a client and the environment.

    Raises:
        ConfigurationError: There is no API key, or it or a URL is not valid.
    """
    base = base_url or os.environ.get("VLMRUN_BASE_URL") or DEFAULT_BASE_URL
    base_name = "base_url" if base_url else "The environment variable VLMRUN_BASE_URL"
    gateway = gateway_url or None
    return Settings(
        api_key=key_from(api_key, require_api_key),
        base_url=_check_url(base_name, base, DEFAULT_BASE_URL),
        timeout=check_timeout("timeout", timeout),
        deadline=check_deadline("deadline", deadline),
        max_retries=check_int("max_retries", max_retries),
        headers={},
        gateway_url=gateway and _check_url("gateway_url", gateway, DEFAULT_GATEWAY_URL),
        on_retry=check_function("on_retry", on_retry),
        telemetry=_telemetry(telemetry),
        max_response_size=check_size("max_response_size", max_response_size),
    )


def _telemetry(value: Any) -> Telemetry | None:
    if not check_bool("telemetry", value):
        return None
    from vlmrun._core.telemetry import Telemetry

    return Telemetry()


def _check_url(name: str, url: Any, default: str) -> str:
    if not isinstance(url, str):
        raise ConfigurationError(
            f"{name} must be a str, got {type(url).__name__}",
            suggestion=f"Pass a str such as {default!r}",
        )
    text = url.strip()
    # The path of each operation is appended to the URL, which leaves room for nothing after it. A
    # user name would be sent as credentials in the place of the API key.
    if not is_http_url(text.rstrip("/")):
        raise ConfigurationError(
            f"{name} must start with http:// or https:// and name a host, got {short_repr(url)}",
            suggestion=f"The default is {default}",
        )
    if any(mark in text for mark in "?#@ ") or not text.isprintable():
        raise ConfigurationError(
            f"{name} must not have a query, a fragment, a user name or a space",
            suggestion=f"The default is {default}",
        )
    problem = None if text == default else _problem_with_host(text)
    if problem is not None:
        raise ConfigurationError(
            f"{name} is not a valid URL: {problem}", suggestion=f"The default is {default}"
        )
    return text.rstrip("/")


def _problem_with_host(url: str) -> str | None:
    """Return why nothing could connect to the host and port of a URL, or None."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
        labels, port = (parts.hostname or "").removesuffix(".").split("."), parts.port
    except ValueError as error:  # an unfinished IPv6 address, or a port that is too large
        return str(error)
    if port == 0:
        return "its port is 0"
    # https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4
    if not all(0 < len(label) < 64 for label in labels):
        return "a part of its host is empty, or longer than 63 characters"
    return None
