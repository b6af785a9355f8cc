"""Errors of chat: each is one of the openai package and one of ours.

Code written for the service's documentation catches `openai.APIStatusError` and its family, and
reads `.status_code`, `.response`, `.body`, `.code`; code written for this package catches
`vlmrun.errors.APIError` and its family, and reads `.http_status`, `.error_type`, `.suggestion`.
`.message`, `.request_id` and the text are ours; `.body` is the openai package's, decoded.
"""

from __future__ import annotations

import json
from typing import Any

import httpx
import openai

from vlmrun import errors
from vlmrun._core.error_mapping import WIRE_ONLY

_UNKNOWN = (
    "It may have been answered and billed, and was not sent again: repeat it if it may be billed "
    "twice"
)


class _InBothFamilies(Exception):
    """Made from an error of ours; picklable, hashable, with no trace of the key."""

    def __init__(self, error: errors.APIError, request: httpx.Request) -> None:
        Exception.__init__(self, error.message)
        self.__dict__.update(vars(error))
        # Without headers and content: an error may be logged, or pickled.
        self.request = httpx.Request(request.method, request.url)
        self.__dict__.update(_facts_for_openai(error, self.request))
        if isinstance(error, errors.OutcomeUnknownError):
            self.suggestion = _UNKNOWN
        self.__cause__ = error.__cause__

    def __reduce__(self) -> Any:
        return _restored, (type(self), self.args, self.__dict__)


def _restored(cls: type[Exception], args: tuple[Any, ...], state: dict[str, Any]) -> Exception:
    error = cls.__new__(cls, *args)
    error.__dict__.update(state)
    return error


def _facts_for_openai(error: errors.APIError, request: httpx.Request) -> dict[str, Any]:
    facts: dict[str, Any] = dict.fromkeys(("body", "code", "param"))
    facts["type"] = error.error_type
    if error.http_status is None:
        return facts
    facts["status_code"] = error.http_status
    text = error.body or ""
    kept = {name: value for name, value in error.headers.items() if name not in WIRE_ONLY}
    facts["response"] = httpx.Response(
        error.http_status, headers=kept, content=text.encode(), request=request
    )
    facts["body"] = body = _innermost(text)
    if isinstance(body, dict):
        facts |= {name: body[name] for name in ("code", "param", "type") if body.get(name)}
    return facts


def _innermost(text: str) -> Any:
    """What the openai package calls the body of an error: the object that describes it."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return text
    for name in ("detail", "error"):
        if isinstance(body, dict) and isinstance(body.get(name), dict):
            body = body[name]
    return body


def _joined(name: str, ours: type[errors.APIError], theirs: type[Exception]) -> type[Any]:
    bases: Any = (_InBothFamilies, theirs, ours)
    cls = type(name, bases, {"__doc__": ours.__doc__})
    cls.__module__ = __name__
    globals()[name] = cls  # where pickle finds it
    return cls


# The first fits whose class of ours the error is of.
_WITH_STATUS = [
    (ours, _joined(ours.__name__, ours, theirs))
    for ours, theirs in (
        (errors.UnprocessableEntityError, openai.UnprocessableEntityError),
        (errors.ValidationError, openai.BadRequestError),
        (errors.AuthenticationError, openai.AuthenticationError),
        (errors.PermissionDeniedError, openai.PermissionDeniedError),
        (errors.ResourceNotFoundError, openai.NotFoundError),
        (errors.ConflictError, openai.ConflictError),
        (errors.RateLimitError, openai.RateLimitError),
        (errors.ServerError, openai.InternalServerError),
        (errors.ResponseDecodeError, openai.APIResponseValidationError),
        (errors.InsufficientCreditsError, openai.APIStatusError),
        (errors.PayloadTooLargeError, openai.APIStatusError),
        (errors.RequestTimeoutError, openai.APIStatusError),
        (errors.APIError, openai.APIStatusError),
    )
]
_UNANSWERED = [
    (ours, _joined(f"Unanswered{ours.__name__}", ours, theirs))
    for ours, theirs in (
        (errors.OutcomeUnknownTimeoutError, openai.APITimeoutError),
        (errors.RequestTimeoutError, openai.APITimeoutError),
        (errors.OutcomeUnknownError, openai.APIConnectionError),
        (errors.NetworkError, openai.APIConnectionError),
        (errors.ResponseDecodeError, openai.APIError),
        (errors.APIError, openai.APIError),
    )
]


def in_both_families(error: errors.APIError, request: httpx.Request) -> Exception:
    """The same error, for those who catch the openai package's too."""
    if isinstance(error, _InBothFamilies):
        return error
    pairs = _UNANSWERED if error.http_status is None else _WITH_STATUS
    cls = next(joined for ours, joined in pairs if isinstance(error, ours))
    both: Exception = cls(error, request)
    return both


def of_event(error: openai.APIError) -> Exception:
    """The error for one that the service reports in the middle of a stream."""
    request: Any = error.request
    ours = errors.APIError(error.message, error_type=error.type or error.code)
    both = in_both_families(ours, request)
    both.__dict__.update(body=error.body, code=error.code, param=error.param, type=error.type)
    return both
