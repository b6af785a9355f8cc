"""Errors that are found locally: arguments, files, journals and budgets."""

from __future__ import annotations

from vlmrun.errors._base import ErrorWithSuggestion


class ClientError(ErrorWithSuggestion):
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


class APIKeyError(ConfigurationError):
    """The API key is missing, or cannot be sent."""

    default_message = "No API key"


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


class FileWriteError(FileAccessError):
    """A file or folder cannot be created or written."""

    default_message = "The file cannot be written"


class DependencyError(ClientError, ImportError):
    """A feature needs an extra that is not installed; the message names the extra."""

    default_message = "Missing dependency"
    default_type = "dependency_error"
    default_suggestion = "Install the extra that the feature needs"


class UnsupportedError(ClientError, NotImplementedError):
    """The service has no operation for this call."""

    default_message = "The service has no such operation"
    default_type = "unsupported"


class JournalError(ErrorWithSuggestion):
    """The journal of a batch, whose path is in the message, cannot be read or written."""

    default_message = "The journal cannot be used"
    default_suggestion = "Check the file, its directory and the space on the disk"


class BudgetExceededError(ErrorWithSuggestion):
    """Jobs have used the `budget`, so nothing more is submitted; `credits_used` is their sum."""

    default_message = "The budget is used up"
    default_suggestion = "Raise budget; with a journal, the next run of a batch continues"
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
