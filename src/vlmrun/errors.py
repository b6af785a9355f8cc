"""Every error this package raises, in one family.

    VLMRunError
      APIError                    the service answered with an error, or the answer never came
        AuthenticationError         401
        InsufficientCreditsError    402
        PermissionDeniedError       403
        ResourceNotFoundError       404
        ValidationError             400
          UnprocessableEntityError    422
        ConflictError               409
        PayloadTooLargeError        413
        RateLimitError              429
        ServerError                 5xx
        RequestTimeoutError         408, or no answer in time (a builtin `TimeoutError` too)
        NetworkError                the request never reached the service
          OutcomeUnknownError         it may have reached it; it was not sent again
            OutcomeUnknownTimeoutError  because time was up (a `RequestTimeoutError` too)
        ResponseDecodeError         an answer that cannot be read
      ClientError                 found on this side, before anything is sent
        ConfigurationError          (a `ValueError`)
        InputError                  (a `ValueError`)
          InputTypeError              (a `TypeError` too)
          MissingFileError            (a `FileNotFoundError` too)
        DependencyError             an extra is not installed (an `ImportError`)
        UnsupportedError            the service cannot do this (a `NotImplementedError`)
        WebhookSignatureError       a callback whose sender is not known
      JobError                    what `wait` raises; carries the job
        JobFailedError              ExecutionFailedError, PredictionFailedError
        JobPausedError              ExecutionPausedError, PredictionPausedError
        WaitTimeoutError            (a builtin `TimeoutError` too)

All can be pickled, compared by identity, hashed, and built by hand from keywords.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from vlmrun._messages import join_sentences


class VLMRunError(Exception):
    """Base of every error of this package. `message` says what happened."""

    message: str

    def __init__(self, message: str = "VLM Run error") -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return self.message


class _Advised(VLMRunError):
    """An error with a type word and a suggestion, whose defaults each subclass states once."""

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


class APIError(_Advised):
    """The service answered with an error status, or gave no readable answer.

    Attributes:
        message: What the service said, or what went wrong on the way.
        http_status: The status code; None when there was no answer.
        headers: The answer's headers, names in lower case.
        request_id: The service's id of the request, to quote to its support.
        error_type: The service's word for the error, or ours.
        suggestion: What to do about it.
        body: At most 2,000 characters of the answer's body, as text.
        retry_after: Seconds the service asked to wait, if it did.

    Example:
        >>> error = APIError("overloaded", http_status=503)
        >>> str(error)
        'overloaded (status 503)'
    """

    default_message = "The service reported an error"
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

    def __str__(self) -> str:
        facts = []
        if self.http_status is not None:
            facts.append(f"status {self.http_status}")
        if self.request_id:
            facts.append(f"request id {self.request_id}")
        text = self.message + (f" ({', '.join(facts)})" if facts else "")
        return join_sentences(text, self.suggestion)


class AuthenticationError(APIError):
    """401: the key is missing or wrong."""

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
    """403: the key may not do this."""

    default_message = "Permission denied"
    default_status = 403
    default_type = "permission_denied"
    default_suggestion = "Check what the account's plan and key allow"


class ResourceNotFoundError(APIError):
    """404: nothing has this id or name."""

    default_message = "Resource not found"
    default_status = 404
    default_type = "not_found_error"
    default_suggestion = "Check the id or name"


class ValidationError(APIError):
    """400: the service could not make sense of the request."""

    default_message = "Validation failed"
    default_status = 400
    default_type = "validation_error"
    default_suggestion = "Check the request's arguments"


class UnprocessableEntityError(ValidationError):
    """422: an argument has a wrong type or value; the message names each."""

    default_message = "The service refused an argument"
    default_status = 422
    default_type = "unprocessable_entity"


class ConflictError(APIError):
    """409: the request contradicts the state of the resource."""

    default_message = "Conflict"
    default_status = 409
    default_type = "conflict_error"
    default_suggestion = "Look at the state of the resource before you try again"


class PayloadTooLargeError(APIError):
    """413: the body is larger than the service takes."""

    default_message = "The request is too large"
    default_status = 413
    default_type = "payload_too_large"
    default_suggestion = 'Upload the file first: client.files.upload(path, method="presigned-url")'


class RateLimitError(APIError):
    """429: too many requests; `retry_after` has the service's wish, if it stated one."""

    default_message = "Rate limit exceeded"
    default_status = 429
    default_type = "rate_limit_error"
    default_suggestion = "Reduce the request rate, or ask for a higher limit"


class ServerError(APIError):
    """5xx: the service failed."""

    default_message = "The service failed"
    default_status = 500
    default_type = "server_error"
    default_suggestion = "Try again later; contact support if it stays"


class RequestTimeoutError(APIError, TimeoutError):
    """No answer within `timeout` or `deadline`, or status 408. A builtin `TimeoutError` too."""

    default_message = "The request timed out"
    default_type = "timeout_error"
    default_suggestion = "Try again later, or raise timeout or deadline"


class NetworkError(APIError):
    """The request could not be delivered, or a repeatable one found no answer in any try."""

    default_message = "Network error"
    default_type = "network_error"
    default_suggestion = "Check the network connection and the base URL"


class OutcomeUnknownError(NetworkError):
    """A request that costs money was sent and no answer came, so it was not sent again.

    It may or may not have been carried out. Look before sending it again: what it made is listed by
    its resource, an execution in `client.executions.list()`, a dataset in `client.datasets.list()`.
    """

    default_message = "The request was sent, but no answer came"
    default_type = "outcome_unknown"
    default_suggestion = (
        "It may have been carried out and was not sent again: before you repeat it, look for what "
        "it made in the list of its resource: client.executions.list(), client.predictions.list(), "
        "client.agent.list(), client.skills.list() and so on"
    )


class OutcomeUnknownTimeoutError(OutcomeUnknownError, RequestTimeoutError):
    """The same, because no answer came within `timeout` or `deadline`: a `TimeoutError` too."""


class ResponseDecodeError(APIError):
    """An answer that is not what the contract promises. `raw` has the payload as it came."""

    default_message = "The answer could not be read"
    default_type = "response_decode_error"
    default_suggestion = "Upgrade this package, or report the request id to the service's support"

    def __init__(self, *args: Any, raw: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.raw = raw


class ClientError(_Advised):
    """A mistake found on this side, before anything was sent."""

    default_message = "Client error"

    def __init__(
        self,
        message: str | None = None,
        error_type: str | None = None,
        suggestion: str | None = None,
    ) -> None:
        super().__init__(message, error_type, suggestion)
        if message is not None:  # it says what is wrong, so the general advice would add nothing
            self.suggestion = suggestion

    def __str__(self) -> str:
        return join_sentences(self.message, self.suggestion)


class ConfigurationError(ClientError, ValueError):
    """The client cannot be set up like this."""

    default_message = "Invalid configuration"
    default_type = "configuration_error"
    default_suggestion = "Check the client's arguments and the environment"


class InputError(ClientError, ValueError):
    """An argument has a value that cannot be used."""

    default_message = "Invalid input"
    default_type = "input_error"
    default_suggestion = "Check the arguments"


class InputTypeError(InputError, TypeError):
    """An argument has a type that cannot be used, or a name that is not known."""


class MissingFileError(InputError, FileNotFoundError):
    """A path that is not there."""

    default_message = "No such file"


class DependencyError(ClientError, ImportError):
    """A feature needs an extra that is not installed; the message names it."""

    default_message = "Missing dependency"
    default_type = "dependency_error"
    default_suggestion = "Install the extra that the feature needs"


class UnsupportedError(ClientError, NotImplementedError):
    """A call for which the service has no operation."""

    default_message = "The service has no such operation"
    default_type = "unsupported"


class WebhookSignatureError(ClientError):
    """A callback without a signature, or with one that is not its body's under the secret."""

    default_message = "The callback's signature is not that of its body under the secret"
    default_type = "webhook_signature_error"
    default_suggestion = (
        "Answer 401. If the service sent it, compare the secret with the dashboard's, and verify "
        "the raw body, not JSON that was written anew"
    )


class JobError(VLMRunError):
    """A job did not end as hoped. `job` is the execution or prediction as last seen."""

    def __init__(self, message: str = "The job did not complete", job: Any = None) -> None:
        super().__init__(message)
        self.job = job


class JobFailedError(JobError):
    """The service says that the job failed."""


class JobPausedError(JobError):
    """The job is paused and goes on only when somebody acts on it."""


class _OfExecution(JobError):
    @property
    def execution(self) -> Any:
        """The `AgentExecutionResponse` as last seen."""
        return self.job


class _OfPrediction(JobError):
    @property
    def prediction(self) -> Any:
        """The `PredictionResponse` as last seen."""
        return self.job


class ExecutionFailedError(JobFailedError, _OfExecution):
    """An agent execution failed; `execution` is the execution."""


class PredictionFailedError(JobFailedError, _OfPrediction):
    """A prediction failed; `prediction` is the prediction."""


class ExecutionPausedError(JobPausedError, _OfExecution):
    """An agent execution is paused; `execution` is the execution."""


class PredictionPausedError(JobPausedError, _OfPrediction):
    """A prediction is paused; `prediction` is the prediction."""


class WaitTimeoutError(JobError, TimeoutError):
    """`wait` ran out of time; the job goes on. The message names its id and last status."""
