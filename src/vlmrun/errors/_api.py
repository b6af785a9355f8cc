"""Errors of requests: error statuses, timeouts, connections and unusable responses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from vlmrun._messages import join_sentences
from vlmrun._redaction import redact
from vlmrun.errors._base import ErrorWithSuggestion

if TYPE_CHECKING:
    from vlmrun._attempts import RequestAttempt


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


class AuthenticationError(APIError):
    """401: the API key is missing or invalid."""

    default_message = "Authentication failed"
    default_status = 401
    default_type = "authentication_error"
    default_suggestion = "Check the API key: VLMRun(api_key=...) or VLMRUN_API_KEY"


class InsufficientCreditsError(APIError):
    """402: the account has no credits left."""

    default_message = "The account has no credits left"
    default_status = 402
    default_type = "insufficient_credits"
    default_suggestion = "Add credits to the account"


class PermissionDeniedError(APIError):
    """403: the API key does not have permission."""

    default_message = "Permission denied"
    default_status = 403
    default_type = "permission_denied"
    default_suggestion = "Check the permissions of the account's plan and API key"


class ResourceNotFoundError(APIError):
    """404: there is no resource with this id or name."""

    default_message = "Resource not found"
    default_status = 404
    default_type = "not_found_error"
    default_suggestion = "Check the id or name"


class ValidationError(APIError):
    """400: the request is malformed."""

    default_message = "Validation failed"
    default_status = 400
    default_type = "validation_error"
    default_suggestion = "Check the arguments of the call"


class UnprocessableEntityError(ValidationError):
    """422: an argument has an invalid type or value; the message lists each of them."""

    default_message = "The service rejected an argument"
    default_status = 422
    default_type = "unprocessable_entity"


class ConflictError(APIError):
    """409: the request conflicts with the state of the resource."""

    default_message = "Conflict"
    default_status = 409
    default_type = "conflict_error"
    default_suggestion = "Check the state of the resource before you retry"


class PayloadTooLargeError(APIError):
    """413: the body exceeds the size limit of the service."""

    default_message = "The request is too large"
    default_status = 413
    default_type = "payload_too_large"
    default_suggestion = 'Upload the file first: client.files.upload(path, method="presigned-url")'


class RateLimitError(APIError):
    """429: too many requests; `retry_after` is the requested delay in seconds, if any."""

    default_message = "Rate limit exceeded"
    default_status = 429
    default_type = "rate_limit_error"
    default_suggestion = "Reduce the request rate, or ask for a higher limit"


class ServerError(APIError):
    """5xx: an error in the service."""

    default_message = "The service failed"
    default_status = 500
    default_type = "server_error"
    default_suggestion = "Try again later; contact support if the error persists"


class RequestTimeoutError(APIError, TimeoutError):
    """No response within `timeout` or `deadline`, or status 408. Also a `TimeoutError`."""

    default_message = "The request timed out"
    default_type = "timeout_error"
    default_suggestion = "Try again later, or increase timeout or deadline"


class NetworkError(APIError):
    """The request could not be delivered, or all attempts of a retryable request failed."""

    default_message = "Network error"
    default_type = "network_error"
    default_suggestion = "Check the network connection and the base URL"


class OutcomeUnknownError(NetworkError):
    """A billable request was sent, no response arrived, and it was not retried.

    The service may or may not have processed it. The message says where to look before sending it
    again; if the call had an `id`, `job_id` is that id.
    """

    default_message = "The request was sent, but no response arrived"
    default_type = "outcome_unknown"
    default_suggestion = (
        "It may have been carried out, and was not sent again; check that before you repeat it"
    )


class OutcomeUnknownTimeoutError(OutcomeUnknownError, RequestTimeoutError):
    """An `OutcomeUnknownError` after `timeout` or `deadline`. Also a `TimeoutError`."""


class ResponseDecodeError(APIError):
    """The response does not have the documented format.

    `raw` is the unparsed payload, without the queries of URLs, which may be signatures.
    """

    default_message = "The response could not be parsed"
    default_type = "response_decode_error"
    default_suggestion = "Upgrade this package, or report the request id to VLM Run support"

    def __init__(self, *args: Any, raw: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.raw = redact(raw)
