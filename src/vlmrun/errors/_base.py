"""The base classes of all exceptions."""

from __future__ import annotations

from typing import Any, ClassVar

from vlmrun._error_report import Reportable
from vlmrun._messages import join_sentences


class VLMRunError(Reportable, Exception):
    """Base class of all exceptions of this package.

    Attributes:
        message: The error message.
        missing: After an error that ended the iteration over a stream: the indexes of the images
            that were taken and have no result. Those that were sent may have been read, and billed.
        results: After such an error: the results that had arrived of images after the first one
            that is missing.
    """

    message: str
    missing: tuple[int, ...] = ()
    results: tuple[Any, ...] = ()

    def __init__(self, message: str = "VLM Run error") -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        # The same as that of BaseException. For classes that define none, tblib, which distributed
        # installs, calls `__new__`; for those that are an OSError, too, that raises a TypeError.
        return type(self), self.args, vars(self)


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
