"""From an HTTP response with an error status to the error that is raised."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from vlmrun import errors
from vlmrun._core.retry import LONGEST_RETRY_AFTER, retry_after
from vlmrun._redaction import redact, without_data

# Characters of a body to keep in an error, which may be logged or pickled.
BODY_LIMIT = 2000

# Headers about the encoded body, which do not apply once it is decoded.
WIRE_ONLY = ("content-encoding", "content-length", "transfer-encoding")

# In the order in which they are looked for; `title` is that of RFC 9457, beside a `detail`.
_MESSAGE_KEYS = ("message", "msg", "detail", "errors", "title")

# Levels of nested JSON in which to look for a message.
_MAX_MESSAGE_DEPTH = 8

# C0, C1, marks that change the direction of writing, and lone surrogates, which cannot be printed.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

# What FastAPI adds to each problem: the refused value, and what its message is made of.
_INPUT_KEYS = ("input", "ctx")
_INPUT = re.compile(r'"(?:input|ctx)"\s*:')

# Levels of nested JSON in which to look for these.
_MAX_INPUT_DEPTH = 50

_PROXY_AUTHENTICATION_REQUIRED = 407

_REQUEST_ID_HEADERS = (
    "x-request-id",
    "x-typesafe-request-id",
    "request-id",
    "x-amzn-requestid",
    "cf-ray",
)
_RAW_REQUEST_ID_HEADERS = {
    name.encode("ascii"): index for index, name in enumerate(_REQUEST_ID_HEADERS)
}
_BY_STATUS: dict[int, type[errors.APIError]] = {
    400: errors.ValidationError,
    401: errors.AuthenticationError,
    402: errors.InsufficientCreditsError,
    403: errors.PermissionDeniedError,
    404: errors.ResourceNotFoundError,
    408: errors.RequestTimeoutError,
    409: errors.ConflictError,
    413: errors.PayloadTooLargeError,
    422: errors.UnprocessableEntityError,
    429: errors.RateLimitError,
}


def error_from(
    status: int, headers: Mapping[str, str], content: bytes, secrets: Sequence[str] = ()
) -> errors.APIError:
    """Return the error for a response whose status is not one of success.

    Args:
        status: The status code.
        headers: The headers.
        content: The body.
        secrets: Values of the request that the service may have repeated, and no error may show.
    """
    cls = _BY_STATUS.get(status)
    if cls is None:
        cls = errors.ServerError if status >= 500 else errors.APIError
    headers = to_show(headers, secrets)
    body = _decoded(content)
    message, error_type, request_id = (
        # Services repeat what they refuse, such as an image.
        each and _without_controls(without_data(redact(each, secrets)))
        for each in _read_body(body)
    )
    suggestion = None
    if 300 <= status < 400:
        message = "The service responded with a redirect, which is not followed with an API key"
    elif status == _PROXY_AUTHENTICATION_REQUIRED:
        message = f"The proxy requires authentication: {message or 'no message in the response'}"
        suggestion = "Put a user name and password into the URL of the proxy"
    pause = retry_after(headers)
    if pause is not None and pause > LONGEST_RETRY_AFTER:
        suggestion = (
            f"Retry in {pause:.0f} s, as the service asks. Without a deadline, the client waits up "
            f"to {LONGEST_RETRY_AFTER:.0f} s"
        )
    return cls(
        message[:BODY_LIMIT] if message else f"{cls.default_message} (no message in the response)",
        status,
        headers,
        request_id or request_id_of(headers),
        error_type,
        suggestion,
        body=without_data(redact(_excerpt_without_inputs(content, body), secrets)),
        retry_after=pause,
    )


def decode_json(
    status: int, headers: Mapping[str, str], content: bytes, secrets: Sequence[str] = ()
) -> Any:
    """Decode the JSON of a successful response; None for an empty body.

    Raises:
        ResponseDecodeError: It is not valid JSON. The error has the status, the headers, the
            request id and the beginning of the body, without the secrets.
    """
    if not content:
        return None
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        message = f"The response is not valid JSON: {error}"
    failed = undecodable(message, status, headers, content, secrets=secrets)
    del content, secrets, headers  # the frame of an error must not hold them
    raise failed


def undecodable(
    message: str,
    status: int,
    headers: Mapping[str, str],
    content: bytes,
    raw: Any = None,
    *,
    secrets: Sequence[str] = (),
) -> errors.ResponseDecodeError:
    """Return a `ResponseDecodeError` with what is known about the response."""
    headers = to_show(headers, secrets)
    body = redact(excerpt(content), secrets)
    return errors.ResponseDecodeError(
        redact(message, secrets),
        status,
        headers,
        request_id_of(headers),
        body=body,
        raw=body if raw is None else redact(raw, secrets),
    )


def request_id_of(headers: Mapping[str, str]) -> str | None:
    """Return the request id in the headers of a response."""
    for name in _REQUEST_ID_HEADERS:
        value = headers.get(name)
        if value:
            return value
    return None


def raw_request_id(raw: Iterable[tuple[bytes, bytes]]) -> str | None:
    """Return the same from headers as they arrived, as httpx has them, which is faster."""
    found: dict[int, bytes] = {}
    for name, value in raw:
        key = name.lower()
        if value and key in _RAW_REQUEST_ID_HEADERS:
            found.setdefault(_RAW_REQUEST_ID_HEADERS[key], value)
    return found[min(found)].decode("latin-1") if found else None


def excerpt(content: bytes) -> str:
    """Return the beginning of a body as a str."""
    # A character takes at most four bytes in UTF-8.
    return content[: BODY_LIMIT * 4].decode("utf-8", "replace")[:BODY_LIMIT]


def to_show(headers: Mapping[str, str], secrets: Sequence[str]) -> dict[str, str]:
    """Return headers with names in lower case, and without secrets."""
    shown: dict[str, str] = {
        name.lower(): _without_controls(redact(value, secrets)) for name, value in headers.items()
    }
    for name in ("location", "content-location"):
        # These may be relative, and then do not look like a URL with a query.
        if "?" in shown.get(name, ""):
            shown[name] = shown[name].partition("?")[0] + "?…"
    return shown


def _decoded(content: bytes) -> Any:
    """Return the JSON of a body; of any other body, one line of its text, or None."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return _first_line(_without_input_at_end(excerpt(content)))


def _excerpt_without_inputs(content: bytes, body: Any) -> str:
    """Return the beginning of a body, without the values that FastAPI repeats in its errors."""
    if not isinstance(body, (dict, list)):
        return _without_input_at_end(excerpt(content))
    shown = _without_inputs(body, _MAX_INPUT_DEPTH)
    if shown == body:
        return excerpt(content)
    text = json.dumps(shown, ensure_ascii=False)[:BODY_LIMIT]
    # Lone surrogates, which are escaped in what was received, are escaped again.
    return text.encode(errors="backslashreplace").decode()


def _without_inputs(value: Any, depth: int) -> Any:
    if not isinstance(value, (dict, list)):
        return value
    if depth == 0:
        return "…"
    if isinstance(value, list):
        return [_without_inputs(each, depth - 1) for each in value]
    inputs = _INPUT_KEYS if "loc" in value else ()
    return {
        key: "…" if key in inputs else _without_inputs(each, depth - 1)
        for key, each in value.items()
    }


def _without_input_at_end(text: str) -> str:
    """Return the text of a body that was cut off, and may have been an error of FastAPI."""
    found = _INPUT.search(text)
    return f"{text[: found.end()]} …" if found else text


def _without_controls(text: str) -> str:
    """Return a message with escape sequences in place of the characters that control a terminal."""
    return _CONTROLS.sub(lambda found: ascii(found[0])[1:-1], text)


def _read_body(body: Any) -> tuple[str | None, str | None, str | None]:
    """Return message, type and request id of an error body.

    The service, its gateway and the frameworks and proxies in front of them each have a form of
    their own: {"error": {...}}, {"detail": "..."}, FastAPI's {"detail": [{"loc", "msg"}]}, HTML.
    """
    if not isinstance(body, dict):
        return _message_in(body), None, None
    source = body.get("error", body.get("detail"))
    if isinstance(source, dict) and isinstance(source.get("error"), dict):
        source = source["error"]
    message = _message_in(source) or _message_in(body.get("message")) or _message_in(body)
    if not isinstance(source, dict):
        return message, None, None
    error_type = source.get("type") or source.get("code")
    request_id = source.get("id")
    return (
        message,
        error_type if isinstance(error_type, str) else None,
        request_id if isinstance(request_id, str) else None,
    )


def _message_in(value: Any, depth: int = _MAX_MESSAGE_DEPTH) -> str | None:
    if isinstance(value, str):
        return value.strip() or None
    if depth == 0:
        return None
    if isinstance(value, dict):
        message = next((value[key] for key in _MESSAGE_KEYS if value.get(key)), None)
        loc = value.get("loc")
        path = loc if isinstance(loc, list) else []
        where = ".".join(
            str(part) for part in path if isinstance(part, (str, int)) and part != "body"
        )
        text = _message_in(message, depth - 1)
        return f"{where}: {text}" if where and text else text
    if isinstance(value, list):
        return "; ".join(filter(None, (_message_in(each, depth - 1) for each in value))) or None
    return None


def _first_line(page: str) -> str | None:
    """Return one line from a body that is not JSON: the title of HTML, or the beginning."""
    if "<" in page:
        title = re.search(r"<title[^>]*>(.*?)</title>", page, re.IGNORECASE | re.DOTALL)
        page = title.group(1) if title else re.sub(r"<[^>]*>", " ", page)
    return " ".join(page.split())[:200] or None
