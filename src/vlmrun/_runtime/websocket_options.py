"""Options and errors of the WebSockets of both clients."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator, Mapping
from importlib import import_module
from time import monotonic
from types import ModuleType
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from vlmrun._optional_imports import import_optional

# Seconds for the closing handshake.
CLOSE_TIMEOUT = 5.0

# The code for a message that is too large: https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1
_TOO_BIG = 1009

# The package logs the headers of the handshake, with the API key.
_silent = logging.Logger("vlmrun.websockets", logging.CRITICAL)
_silent.addHandler(logging.NullHandler())


class SocketOptions(NamedTuple):
    """The options with which a WebSocket is opened.

    Attributes:
        url: The ws or wss URL.
        headers: The headers of the handshake.
        tls: The TLS context, for wss.
        proxy: The URL of the proxy; None for none.
        proxy_tls: The TLS context for a proxy with https.
        timeout: Seconds to open it; None for no limit.
        max_size: Bytes of a message that is received; None for no limit.
    """

    url: str
    headers: Mapping[str, str]
    tls: Any
    proxy: str | None
    proxy_tls: Any
    timeout: float | None
    max_size: int | None

    def __repr__(self) -> str:
        # Tools that show local variables must not show the API key.
        return "<options of a WebSocket>"


def proxy_of_environment(url: str) -> str | None:
    """Return the proxy of the environment for the URL of a handshake, as httpx chooses it.

    websockets would prefer the proxy for https also for http, and ignore ALL_PROXY.

    Args:
        url: The http or https URL.
    """
    parts = urlsplit(url)
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if not proxy or proxy_bypass(parts.netloc.rpartition("@")[2]):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


class SocketClosed(Exception):
    """A WebSocket was closed by either side, or it broke off.

    Attributes:
        code: The code of the closing handshake; None if there was none.
        reason: The reason in it.
    """

    def __init__(self, code: int | None, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def import_websockets(module: str) -> ModuleType:
    """Import a module of the websockets package.

    Raises:
        DependencyError: The extra `ws` is not installed.
    """
    found: ModuleType = import_optional(module, "ws", "A stream over a WebSocket")
    return found


def connection_arguments(options: SocketOptions) -> dict[str, Any]:
    """Return the arguments of `connect` in both of its forms."""
    headers = dict(options.headers)
    secure = {"ssl": options.tls} if options.url.startswith("wss:") else {}
    proxy = options.proxy or ""
    if proxy.startswith("socks"):
        import_module("python_socks")  # whose absence would be an error of websockets
    if proxy.startswith("https:"):
        secure["proxy_ssl"] = options.proxy_tls
    return {
        "uri": options.url,
        "user_agent_header": headers.pop("user-agent", None),
        "additional_headers": headers,
        # Images are compressed already.
        "compression": None,
        "proxy": options.proxy,
        "open_timeout": options.timeout,
        "close_timeout": CLOSE_TIMEOUT,
        # Each result has a timeout, and the server ends sessions without frames. The sync client
        # of websockets would ping from a thread, which ends only after the connection.
        "ping_interval": None,
        "max_size": options.max_size,
        "logger": _silent,
        **secure,
    }


def without_redirects(cls: type[Any]) -> type[Any]:
    """Return a subclass of a class of websockets that follows no redirects.

    Another host must not get the API key, and the service redirects no WebSocket.
    """
    return type("Connect", (cls,), {"process_redirect": lambda self, error: error})


def waits(timeout: float | None) -> Iterator[float]:
    """Yield the seconds of each wait for a message, between which `is_closing` is to be called.

    Args:
        timeout: Seconds to wait in total; None for no limit.
    """
    expires = math.inf if timeout is None else monotonic() + timeout
    remaining = math.inf
    while remaining > CLOSE_TIMEOUT:
        remaining = expires - monotonic()
        yield max(0.0, min(CLOSE_TIMEOUT, remaining))


def is_closing(connection: Any) -> bool:
    """Return whether the server has closed a session, but not its connection.

    websockets would wait for that without a limit.
    """
    return bool(connection.state.name == "CLOSING")


def closed(error: Any) -> SocketClosed:
    """Convert the error of websockets for a connection that is closed."""
    if error.sent is not None and not error.rcvd_then_sent:
        # By websockets, since no call receives any more when this package closes it.
        code, reason = error.sent.code, error.sent.reason
        if code == _TOO_BIG:
            reason = "a message of the server is larger than max_response_size"
        return SocketClosed(code, reason or "the server violated the protocol")
    if error.rcvd is None:
        return SocketClosed(None, "the connection broke off")
    return SocketClosed(error.rcvd.code, error.rcvd.reason)
