"""The checks of `vlmrun doctor` that send requests: reachability, TLS, clock, and the API key."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from vlmrun.cli.doctor_checks import Check, proxy_of
from vlmrun.cli.exit_codes import KEY, NETWORK
from vlmrun.constants import DEFAULT_BASE_URL

if TYPE_CHECKING:
    import httpx

    from vlmrun import VLMRun

# Seconds for each request; a person is waiting.
TIMEOUT = 10.0

# Seconds that a clock may differ: beyond it, signed URLs and certificates can seem invalid.
_MAX_DIFFERENCE = 60.0
_DAYS_BEFORE_EXPIRY = 14


def check_connection(base_url: str) -> list[Check]:
    """Send one request without the API key, and return what it shows: connection, TLS and clock.

    Args:
        base_url: The base URL.
    """
    import httpx

    try:
        client = httpx.Client(timeout=TIMEOUT)
    except (ImportError, ValueError, OSError, httpx.InvalidURL) as error:
        remedy = "Check HTTP_PROXY, HTTPS_PROXY and ALL_PROXY, SSL_CERT_FILE and SSL_CERT_DIR"
        failed = Check("Connection", "failed", _reason(error), remedy, NETWORK)
        return [failed, *_skipped("TLS", "Clock")]
    start = time.monotonic()
    with client:
        try:
            with client.stream("GET", f"{base_url}/health") as response:
                elapsed = time.monotonic() - start
                return list(_checks_of(response, elapsed))
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return list(_checks_of_failure(error, base_url))


def _checks_of(response: httpx.Response, elapsed: float) -> Iterator[Check]:
    status = response.status_code
    detail = f"GET /health: status {status} in {elapsed:.2f} s, {response.http_version}"
    if status >= 500:
        remedy = "The service or a proxy has a problem: try again later"
        yield Check("Connection", "failed", detail, remedy, NETWORK)
    elif status == 407:
        remedy = "The URL of the proxy needs a user and a password"
        yield Check("Connection", "failed", detail, remedy, NETWORK)
    elif 300 <= status < 400 or status == 404:
        remedy = f"Check the base URL; the default is {DEFAULT_BASE_URL}"
        yield Check("Connection", "failed", detail, remedy, NETWORK)
    else:
        yield Check("Connection", "ok", detail)
    yield _tls_check(response)
    yield check_clock(response.headers.get("date"), time.time() - elapsed / 2)


def _tls_check(response: httpx.Response) -> Check:
    stream: Any = response.extensions.get("network_stream")
    encrypted = stream.get_extra_info("ssl_object") if stream is not None else None
    if encrypted is None:
        return Check("TLS", "skipped", "the base URL is not https")
    cipher = encrypted.cipher()
    parts = [encrypted.version() or "unknown version", cipher[0] if cipher else "unknown cipher"]
    certificate = encrypted.getpeercert() or {}
    if issuer := _issuer(certificate):
        parts.append(f"certificate of {issuer}")
    expires = certificate.get("notAfter")
    if not expires:
        return Check("TLS", "ok", ", ".join(parts))
    days = (ssl.cert_time_to_seconds(expires) - time.time()) / 86400
    parts.append(f"valid until {expires}")
    status = "ok" if days > _DAYS_BEFORE_EXPIRY else "warning"
    return Check("TLS", "ok" if status == "ok" else "warning", ", ".join(parts))


def _issuer(certificate: dict[str, Any]) -> str:
    names = {key: value for part in certificate.get("issuer", ()) for key, value in part}
    return names.get("organizationName") or names.get("commonName") or ""


def check_clock(date: str | None, now: float) -> Check:
    """Compare the clock of this machine with the time of a response.

    Args:
        date: The header `Date` of the response.
        now: The time of this machine, in seconds since 1970.
    """
    try:
        there = parsedate_to_datetime(date or "")
    except ValueError:
        return Check("Clock", "skipped", "the response has no time")
    if there.tzinfo is None:  # "-0000", which is UTC, too
        there = there.replace(tzinfo=timezone.utc)
    difference = now - there.timestamp()
    here = datetime.fromtimestamp(now, timezone.utc)
    if abs(difference) <= _MAX_DIFFERENCE:
        return Check(
            "Clock", "ok", f"{here:%Y-%m-%d %H:%M:%S} UTC, the same as that of the service"
        )
    direction = "ahead of" if difference > 0 else "behind"
    detail = f"{here:%Y-%m-%d %H:%M:%S} UTC, {abs(difference):.0f} s {direction} the service"
    return Check("Clock", "warning", detail, "Synchronize the clock of this machine")


def _checks_of_failure(error: Exception, base_url: str) -> Iterator[Check]:
    """Return the checks if there was no response; the TLS check fails if that was the reason."""
    proxy = proxy_of(base_url)
    host = urlsplit(base_url).hostname
    # Without its user and password; the check of the proxy has the whole URL.
    peer = f"the proxy {urlsplit(proxy).hostname}" if proxy else f"{host}"
    causes = list(_causes(error))
    tls = next((each for each in causes if isinstance(each, ssl.SSLError)), None)
    if tls is not None:
        yield Check("Connection", "failed", f"{host} can be reached, but not securely", "", NETWORK)
        yield _tls_failure(tls)
        yield from _skipped("Clock")
        return
    yield Check("Connection", "failed", *_failure(error, causes, peer), NETWORK)
    yield from _skipped("TLS", "Clock")


def _failure(error: Exception, causes: list[BaseException], peer: str) -> tuple[str, str]:
    """Return what failed, and the remedy."""
    import httpx

    if isinstance(error, httpx.ProxyError):
        return f"the proxy refused: {error}", "Check the proxy, its user and its password"
    if any(isinstance(each, socket.gaierror) for each in causes):
        remedy = "Check the base URL, the DNS server, and whether a proxy is needed"
        return f"the name of {peer} cannot be resolved", remedy
    if any(isinstance(each, ConnectionRefusedError) for each in causes):
        return f"{peer} refused the connection", "Check its host and port"
    if isinstance(error, (httpx.TimeoutException, TimeoutError)):
        remedy = "Check firewall and proxy"
        return f"no response of {peer} within {TIMEOUT:g} s", remedy
    return _reason(error), "Check network, firewall and proxy"


def _tls_failure(error: ssl.SSLError) -> Check:
    reason = getattr(error, "verify_message", "") or error.reason or str(error)
    if reason == "WRONG_VERSION_NUMBER":
        remedy = "Check the port, and whether the base URL has to begin with http://"
        return Check("TLS", "failed", "the server does not speak TLS", remedy, NETWORK)
    remedy = "Check the clock, and whether a proxy decrypts the traffic: if so, set SSL_CERT_FILE"
    return Check(
        "TLS", "failed", str(reason), f"{remedy} to the file with its certificate", NETWORK
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Return an error, and those it was raised from."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _reason(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _skipped(*names: str) -> list[Check]:
    return [Check(name, "skipped", "no connection") for name in names]


def check_accepted(client: VLMRun) -> Check:
    """Return whether the service accepts the API key, with a request that costs nothing.

    Args:
        client: A client with the key.
    """
    from vlmrun.errors import APIError, AuthenticationError, PermissionDeniedError, VLMRunError

    name = "API key accepted"
    try:
        client.with_options(timeout=TIMEOUT, deadline=TIMEOUT, max_retries=0).files.list(limit=1)
    except AuthenticationError as error:
        remedy = "Create a key in the dashboard, and check which one is used"
        return Check(name, "failed", error.message, remedy, KEY)
    except PermissionDeniedError as error:
        return Check(name, "warning", f"accepted, but may not list files: {error.message}")
    except APIError as error:
        status = "" if error.http_status is None else f" (status {error.http_status})"
        remedy = "Try again later" if (error.http_status or 0) >= 500 else ""
        return Check(name, "failed", error.message + status, remedy, NETWORK)
    except VLMRunError as error:
        return Check(name, "failed", str(error), "", KEY)
    return Check(name, "ok", "yes")


def check_gateway(client: VLMRun, base_url: str, has_key: bool) -> list[Check]:
    """Return whether the gateway can be reached and accepts the API key, with one free request.

    Problems are warnings: only `vlmrun gateway` and `client.gateway` use it.

    Args:
        client: A client, which may have no key.
        base_url: The base URL of the API.
        has_key: Whether it has a key.
    """
    from vlmrun.constants import DEFAULT_GATEWAY_URL
    from vlmrun.errors import (
        APIError,
        AuthenticationError,
        PermissionDeniedError,
        VLMRunError,
    )

    name, of_key = "Gateway", "API key of the gateway"
    url = client.gateway.base_url
    if url == DEFAULT_GATEWAY_URL and base_url != DEFAULT_BASE_URL:
        # The key of another server is not sent to the gateway.
        remedy = "Set VLMRUN_GATEWAY_BASE_URL to check it"
        return [Check(name, "skipped", "the base URL is not that of VLM Run", remedy)]
    limited = client.with_options(timeout=TIMEOUT, deadline=TIMEOUT, max_retries=0)
    try:
        models = limited.gateway.models()
    except (AuthenticationError, PermissionDeniedError) as error:
        remedy = "Without a key, `vlmrun gateway` may be used, too"
        return [Check(name, "ok", url), Check(of_key, "warning", error.message, remedy)]
    except APIError as error:
        status = "" if error.http_status is None else f" (status {error.http_status})"
        remedy = "Only `vlmrun gateway` and client.gateway use it"
        return [Check(name, "warning", f"{url}: {error.message}{status}", remedy)]
    except VLMRunError as error:
        return [Check(name, "warning", f"{url}: {error}")]
    found = Check(name, "ok", f"{url}: {len(models)} models")
    if not has_key:
        return [found, Check(of_key, "skipped", "there is no API key, and it needs none")]
    return [found, Check(of_key, "ok", "accepted")]
