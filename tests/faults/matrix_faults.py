"""The faults of the fault matrix, as data."""

from __future__ import annotations

import gzip
import socket
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from http import HTTPStatus

from tests.faults import matrix_servers as servers
from tests.faults.matrix_kinds import (
    Fault,
    Results,
    failed,
    lost,
    never_delivered,
    refused,
    success,
    throttled,
    timed_out,
    undecodable,
    unusable,
)
from tests.faults.matrix_servers import OBJECT, Serve, behind_proxy, over_tls, response, sends

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
_CHUNKED = _HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def _group(name: str, faults: dict[str, tuple[Serve, Results]]) -> list[Fault]:
    return [Fault(each, name, serve, results) for each, (serve, results) in faults.items()]


_CONNECTIONS = {
    "refused": (servers.refuses, never_delivered()),
    "black hole": (servers.black_hole, never_delivered("RequestTimeoutError")),
    "no such host": (
        servers.unresolved(socket.gaierror(socket.EAI_NONAME, "Name or service not known")),
        never_delivered(),
    ),
    "name server fails": (
        servers.unresolved(socket.gaierror(socket.EAI_AGAIN, "Temporary failure")),
        never_delivered(),
    ),
    "name server does not respond": (
        servers.unresolved_in_time,
        never_delivered("RequestTimeoutError"),
    ),
    "reset before reading": (servers.resets_unread, lost()),
    "reset after reading": (servers.responds(servers.resets), lost()),
    "closed after reading": (sends(), lost()),
    "reset in the body": (servers.responds(servers.resets_in_body), lost()),
    "closed in the headers": (sends(_HEAD), lost()),
    "closed in the body": (sends(response()[:-20]), lost()),
    "closed in a chunk": (sends(_CHUNKED + b"50\r\n" + OBJECT[:20]), lost()),
    "closed between chunks": (sends(_CHUNKED + b"5\r\n" + OBJECT[:5] + b"\r\n"), lost()),
    "no response": (servers.responds(servers.silent, timeout=servers.TIMEOUT), timed_out()),
    "slow headers": (servers.drips(_HEAD + b"X-Slow: ", b"x"), timed_out()),
    "slow body": (servers.drips(_HEAD + b"Content-Length: 9999\r\n\r\n"), timed_out()),
    "slow chunks": (servers.drips(_CHUNKED, b"1\r\n \r\n"), timed_out()),
}

_KEPT_ALIVE = {
    "closed while it was idle": (servers.warmed_up(None, response()), success()),
    "closed when the request arrives": (
        servers.warmed_up(lambda connection: None, response()),
        Results(success(2).free, success(2).free, lost().writes),
    ),
    "reset when the request arrives": (
        servers.warmed_up(servers.resets, response()),
        Results(success(2).free, success(2).free, lost().writes),
    ),
}

_TLS = {
    "certificate of an unknown authority": (
        over_tls(servers.untrusted),
        never_delivered(attempts=1),
    ),
    "certificate of another host": (servers.wrong_host, never_delivered(attempts=1)),
    "no TLS at the port": (
        over_tls(lambda connection: connection.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")),
        never_delivered(attempts=1),
    ),
    "closed in the handshake": (over_tls(lambda connection: None), never_delivered()),
    "reset in the handshake": (over_tls(servers.resets), never_delivered()),
    "handshake without a response": (
        over_tls(servers.silent, timeout=servers.TIMEOUT),
        never_delivered("RequestTimeoutError"),
    ),
}

_PROXIES = {
    "proxy refuses connections": (behind_proxy(None), never_delivered()),
    "proxy refuses connections (http)": (behind_proxy(None, "http"), never_delivered()),
    "tunnel refused with 403": (
        behind_proxy(lambda c: c.send(response(b"", "403 Forbidden"))),
        never_delivered(attempts=1),
    ),
    "tunnel refused with 407": (
        behind_proxy(lambda c: c.send(response(b"", "407 Proxy Authentication Required"))),
        never_delivered(attempts=1),
    ),
    "tunnel refused with 502": (
        behind_proxy(lambda c: c.send(response(b"", "502 Bad Gateway"))),
        never_delivered(),
    ),
    "proxy closes instead of a tunnel": (behind_proxy(lambda c: None), never_delivered()),
    "proxy resets instead of a tunnel": (behind_proxy(servers.resets), never_delivered()),
    "proxy with another protocol": (
        behind_proxy(lambda c: c.send(b"SSH-2.0\r\n")),
        never_delivered(),
    ),
    "proxy does not respond": (
        behind_proxy(servers.silent, timeout=servers.TIMEOUT),
        never_delivered("RequestTimeoutError"),
    ),
    "no TLS in the tunnel": (
        behind_proxy(servers.proxy_of_plain_text),
        never_delivered(attempts=1),
    ),
}

_PROTOCOL = {
    "100 Continue first": (
        sends(b"HTTP/1.1 100 Continue\r\n\r\n", response()),
        success(),
    ),
    "103 Early Hints first": (
        sends(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n" * 3, response()),
        success(),
    ),
    "103 Early Hints without end": (
        servers.floods(
            b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", timeout=servers.TIMEOUT
        ),
        timed_out(),
    ),
    "103 Early Hints, then closed": (sends(b"HTTP/1.1 103 Early Hints\r\n\r\n"), lost()),
    "101 Switching Protocols": (
        sends(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
        lost(),
    ),
    "HTTP/1.0": (sends(response(version="HTTP/1.0")), success()),
    "HTTP/1.0 without a length": (
        sends(_HEAD.replace(b"1.1", b"1.0") + b"\r\n" + OBJECT),
        success(),
    ),
    "HTTP/1.0 without a length, closed": (
        sends(_HEAD.replace(b"1.1", b"1.0") + b"\r\n" + OBJECT[:-20]),
        undecodable(),
    ),
    "lines that end with LF only": (sends(response().replace(b"\r\n", b"\n")), success()),
    "status line of another protocol": (sends(b"SSH-2.0-OpenSSH_9.6\r\n"), lost()),
    "status of two digits": (sends(response(status="42 Odd")), lost()),
    "header without a name": (sends(_HEAD + b": x\r\n\r\n"), lost()),
    "headers without end": (servers.floods(_HEAD + b"X-Long: ", b"x" * 4096), lost()),
    "two lengths": (sends(response(OBJECT, "200 OK", "Content-Length: 7")), lost()),
    "length that is not a number": (sends(_HEAD + b"Content-Length: -1\r\n\r\n" + OBJECT), lost()),
    "chunk size that is not a number": (sends(_CHUNKED + b"zz\r\n"), lost()),
    "unknown transfer coding": (
        sends(_HEAD + b"Transfer-Encoding: x\r\n\r\n" + OBJECT),
        lost(),
    ),
    "more bytes than announced": (sends(response(), b"HTTP/1.1 500 X\r\n\r\n"), success()),
}


def _success(body: bytes, *headers: str, kind: str = "application/json") -> Serve:
    return sends(response(body, "200 OK", *headers, kind=kind))


def _with(field: bytes) -> bytes:
    return OBJECT[:-1] + b", " + field + b"}"


_GZIP = gzip.compress(OBJECT)
_BODIES = {
    "empty": (_success(b""), undecodable(is_deleted=True)),
    "white space": (_success(b" \r\n"), undecodable()),
    "truncated": (_success(OBJECT[:-20]), undecodable()),
    "garbage": (_success(b"\xff\x00{"), undecodable()),
    "UTF-16": (_success(OBJECT.decode().encode("utf-16")), success()),
    "not UTF-8": (_success(_with(b'"note": "\xe9"')), undecodable()),
    "page": (_success(b"<html><title>Sign in</title></html>", kind="text/html"), undecodable()),
    "JSON as text/html": (_success(OBJECT, kind="text/html"), success()),
    "JSON as application/octet-stream": (
        _success(OBJECT, kind="application/octet-stream"),
        success(),
    ),
    "JSON without a type": (_success(OBJECT, kind=""), success()),
    "JSON as another charset": (_success(OBJECT, kind="application/json; charset=x"), success()),
    "null": (_success(b"null"), undecodable(is_deleted=True)),
    "list": (_success(b"[" + OBJECT + b"]"), undecodable()),
    "string": (_success(b'"e1"'), undecodable()),
    "number": (_success(b"7"), undecodable()),
    "empty object": (_success(b"{}"), unusable()),
    "id of another type": (_success(OBJECT.replace(b'"e1"', b"7")), unusable()),
    "fields of null": (
        _success(b'{"id": null, "name": null, "status": null, "created_at": null}'),
        unusable(),
    ),
    "duplicate keys": (_success(_with(b'"id": "e1"')), success()),
    "unknown field": (_success(_with(b'"brand_new": {"a": [1]}')), success()),
    "unknown status": (_success(OBJECT.replace(b"pending", b"brand_new")), success()),
    "optional field of null": (_success(_with(b'"completed_at": null')), success()),
    "NaN": (_success(_with(b'"usage": {"credits_used": NaN}')), success()),
    "Infinity": (_success(_with(b'"usage": {"credits_used": -Infinity}')), success()),
    "number of 5,000 digits": (_success(_with(b'"note": ' + b"1" * 5000)), undecodable()),
    "number beyond a float": (_success(_with(b'"note": 1e999')), success()),
    "lone surrogate": (_success(_with(b'"note": "\\ud800"')), success()),
    "byte order mark": (_success(b"\xef\xbb\xbf" + OBJECT), success()),
    "100,000 levels": (_success(_with(b'"note": ' + b"[" * 100_000)), undecodable()),
    "gzip": (_success(_GZIP, "Content-Encoding: gzip"), success()),
    "truncated gzip": (_success(_GZIP[:-12], "Content-Encoding: gzip"), undecodable()),
    "text declared as gzip": (_success(OBJECT, "Content-Encoding: gzip"), undecodable()),
    "zstd": (servers.bomb("zstd"), undecodable()),
    "gzip bomb": (servers.bomb("gzip"), undecodable()),
    "bomb within a bomb": (servers.bomb("gzip, gzip"), undecodable()),
    "body without end": (servers.floods(_HEAD + b"\r\n", b" " * 65536), undecodable()),
    "gzip bomb in an error": (servers.bomb("gzip", "500 Oh"), failed("ServerError")),
    "error without end": (
        servers.floods(b"HTTP/1.1 500 Oh\r\n\r\n", b"x" * 65536),
        failed("ServerError"),
    ),
}

_CLASSES = {
    400: "ValidationError",
    401: "AuthenticationError",
    402: "InsufficientCreditsError",
    403: "PermissionDeniedError",
    404: "ResourceNotFoundError",
    408: "RequestTimeoutError",
    409: "ConflictError",
    413: "PayloadTooLargeError",
    422: "UnprocessableEntityError",
    429: "RateLimitError",
}
# Statuses of nginx, Cloudflare, AWS and others that no RFC has, and some that nobody uses.
_UNREGISTERED = {
    *(299, 399, 419, 420, 430, 440, 444, 449, 450, 460, 463, *range(494, 500), 509),
    *range(520, 531),
    *(561, 598, 599, 600, 999),
}
_SUCCESS_WITHOUT_BODY = {204, 205}
# Statuses that are run without `make faults`.
_SAMPLE = {200, 204, 206, 302, 400, 401, 404, 408, 409, 425, 429, 499, 500, 501, 503, 520, 529}


def _of_status(status: int) -> Results:
    if status in _SUCCESS_WITHOUT_BODY:
        return undecodable(is_deleted=True)
    if status == HTTPStatus.PARTIAL_CONTENT:
        return undecodable()
    if status < 300:
        return success()
    error = _CLASSES.get(status, "ServerError" if status >= 500 else "APIError")
    if status in (HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS):
        return throttled(error)
    if status in (*range(300, 307), 499):
        return failed(error, attempts=1)
    if status in (408, 500, 502, 503, 504) or status >= 520:
        return failed(error)
    if status >= 500:
        return failed(error, attempts=1)
    return refused(error)


def _serve_status(status: int) -> Serve:
    body = OBJECT if status < 300 else b'{"detail": "fault"}'
    data = response(body, f"{status} X")
    if status in _SUCCESS_WITHOUT_BODY | {304}:
        data = b"HTTP/1.1 %d X\r\nConnection: close\r\n\r\n" % status
    return sends(data)


def _statuses() -> list[Fault]:
    known = {int(each) for each in HTTPStatus if each >= 200}
    return [
        Fault(
            str(status),
            "Statuses",
            _serve_status(status),
            _of_status(status),
            status=status if status >= 300 else None,
            is_sample=status in _SAMPLE,
        )
        for status in sorted(known | _UNREGISTERED)
    ]


def _date(seconds: float, form: str = "%a, %d %b %Y %H:%M:%S GMT") -> str:
    moment = datetime.now(timezone.utc) + timedelta(seconds=seconds)
    if form == "imf":
        return format_datetime(moment, usegmt=True)
    return moment.strftime(form)


def _retry_after() -> list[Fault]:
    """Return forms of Retry-After with a 503, which says that the request was not processed."""
    forms: dict[str, tuple[str, float | None, int]] = {
        "seconds": ("7", 7, 3),
        "seconds and a fraction": ("0.25", 0.25, 3),
        "seconds with spaces": ("  7  ", 7, 3),
        "zero": ("0", None, 3),
        "date (RFC 9110)": (_date(3600, "imf"), None, 1),
        "date (RFC 850)": (_date(3600, "%A, %d-%b-%y %H:%M:%S GMT"), None, 1),
        "date (asctime)": (_date(3600, "%a %b %d %H:%M:%S %Y"), None, 1),
        "date in the past": ("Wed, 21 Oct 2015 07:28:00 GMT", None, 3),
        "more than a minute": ("61", None, 1),
        "number of 400 digits": ("9" * 400, None, 1),
        "infinity": ("inf", None, 1),
    }
    valid = [
        Fault(name, "503 with Retry-After", _later(text), throttled("ServerError", n), 503, pause)
        for name, (text, pause, n) in forms.items()
    ]
    invalid = [
        Fault(name, "503 with Retry-After", _later(text), failed("ServerError"), 503)
        for name, text in {
            "no value": "",
            "words": "soon",
            "two values": "7, 9",
            "negative seconds": "-5",
        }.items()
    ]
    return valid + invalid


def _later(text: str) -> Serve:
    return sends(response(b"{}", "503 Service Unavailable", f"Retry-After: {text}"))


ALL: list[Fault] = [
    *_group("Connections", _CONNECTIONS),
    *_group("Connections that are kept alive", _KEPT_ALIVE),
    *_group("TLS", _TLS),
    *_group("Proxies", _PROXIES),
    *_group("HTTP", _PROTOCOL),
    *_group("Bodies of a successful response", _BODIES),
    *_retry_after(),
    *_statuses(),
]
