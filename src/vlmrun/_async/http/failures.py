"""Failed attempts: from an exception of httpx to the error that is raised in its place."""

from __future__ import annotations

import re
import socket
import ssl
from typing import Any

import httpcore
import httpx

from vlmrun._async.http.request_builder import host_and_port, is_external, secrets_of
from vlmrun._core import error_mapping
from vlmrun._core.environment_errors import proxy_variable
from vlmrun._core.request_context import RequestContext
from vlmrun._core.settings import path_of
from vlmrun._redaction import redact
from vlmrun.constants import DEFAULT_BASE_URL
from vlmrun.errors import (
    APIError,
    NetworkError,
    RequestTimeoutError,
    ResourceNotFoundError,
    VLMRunError,
)

# The version in the path of a base URL.
_VERSION = re.compile(r"/v\d+/")

# Bytes that a parser of HTTP quotes: those of the response, which may be data of a document.
_QUOTED = re.compile(
    r"""\bb(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|bytearray\(b'(?:[^'\\]|\\.)*'\)"""
)

# httpx raises these before it has sent a byte of the request.
_NEVER_DELIVERED = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)

# What a transport of the user's has certainly raised those for.
_BEFORE_SENDING = (
    httpcore.ConnectError,
    httpcore.ConnectTimeout,
    httpcore.PoolTimeout,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
    ConnectionRefusedError,
    socket.gaierror,
    ssl.SSLCertVerificationError,
)

# TLS failures of a connection that was closed or reset, which may work the next time.
_TRANSIENT_TLS = (ssl.SSLEOFError, ssl.SSLSyscallError, ssl.SSLZeroReturnError)

# Not failures, but how a non-blocking handshake waits: the context of whatever ends the wait.
_PENDING_TLS = (ssl.SSLWantReadError, ssl.SSLWantWriteError)


class FailedAttempt(Exception):
    """One attempt to send a request has failed.

    Attributes:
        error: The error to raise if there is no other attempt.
        never_delivered: Whether the service has certainly not received the request.
        is_final: Whether another attempt would fail in the same way.
    """

    def __init__(
        self, error: VLMRunError, *, never_delivered: bool = False, is_final: bool = False
    ) -> None:
        super().__init__(error)
        # The frames of the attempt hold the request, with the API key in its headers.
        error.__traceback__ = error.__context__ = None
        self.error = error
        self.never_delivered = never_delivered
        self.is_final = is_final


def failed_attempt(
    cause: httpx.HTTPError,
    request: httpx.Request,
    context: RequestContext,
    http_client: httpx.AsyncClient | None = None,
) -> FailedAttempt:
    """Return the failed attempt for an exception of httpx.

    Args:
        cause: The exception; what it knows of the request is removed.
        request: The request that failed.
        context: The call that the attempt belongs to.
        http_client: The client that sent it, which knows the proxies.
    """
    if isinstance(cause, httpx.HTTPStatusError):  # a hook of the user's HTTP client
        response = cause.response
        content = response.content if response.is_stream_consumed else b""
        return FailedAttempt(error_for_response(response, content))
    if isinstance(cause, _NEVER_DELIVERED) and not _is_certain(cause, request):
        cause = _after_sending(cause)
    tls_error = _tls_error_behind(cause)
    secrets = secrets_of(request)
    reason = _without_response(_reason_of(cause), secrets)
    proxy = proxy_of(http_client, request)
    peer = host_and_port(request.url)
    error: APIError
    if isinstance(cause, httpx.TimeoutException):
        peer = f"the proxy {proxy}" if proxy else peer
        error = _timeout(cause, request, reason, peer, context)
    elif isinstance(cause, httpx.ProxyError):
        error = _proxy_refused(reason, proxy, request, http_client)
    elif tls_error is not None:
        error = NetworkError(
            f"No TLS connection to {peer} was established: {reason}",
            suggestion="If a proxy or a private authority issues the certificates, pass the path "
            "of its certificate as verify, or set SSL_CERT_FILE to it",
        )
    elif isinstance(cause, httpx.ConnectError) and proxy:
        error = NetworkError(
            f"The connection to the proxy {proxy} failed: {reason}",
            suggestion=_proxy_suggestion(request, "Check", http_client),
        )
    elif isinstance(cause, httpx.DecodingError):
        error = NetworkError(f"The response of {peer} is broken: {reason}")
    else:
        error = NetworkError(f"The connection to {peer} failed: {reason}")
    error.__cause__ = _without_request(cause, secrets)
    refused = isinstance(cause, httpx.ProxyError) and reason.startswith("4")
    return FailedAttempt(
        error,
        never_delivered=isinstance(cause, _NEVER_DELIVERED) or _is_tunnel_missing(request),
        is_final=refused or isinstance(cause, httpx.UnsupportedProtocol) or _is_lasting(tls_error),
    )


def error_for_response(response: httpx.Response, content: bytes) -> APIError:
    """Return the error for a response whose status is not one of success."""
    secrets = secrets_of(response.request)
    error = error_mapping.error_from(response.status_code, response.headers, content, secrets)
    url = response.request.url
    if 300 <= response.status_code < 400 and is_external(response.request):
        error.message = "The server responded with a redirect that cannot be followed"
    # Only a guess: a custom base URL may have another path, for example that of a proxy.
    is_not_found = isinstance(error, ResourceNotFoundError)
    if is_not_found and not _VERSION.search(url.path) and not is_external(response.request):
        path = path_of(DEFAULT_BASE_URL)
        example = url.copy_with(path=path, query=None)
        error.suggestion = f"Check the id or name, and the base URL, which has no {path}: {example}"
    return error


def proxy_of(http_client: httpx.AsyncClient | None, request: httpx.Request) -> str | None:
    """Return the proxy that a request goes through, without its credentials."""
    # httpx has no public way to ask for it. Where a later release has other names, no error names
    # the proxy.
    try:
        client: Any = http_client
        url = client._transport_for_url(request.url)._pool._proxy_url
        host, port = url.host.decode("ascii"), url.port
        return f"{url.scheme.decode('ascii')}://{host}" + ("" if port is None else f":{port}")
    except (AttributeError, ValueError):
        return None


def _timeout(
    cause: httpx.TimeoutException,
    request: httpx.Request,
    reason: str,
    peer: str,
    context: RequestContext,
) -> RequestTimeoutError:
    limit = "deadline" if context.remaining() == 0 else "timeout"
    if isinstance(cause, httpx.PoolTimeout):
        is_own = getattr(request.extensions.get("timeout"), "can_abort", False)
        what = reason if is_own else "all connections of http_client were in use"
        setting = "max_connections" if is_own else "the limits of http_client"
        return RequestTimeoutError(
            f"No connection became free within the {limit}, so nothing was sent: {what}, which is "
            "a limit of the client, not of the service",
            suggestion=f"Raise {setting}, or limit the number of concurrent calls, for example "
            "with a semaphore",
        )
    if isinstance(cause, httpx.ConnectTimeout):
        return RequestTimeoutError(f"No connection to {peer} within the {limit}: {reason}")
    return RequestTimeoutError(f"No response within the {limit}: {reason}")


def _proxy_refused(
    reason: str, proxy: str | None, request: httpx.Request, http_client: httpx.AsyncClient | None
) -> NetworkError:
    remedy = "Put a valid user name and password into" if reason.startswith("407") else "Check"
    return NetworkError(
        f"The proxy {proxy or ''} refused to connect to {host_and_port(request.url)}: {reason}",
        suggestion=_proxy_suggestion(request, remedy, http_client),
    )


def _proxy_suggestion(
    request: httpx.Request, remedy: str, http_client: httpx.AsyncClient | None
) -> str:
    uses_environment = http_client is not None and http_client.trust_env
    variable = proxy_variable(request.url.scheme) if uses_environment else None
    where = f"the environment variable {variable}" if variable else "the proxy of the client"
    return f"{remedy} {where}"


def _tls_error_behind(cause: BaseException) -> ssl.SSLError | None:
    """Return the error of the ssl module that an exception was raised for, if there is one."""
    seen: BaseException | None = cause
    while seen is not None:
        if isinstance(seen, ssl.SSLError) and not isinstance(seen, _PENDING_TLS):
            return seen
        seen = seen.__cause__ or seen.__context__
    return None


def _reason_of(cause: httpx.HTTPError) -> str:
    """Return what failed: of an error that stands for several attempts to connect, the first."""
    seen: BaseException | None = cause
    found = str(cause) or type(cause).__name__
    while seen is not None and isinstance(cause, httpx.ConnectError):
        if isinstance(seen, OSError) and seen.strerror and not isinstance(seen, _PENDING_TLS):
            found = str(seen)
        seen = seen.__cause__ or seen.__context__
    return found


def _is_certain(cause: httpx.HTTPError, request: httpx.Request) -> bool:
    """Return whether an error that httpx raises before sending was raised for such a reason.

    httpx-aiohttp translates every lost connection to a `ConnectTimeout`.
    """
    seen = cause.__cause__
    is_own = getattr(request.extensions.get("timeout"), "can_abort", False)
    if is_own or seen is None:
        return True
    while seen is not None:
        if isinstance(seen, _BEFORE_SENDING):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def _after_sending(cause: httpx.HTTPError) -> httpx.HTTPError:
    error = httpx.NetworkError(str(cause))
    error.__cause__ = cause.__cause__
    return error


def _is_tunnel_missing(request: httpx.Request) -> bool:
    """Return whether the proxy has not opened the tunnel that the request needs."""
    return getattr(request.extensions.get("timeout"), "is_opening_tunnel", False)


def _is_lasting(error: ssl.SSLError | None) -> bool:
    return error is not None and not isinstance(error, _TRANSIENT_TLS)


def _without_response(text: str, secrets: list[str]) -> str:
    """Return a message on one line, without secrets and what it quotes of the response."""
    # aiohttp adds the line that it cannot parse, and marks the place in the next one.
    shown: str = redact(" ".join(_QUOTED.sub("…", text).split()).removesuffix(": … ^"), secrets)
    return shown


def _without_request(cause: httpx.HTTPError, secrets: list[str]) -> httpx.HTTPError:
    """Remove what refers to the request, whose headers have the API key, and to the response."""
    cause.__traceback__ = cause.__cause__ = cause.__context__ = None
    # Its public property can only be set to a request.
    cause._request = None
    cause.args = (_without_response(str(cause), secrets),)
    return cause
