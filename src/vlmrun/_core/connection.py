"""Checked arguments of a client about its connections: proxy, certificates, limits."""

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from vlmrun._core.secrets import Secret
from vlmrun._messages import short_repr, type_and_repr
from vlmrun._validation import check_bool, check_int, check_seconds
from vlmrun.errors import ConfigurationError

if TYPE_CHECKING:
    from ssl import SSLContext
else:
    SSLContext = object  # see settings.py

_PROXY_SCHEMES = ("http", "https", "socks5", "socks5h")
_PROXY_EXAMPLE = "Such as 'http://proxy.example:3128'"
_VERIFY_EXAMPLE = "Pass the path of a file with certificates in PEM format"

DEFAULT_MAX_CONNECTIONS = 100

# Seconds. Many servers close idle connections after five or more, and a request that is sent just
# then may be lost: nobody knows whether the service has received it.
DEFAULT_KEEP_ALIVE = 5.0


_NAMES_IN_HTTPX = {
    "max_connections": "limits=httpx.Limits(max_connections=...)",
    "aiohttp": "a transport of the package httpx-aiohttp",
    "keep_alive": "limits=httpx.Limits(keepalive_expiry=...)",
}


class Connection(NamedTuple):
    """The arguments of a client about its connections, all checked.

    Attributes:
        proxy: The URL of the proxy, which may have a password; None to follow the environment.
        verify: Whether to check certificates; or the path of those to trust, or a TLS context.
        http_client: The user's HTTP client, which has its own proxy, certificates and limits.
        max_connections: The number of connections at the same time.
        keep_alive: Seconds after which an idle connection is not used again; None for no limit.
        aiohttp: Whether the async client sends through aiohttp; None if it is installed.
    """

    proxy: Secret | None = None
    verify: bool | str | SSLContext = True
    http_client: Any = None
    max_connections: int = DEFAULT_MAX_CONNECTIONS
    keep_alive: float | None = DEFAULT_KEEP_ALIVE
    aiohttp: bool | None = None

    @classmethod
    def create(
        cls,
        proxy: Any,
        verify: Any,
        http_client: Any,
        max_connections: Any = DEFAULT_MAX_CONNECTIONS,
        keep_alive: Any = DEFAULT_KEEP_ALIVE,
        aiohttp: Any = None,
    ) -> "Connection":
        """Check the arguments, without I/O.

        Args:
            proxy: The URL, already a `Secret` if it was a str.
            verify: As passed to the client; so is `http_client`.
            http_client: Of the right kind, or None.
            max_connections: As passed to the client; so is `keep_alive`.
            keep_alive: Seconds, or None.
            aiohttp: As passed to the client.

        Raises:
            ConfigurationError: An argument is invalid, or cannot be combined with another.
            InputError: A limit is not a number, or too small.
            DependencyError: aiohttp is requested, and not installed.
        """
        connection = cls(
            _check_proxy(proxy),
            _check_verify(verify),
            http_client,
            check_int("max_connections", max_connections, 1),
            check_seconds("keep_alive", keep_alive),
            check_bool("aiohttp", aiohttp),
        )
        if connection.aiohttp:
            from vlmrun._optional_imports import import_optional

            import_optional("aiohttp", "aiohttp", "aiohttp=True")
        if http_client is not None:
            # The user's HTTP client has settings of its own in their place.
            defaults = cls(http_client=http_client)
            for name, value, default in zip(cls._fields, connection, defaults, strict=True):
                if value != default:
                    raise ConfigurationError(
                        f"{name} cannot be combined with http_client",
                        suggestion=f"Pass {_NAMES_IN_HTTPX.get(name, name)} to your HTTP client",
                    )
        return connection


def _check_proxy(proxy: Any) -> Secret | None:
    if proxy is None:
        return None
    if not isinstance(proxy, Secret):
        raise ConfigurationError(
            f"proxy must be a str with a URL, got {type(proxy).__name__}",
            suggestion=_PROXY_EXAMPLE,
        )
    shown = _problem_with_proxy(proxy)
    if shown is not None:
        raise ConfigurationError(
            f"proxy must be a URL with one of the schemes {', '.join(_PROXY_SCHEMES)} and a host, "
            f"got {shown}",
            suggestion=_PROXY_EXAMPLE,
        )
    return Secret(proxy.reveal().strip())


def _problem_with_proxy(proxy: Secret) -> str | None:
    """Return what to show of a URL that cannot be used, or None."""
    # The caller raises the error: a frame that is shown with it must not have the password.
    from urllib.parse import urlsplit

    from vlmrun._environment_variables import without_credentials

    text = proxy.reveal().strip()
    try:
        parts = urlsplit(text)
        is_usable = parts.scheme.lower() in _PROXY_SCHEMES and bool(parts.hostname)
        is_usable = is_usable and parts.port != 0 and parts.path in ("", "/")
        is_usable = is_usable and not (parts.query or parts.fragment)
    except ValueError:  # a port that is not a number, or an unfinished IPv6 address
        is_usable = False
    if is_usable and text.isascii() and text.isprintable() and " " not in text:
        return None
    return short_repr(without_credentials(text, text))


def _check_verify(verify: Any) -> bool | str | SSLContext:
    if isinstance(verify, bool):
        return verify
    path = os.fspath(verify) if isinstance(verify, (str, os.PathLike)) else None
    if isinstance(path, str):
        if not path.strip() or "\0" in path:
            raise ConfigurationError(
                f"verify is not a path: {short_repr(path)}", suggestion=_VERIFY_EXAMPLE
            )
        # The certificates are loaded later, when the working directory may be another.
        return os.path.abspath(os.path.expanduser(path))
    # Imported late: creating a client does not need it otherwise.
    import ssl

    if isinstance(verify, ssl.SSLContext):
        return verify
    raise ConfigurationError(
        f"verify must be a bool, a path or an ssl.SSLContext, got {type_and_repr(verify)}",
        suggestion=_VERIFY_EXAMPLE,
    )
