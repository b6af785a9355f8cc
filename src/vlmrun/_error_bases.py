"""The base classes of the exceptions, which `vlmrun.errors` has, too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from vlmrun._error_report import Reportable
from vlmrun._messages import join_sentences

if TYPE_CHECKING:
    from vlmrun._attempts import RequestAttempt


class VLMRunError(Reportable, Exception):
    """Base class of all exceptions of this package. `message` is the error message."""

    message: str

    def __init__(self, message: str = "VLM Run error") -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return self.message


class ErrorWithSuggestion(VLMRunError):
    """An error with a type and a suggestion; subclasses set the defaults."""

    default_message: ClassVar[str] = "VLM Run error"
    default_type: ClassVar[str | None] = None
    default_suggestion: ClassVar[str | None] = None

    error_type: str | None
    suggestion: str | None

    def __init__(
        self,
        message: str | None = None,
        error_type: str | None = None,
        suggestion: str | None = None,
    ) -> None:
        super().__init__(self.default_message if message is None else message)
        self.error_type = self.default_type if error_type is None else error_type
        self.suggestion = self.default_suggestion if suggestion is None else suggestion

    def __str__(self) -> str:
        return join_sentences(self.message, self.suggestion)


class APIError(ErrorWithSuggestion):
    """The service returned an error status, or no usable response arrived.

    Attributes:
        message: The message of the service, or a description of what failed.
        http_status: The status code; None without a response.
        headers: The headers of the response, with names in lower case.
        request_id: The id that the service gave the request; quote it to support.
        error_type: The error type that the service reported, or the default of the class.
        suggestion: How to resolve the error.
        body: The first 2,000 characters of the body of the response.
        retry_after: The number of seconds that the service asked to wait, if it did.
        outcome: For a request that costs money or creates something: "not_sent", "refused" (nothing
            was started), "unknown" (it may be running) or "accepted" (it was, but there is no
            usable response). None for a request that only reads, or that can be repeated.
        job_id: The id of the job that the request started or asked for, if it is known.
        attempts: The attempts to send the request, as `vlmrun.types.RequestAttempt`.

    Example:
        >>> error = APIError("overloaded", http_status=503)
        >>> str(error)
        'overloaded (status 503)'
    """

    default_message = "The service returned an error"
    default_status: ClassVar[int | None] = None

    def __init__(
        self,
        message: str | None = None,
        http_status: int | None = None,
        headers: Mapping[str, str] | None = None,
        request_id: str | None = None,
        error_type: str | None = None,
        suggestion: str | None = None,
        *,
        body: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, error_type, suggestion)
        self.http_status = self.default_status if http_status is None else http_status
        self.headers = dict(headers or {})
        self.request_id = request_id
        self.body = body
        self.retry_after = retry_after
        self.outcome: str | None = None
        self.job_id: str | None = None
        self.attempts: tuple[RequestAttempt, ...] = ()

    def __str__(self) -> str:
        facts = []
        if self.http_status is not None:
            facts.append(f"status {self.http_status}")
        if self.request_id:
            facts.append(f"request id {self.request_id}")
        text = self.message + (f" ({', '.join(facts)})" if facts else "")
        return join_sentences(text, self.suggestion)


# Tracebacks, pickles and the reference name the module that users import them from.
for _cls in (VLMRunError, APIError):
    _cls.__module__ = "vlmrun.errors"
