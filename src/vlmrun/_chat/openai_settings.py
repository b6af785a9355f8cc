"""The settings of our client as the openai package takes them."""

from __future__ import annotations

import httpx

from vlmrun._core.secrets import Secret
from vlmrun._core.settings import DEFAULT_TIMEOUT, Settings, check_headers
from vlmrun.errors import ConfigurationError

# Chat with an agent takes minutes, so the client's default timeout would be too short for it.
CHAT_TIMEOUT = 600.0

# The openai package insists on an API key; the service treats this one as none.
_ANONYMOUS = "vlmrun"

# Headers that the HTTP client adds to each request, and those about the openai package itself.
_NOT_SENT = frozenset(
    {"accept-encoding", "connection", "content-length", "host", "transfer-encoding", "user-agent"}
)
_TELEMETRY = "x-stainless-"


class HiddenKey(str):
    """An API key for the openai package, which stores it as a str: `vars` and `%r` hide it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'…'"


def key_for_openai(settings: Settings) -> HiddenKey:
    """Return the API key to pass to the openai package.

    A key that a function returns is only known to our transport, which calls it for each attempt.
    """
    key = settings.api_key
    return HiddenKey(key.reveal() if isinstance(key, Secret) else _ANONYMOUS)


def has_own_key(headers: httpx.Headers, settings: Settings) -> bool:
    """Return whether a request has the key of `settings`, and not one that the user set for it."""
    return headers.get("authorization") in (None, f"Bearer {key_for_openai(settings)}")


def chat_timeout(settings: Settings) -> float | None:
    """Return the timeout for chat: at least ten minutes while the client has its default."""
    return CHAT_TIMEOUT if settings.timeout == DEFAULT_TIMEOUT else settings.timeout


def headers_to_send(headers: httpx.Headers, own_key: bool) -> dict[str, str]:
    """Return the headers of a request of the openai package that are sent to the service.

    Raises:
        InputError: A header that cannot be sent.
    """
    chosen = {
        name: value
        for name, value in headers.items()
        if not (name in _NOT_SENT or name.startswith(_TELEMETRY))
        and not (own_key and name == "authorization")
    }
    return check_headers("extra_headers", chosen)


def path_below_base_url(url: httpx.URL, settings: Settings) -> str:
    """Return the path and query of a URL, relative to the base URL.

    Raises:
        ConfigurationError: It is not below the base URL.
    """
    base = httpx.URL(settings.base_url)
    path, root = url.raw_path.decode("ascii"), base.raw_path.decode("ascii").rstrip("/")
    # The openai package sends its key to any absolute URL that it is called with.
    if not (is_same_origin(url, base) and path.startswith(f"{root}/")):
        raise ConfigurationError(
            f"Chat goes to {settings.base_url} only, not to {url.host}",
            suggestion="Create a client with another base_url",
        )
    return path.removeprefix(root)


def is_same_origin(one: httpx.URL, other: httpx.URL) -> bool:
    """Return whether scheme, host and port are equal."""
    return (one.scheme, one.host, one.port) == (other.scheme, other.host, other.port)
