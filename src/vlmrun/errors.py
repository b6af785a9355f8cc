"""The exceptions that this package raises.

docs/guides/errors-and-logging.md shows their hierarchy. All of them can be pickled.
"""

from __future__ import annotations

from typing import Any

from vlmrun._error_bases import APIError as APIError
from vlmrun._error_bases import ErrorWithSuggestion as _ErrorWithSuggestion
from vlmrun._error_bases import VLMRunError as VLMRunError
from vlmrun._redaction import redact


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


class StreamError(APIError):
    """The server reported an error in a stream over a WebSocket.

    `event` is its message, a `vlmrun.types.SessionError`; None if there is none.
    """

    default_message = "The stream failed"
    default_type = "stream_error"
    event: Any = None


class FrameDroppedError(StreamError):
    """The server did not read the frame, and bills nothing; `event` has the reason."""

    default_message = "The server dropped the frame"
    default_type = "frame_dropped"
    default_suggestion = "Send it again, or send fewer frames at a time"


class StreamClosedError(StreamError):
    """A stream over a WebSocket ended before all of its frames had a result.

    Attributes:
        reason: "lost" if the connection broke off, "idle", "expired", or what the server said.
        unanswered: The indexes of the frames that were sent and have no result. They may have been
            read, and billed. All frames before the first one have a result.
        results: Results that have arrived, and were not returned, because an earlier frame has
            none.
    """

    default_message = "The stream was closed"
    default_type = "stream_closed"
    default_suggestion = "Open a new stream for the frames that have no result"
    reason: str = "lost"
    unanswered: tuple[int, ...] = ()
    results: tuple[Any, ...] = ()


class ClientError(_ErrorWithSuggestion):
    """An error that was found locally, before anything was sent."""

    default_message = "Client error"

    def __init__(
        self,
        message: str | None = None,
        error_type: str | None = None,
        suggestion: str | None = None,
    ) -> None:
        super().__init__(message, error_type, suggestion)
        if message is not None:  # the default suggestion only goes with the default message
            self.suggestion = suggestion


class ConfigurationError(ClientError, ValueError):
    """An argument of the client, or an environment variable, is missing or invalid."""

    default_message = "Invalid configuration"
    default_type = "configuration_error"
    default_suggestion = "Check the arguments of the client and the environment variables"


class InputError(ClientError, ValueError):
    """An argument has an invalid value."""

    default_message = "Invalid input"
    default_type = "input_error"
    default_suggestion = "Check the arguments"


class InputTypeError(InputError, TypeError):
    """An argument has an invalid type, or there is no argument of this name."""


class ReadOnlyError(InputError, AttributeError):
    """A setting of a client or a field of a type was assigned, which cannot be changed."""

    default_message = "It cannot be changed"


class MissingFileError(InputError, FileNotFoundError):
    """There is no file at a path."""

    default_message = "No such file"


class FileAccessError(InputError, OSError):
    """A file cannot be read or written."""

    default_message = "The file cannot be read or written"


class DependencyError(ClientError, ImportError):
    """A feature needs an extra that is not installed; the message names the extra."""

    default_message = "Missing dependency"
    default_type = "dependency_error"
    default_suggestion = "Install the extra that the feature needs"


class UnsupportedError(ClientError, NotImplementedError):
    """The service has no operation for this call."""

    default_message = "The service has no such operation"
    default_type = "unsupported"


class JournalError(_ErrorWithSuggestion):
    """The journal of a batch, whose path is in the message, cannot be read or written."""

    default_message = "The journal cannot be used"
    default_suggestion = "Check the file, its directory and the space on the disk"


class BudgetExceededError(_ErrorWithSuggestion):
    """Jobs have used the `budget`, so nothing more is submitted; `credits_used` is their sum."""

    default_message = "The budget is used up"
    default_suggestion = "Raise budget, or continue later with the same journal"
    credits_used: float | None = None
    budget: float | None = None


class WebhookSignatureError(ClientError):
    """The signature of a webhook request is missing, or does not match its body and the secret."""

    default_message = "The signature does not match the body and the secret"
    default_type = "webhook_signature_error"
    default_suggestion = (
        "Respond with status 401. If the request came from VLM Run, compare the secret with the "
        "one in the dashboard, and verify the raw body, not re-encoded JSON"
    )


class JobError(VLMRunError):
    """A job did not complete. `job` is the execution or prediction as of the last poll."""

    def __init__(self, message: str = "The job did not complete", job: Any = None) -> None:
        super().__init__(message)
        self.job = job


class JobFailedError(JobError):
    """The job failed."""


class JobNotCompletedError(JobError):
    """The job is in progress or has failed, so it has no response to parse."""


class JobPausedError(JobError):
    """The job is paused; it continues only after an action of the user."""


class _ExecutionError(JobError):
    @property
    def execution(self) -> Any:
        """The `AgentExecutionResponse` as of the last poll."""
        return self.job


class _PredictionError(JobError):
    @property
    def prediction(self) -> Any:
        """The `PredictionResponse` as of the last poll."""
        return self.job


class ExecutionFailedError(JobFailedError, _ExecutionError):
    """An agent execution failed; `execution` is the execution."""


class PredictionFailedError(JobFailedError, _PredictionError):
    """A prediction failed; `prediction` is the prediction."""


class ExecutionPausedError(JobPausedError, _ExecutionError):
    """An agent execution is paused; `execution` is the execution."""


class PredictionPausedError(JobPausedError, _PredictionError):
    """A prediction is paused; `prediction` is the prediction."""


class WaitTimeoutError(JobError, TimeoutError):
    """Waiting timed out while the job continues; the message has its id and last status."""
