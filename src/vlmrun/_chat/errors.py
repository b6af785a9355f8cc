"""Errors of chat: each is an error of the openai package and one of this package.

Code written for the service's documentation catches `openai.APIStatusError` and its subclasses, and
reads `.status_code`, `.response`, `.body`, `.code`. Code written for this package catches
`vlmrun.errors.APIError` and its subclasses, and reads `.http_status`, `.error_type`, `.suggestion`.
`.message`, `.request_id` and the str are as in this package; `.body` is decoded, as in openai.
"""

# The two packages declare the same attributes with different types (`body`, `request`).
# mypy: disable-error-code="misc"

from __future__ import annotations

import json
from typing import Any

import httpx
import openai

from vlmrun import errors
from vlmrun._core.error_mapping import WIRE_ONLY

_OUTCOME_UNKNOWN = (
    "It may have been answered and billed, and was not sent again: repeat it if it may be billed "
    "twice"
)


class _OpenAIError(Exception):
    """An error of this package with the attributes of one of the openai package.

    It can be pickled and hashed, and has no trace of the API key.
    """

    def __init_subclass__(cls) -> None:
        cls.__doc__ = cls.__bases__[-1].__doc__

    def __init__(self, error: errors.APIError, request: httpx.Request) -> None:
        Exception.__init__(self, error.message)
        self.__dict__.update(vars(error))
        # Without headers and content: an error may be logged, or pickled.
        self.request = httpx.Request(request.method, request.url)
        self.__dict__.update(_openai_attributes(error, self.request))
        if isinstance(error, errors.OutcomeUnknownError):
            self.suggestion = _OUTCOME_UNKNOWN
        self.__cause__ = error.__cause__

    def __reduce__(self) -> Any:
        return _restored, (type(self), self.args, self.__dict__)


def _restored(cls: type[Exception], args: tuple[Any, ...], state: dict[str, Any]) -> Exception:
    error = cls.__new__(cls, *args)
    error.__dict__.update(state)
    return error


def _openai_attributes(error: errors.APIError, request: httpx.Request) -> dict[str, Any]:
    attributes: dict[str, Any] = dict.fromkeys(("body", "code", "param"))
    attributes["type"] = error.error_type
    if error.http_status is None:
        return attributes
    content = error.body or ""
    headers = {name: value for name, value in error.headers.items() if name not in WIRE_ONLY}
    attributes["status_code"] = error.http_status
    attributes["response"] = httpx.Response(
        error.http_status, headers=headers, content=content.encode(), request=request
    )
    attributes["body"] = body = _error_object(content)
    if isinstance(body, dict):
        attributes |= {name: body[name] for name in ("code", "param", "type") if body.get(name)}
    return attributes


def _error_object(content: str) -> Any:
    """Return what the openai package has as `body`: the innermost object about the error."""
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return content
    for name in ("detail", "error"):
        if isinstance(body, dict) and isinstance(body.get(name), dict):
            body = body[name]
    return body


class UnprocessableEntityError(
    _OpenAIError, openai.UnprocessableEntityError, errors.UnprocessableEntityError
): ...


class ValidationError(_OpenAIError, openai.BadRequestError, errors.ValidationError): ...


class AuthenticationError(_OpenAIError, openai.AuthenticationError, errors.AuthenticationError): ...


class PermissionDeniedError(
    _OpenAIError, openai.PermissionDeniedError, errors.PermissionDeniedError
): ...


class ResourceNotFoundError(_OpenAIError, openai.NotFoundError, errors.ResourceNotFoundError): ...


class ConflictError(_OpenAIError, openai.ConflictError, errors.ConflictError): ...


class RateLimitError(_OpenAIError, openai.RateLimitError, errors.RateLimitError): ...


class ServerError(_OpenAIError, openai.InternalServerError, errors.ServerError): ...


class ResponseDecodeError(
    _OpenAIError, openai.APIResponseValidationError, errors.ResponseDecodeError
): ...


class InsufficientCreditsError(
    _OpenAIError, openai.APIStatusError, errors.InsufficientCreditsError
): ...


class PayloadTooLargeError(_OpenAIError, openai.APIStatusError, errors.PayloadTooLargeError): ...


class RequestTimeoutStatusError(
    _OpenAIError, openai.APIStatusError, errors.RequestTimeoutError
): ...


class APIStatusError(_OpenAIError, openai.APIStatusError, errors.APIError): ...


class OutcomeUnknownTimeoutError(
    _OpenAIError, openai.APITimeoutError, errors.OutcomeUnknownTimeoutError
): ...


class RequestTimeoutError(_OpenAIError, openai.APITimeoutError, errors.RequestTimeoutError): ...


class OutcomeUnknownError(_OpenAIError, openai.APIConnectionError, errors.OutcomeUnknownError): ...


class NetworkError(_OpenAIError, openai.APIConnectionError, errors.NetworkError): ...


class UnreadableResponseError(_OpenAIError, openai.APIError, errors.ResponseDecodeError): ...


class APIError(_OpenAIError, openai.APIError, errors.APIError): ...


# The first class fits whose base class of this package the error is an instance of.
_WITH_STATUS: tuple[type[_OpenAIError], ...] = (
    UnprocessableEntityError,
    ValidationError,
    AuthenticationError,
    PermissionDeniedError,
    ResourceNotFoundError,
    ConflictError,
    RateLimitError,
    ServerError,
    ResponseDecodeError,
    InsufficientCreditsError,
    PayloadTooLargeError,
    RequestTimeoutStatusError,
    APIStatusError,
)
_WITHOUT_RESPONSE: tuple[type[_OpenAIError], ...] = (
    OutcomeUnknownTimeoutError,
    RequestTimeoutError,
    OutcomeUnknownError,
    NetworkError,
    UnreadableResponseError,
    APIError,
)


def as_openai_error(error: errors.APIError, request: httpx.Request) -> Exception:
    """Return the same error for those who catch errors of the openai package, too."""
    if isinstance(error, _OpenAIError):
        return error
    classes = _WITHOUT_RESPONSE if error.http_status is None else _WITH_STATUS
    return next(cls for cls in classes if isinstance(error, cls.__bases__[-1]))(error, request)


def error_from_event(error: openai.APIError) -> Exception:
    """Return the error for one that the service reports in the middle of a stream."""
    request: Any = error.request
    own = errors.APIError(error.message, error_type=error.type or error.code)
    both = as_openai_error(own, request)
    both.__dict__.update(body=error.body, code=error.code, param=error.param, type=error.type)
    return both
