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
import re
from typing import Any

import httpx
import openai
from openai.types.chat import ChatCompletion

from vlmrun import errors
from vlmrun._core.error_mapping import WIRE_ONLY
from vlmrun._core.job_kinds import REQUEST
from vlmrun._core.outcomes import explain
from vlmrun._messages import closest, synonym
from vlmrun._validation import unsendable_request_error
from vlmrun.types._response_models import describe_misfit


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
        self.__cause__ = error.__cause__

    def __reduce__(self) -> Any:
        return _restored, (type(self), self.args, self.__dict__)


def _restored(cls: type[Exception], args: tuple[Any, ...], state: dict[str, Any]) -> Exception:
    error = cls.__new__(cls)
    # `__new__` does not set the arguments of a class that is a TimeoutError, too.
    Exception.__init__(error, *args)
    error.__dict__.update(state)
    return error


def _openai_attributes(error: errors.APIError, request: httpx.Request) -> dict[str, Any]:
    attributes: dict[str, Any] = dict.fromkeys(("body", "code", "param"))
    attributes["type"] = error.error_type
    if error.http_status is None:
        return attributes
    content = error.body or ""
    # httpx encodes a str as ASCII, which the value of a response's header need not be.
    headers = [
        (_encoded(name), _encoded(value))
        for name, value in error.headers.items()
        if name not in WIRE_ONLY
    ]
    attributes["status_code"] = error.http_status
    attributes["response"] = httpx.Response(
        error.http_status, headers=headers, content=_encoded(content), request=request
    )
    attributes["body"] = body = _error_object(content)
    if isinstance(body, dict):
        attributes |= {name: body[name] for name in ("code", "param", "type") if body.get(name)}
    return attributes


def _encoded(text: str) -> bytes:
    # JSON may have escaped a lone surrogate, which UTF-8 cannot encode; so it is escaped again.
    return text.encode(errors="backslashreplace")


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


class LengthFinishReasonError(
    _OpenAIError, openai.LengthFinishReasonError, errors.ResponseDecodeError
): ...


class ContentFilterFinishReasonError(
    _OpenAIError, openai.ContentFilterFinishReasonError, errors.ResponseDecodeError
): ...


class UnreadableResponseError(_OpenAIError, openai.APIError, errors.ResponseDecodeError): ...


class APIError(_OpenAIError, openai.APIError, errors.APIError): ...


# The first class fits whose base class of this package the error is an instance of.
# 0.95 for `max_token` and `max_tokens`.
_LOOKS_MISSPELT = 0.85

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
    own.outcome = "accepted"
    own.suggestion = "The chat began, and what it cost until then may be billed"
    both = as_openai_error(own, request)
    both.__dict__.update(body=error.body, code=error.code, param=error.param, type=error.type)
    return both


def unfit_completion(cause: Exception, completion: Any, request: httpx.Request) -> Exception:
    """Return the error for a completion that does not fit what the caller wants it parsed as.

    It was billed, so the error has it: as `completion`, and its JSON as `raw`.

    Args:
        cause: The error of the openai package, of pydantic, or of a validator of the user's.
        completion: The completion, as far as it has arrived.
        request: The request for it.
    """
    cls: type[_OpenAIError] = ResponseDecodeError
    reason = f"it does not fit: {describe_misfit(cause)}"
    if isinstance(cause, openai.LengthFinishReasonError):
        cls, reason = LengthFinishReasonError, "it was cut off by the limit of its length"
    elif isinstance(cause, openai.ContentFilterFinishReasonError):
        cls, reason = ContentFilterFinishReasonError, "it was stopped by the content filter"
    raw = None if completion is None else completion.to_dict()
    own = errors.ResponseDecodeError(
        f"The completion cannot be parsed: {reason}",
        200,
        suggestion="It was billed; it is in this error's `.completion`",
        raw=raw,
    )
    own.outcome = "accepted"
    error = cls(own, request)
    # Classes of parsed completions are made on the fly, and cannot be pickled.
    plain = None if raw is None else ChatCompletion.construct(**raw)
    vars(error)["completion"] = plain
    return error


def unusable_response(cause: Exception, request: httpx.Request) -> Exception:
    """Return the error for a response, or an event, that the openai package cannot decode."""
    # Not with the text of the cause, which may have data of the response.
    own = errors.ResponseDecodeError(f"It cannot be decoded: {type(cause).__name__}", 200)
    return as_openai_error(explain(own, REQUEST), request)


def as_input_error(cause: BaseException) -> errors.InputError:
    """Return the error for arguments that the openai package cannot make a request of."""
    if isinstance(cause, FileNotFoundError):
        return errors.MissingFileError(f"The request cannot be sent: {cause}")
    if isinstance(cause, RecursionError):
        return errors.InputError("The request cannot be sent: it contains itself")
    if isinstance(cause, UnicodeEncodeError):
        return unsendable_request_error(cause)
    cls = errors.InputTypeError if isinstance(cause, TypeError) else errors.InputError
    return cls(f"The request cannot be sent: {cause}", suggestion=_remedy(str(cause)))


def _remedy(problem: str) -> str | None:
    """Return what to write instead of an argument that the openai package does not have."""
    if problem.startswith("You tried to pass a `BaseModel`"):
        return "Use client.agent.completions.parse(...), with the same arguments"
    if problem.startswith("Missing required arguments") and "'model'" in problem:
        return "Pass messages=[...] and model='vlmrun-orion-1:auto', for example"
    found = re.search(r"unexpected keyword argument '(\w+)'", problem)
    if found is None:
        return None
    known = ("messages", "response_format", "toolsets", "temperature", "max_tokens")
    meant = synonym(found[1], known) or closest(found[1], known, _LOOKS_MISSPELT)
    if meant is not None:
        return f"Did you mean {meant!r}?"
    return f"extra_body={{{found[1]!r}: ...}} sends what the openai package does not know"
