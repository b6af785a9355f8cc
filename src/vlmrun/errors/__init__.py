"""The exceptions that this package raises.

docs/guides/errors-and-logging.md shows their hierarchy. All of them can be pickled.
"""

# Type checkers recognize this name; importing `typing` would take longer than this package.
TYPE_CHECKING = bool()  # noqa: UP018 - jedi, which editors use, skips a block after `False`
if TYPE_CHECKING:
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
    from vlmrun.errors._base import VLMRunError
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
        APIKeyError,
        BudgetExceededError,
        ClientError,
        ConfigurationError,
        DependencyError,
        FileAccessError,
        FileWriteError,
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
    "APIKeyError",
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
    "FileWriteError",
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

_MODULES = ("_base", "_local", "_api", "_jobs", "_streams")

if not TYPE_CHECKING:  # with a module __getattr__, type checkers would accept any name

    def __getattr__(name):
        # Imported when they are first used: creating a client needs the first two modules only.
        if name in __all__:
            from importlib import import_module

            for module in _MODULES:
                _take_from(import_module(f"{__name__}.{module}"))
                if name in globals():
                    return globals()[name]
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__():
        return sorted({*globals(), *__all__})


def _take_from(module: object) -> None:
    # Tracebacks, pickles and the documentation name the public module, not the private ones.
    for name, value in vars(module).items():
        if name in __all__:
            value.__module__ = __name__
            globals()[name] = value
