"""The exceptions that this package raises.

docs/guides/errors-and-logging.md shows their hierarchy. All of them can be pickled.
"""

from vlmrun.errors._api import (
    APIError,
    AuthenticationError,
    ConflictError,
    InsufficientCreditsError,
    NetworkError,
    OutcomeUnknownError,
    OutcomeUnknownTimeoutError,
    PayloadTooLargeError,
    PermissionDeniedError,
    RateLimitError,
    RequestTimeoutError,
    ResourceNotFoundError,
    ResponseDecodeError,
    ServerError,
    UnprocessableEntityError,
    ValidationError,
)
from vlmrun.errors._base import (
    VLMRunError,
)
from vlmrun.errors._jobs import (
    DocumentPartsError,
    ExecutionFailedError,
    ExecutionPausedError,
    JobError,
    JobFailedError,
    JobNotCompletedError,
    JobPausedError,
    PredictionFailedError,
    PredictionPausedError,
    ResultNotSavedError,
    WaitTimeoutError,
)
from vlmrun.errors._local import (
    BudgetExceededError,
    ClientError,
    ConfigurationError,
    DependencyError,
    FileAccessError,
    InputError,
    InputTypeError,
    JournalError,
    MissingFileError,
    ReadOnlyError,
    UnsupportedError,
    WebhookSignatureError,
)
from vlmrun.errors._streams import (
    FrameDroppedError,
    StreamClosedError,
    StreamError,
)

__all__ = [
    "APIError",
    "AuthenticationError",
    "BudgetExceededError",
    "ClientError",
    "ConfigurationError",
    "ConflictError",
    "DependencyError",
    "DocumentPartsError",
    "ExecutionFailedError",
    "ExecutionPausedError",
    "FileAccessError",
    "FrameDroppedError",
    "InputError",
    "InputTypeError",
    "InsufficientCreditsError",
    "JobError",
    "JobFailedError",
    "JobNotCompletedError",
    "JobPausedError",
    "JournalError",
    "MissingFileError",
    "NetworkError",
    "OutcomeUnknownError",
    "OutcomeUnknownTimeoutError",
    "PayloadTooLargeError",
    "PermissionDeniedError",
    "PredictionFailedError",
    "PredictionPausedError",
    "RateLimitError",
    "ReadOnlyError",
    "RequestTimeoutError",
    "ResourceNotFoundError",
    "ResponseDecodeError",
    "ResultNotSavedError",
    "ServerError",
    "StreamClosedError",
    "StreamError",
    "UnprocessableEntityError",
    "UnsupportedError",
    "VLMRunError",
    "ValidationError",
    "WaitTimeoutError",
    "WebhookSignatureError",
]

# Tracebacks, pickles and the documentation name the public module, not the private ones.
for _name in __all__:
    globals()[_name].__module__ = __name__
