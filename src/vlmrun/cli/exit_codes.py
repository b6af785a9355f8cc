"""The exit codes of the command line, by kind of error."""

from __future__ import annotations

from typing import NamedTuple

SUCCESS = 0
FAILED = 1
USAGE = 2
KEY = 3
NOT_FOUND = 4
REJECTED = 5
RATE_LIMIT = 6
NETWORK = 7
UNKNOWN = 8
HANGUP = 129
INTERRUPTED = 130
CLOSED_PIPE = 141
TERMINATED = 143


class ExitCode(NamedTuple):
    """A row of the table in `vlmrun help exit-codes` and in docs/cli.md."""

    code: int
    meaning: str
    remedy: str


EXIT_CODES = (
    ExitCode(SUCCESS, "Success; also an empty list, and a job that was only submitted", ""),
    ExitCode(
        FAILED,
        "A job failed or was not finished in time, one of several inputs failed, a check found "
        "something, a file cannot be written, or an extra is not installed",
        "Read the message. A job that was not finished in time goes on: the message has the "
        "command that waits for it",
    ),
    ExitCode(
        USAGE,
        "Usage: an unknown command or option, an invalid value, or a file that does not exist",
        "Correct the command; `--help` works after each command",
    ),
    ExitCode(
        KEY,
        "The API key is missing, wrong, or has no permission",
        "Set VLMRUN_API_KEY, or run `vlmrun config set --api-key -`",
    ),
    ExitCode(NOT_FOUND, "There is nothing with this id or name", "Look for it with `list`"),
    ExitCode(
        REJECTED,
        "The service rejected the request, or the account has no credits left",
        "Correct what the message names; nothing was started",
    ),
    ExitCode(
        RATE_LIMIT,
        "Too many requests, even after retries",
        "Run it again later; batches continue where they stopped",
    ),
    ExitCode(
        NETWORK,
        "The service cannot be reached, did not respond in time, or failed",
        "Check the network, proxy and base URL, and run it again",
    ),
    ExitCode(
        UNKNOWN,
        "The outcome is unknown: a request that costs money was sent, and had no usable response",
        "Run the command that the message names before you repeat it: the job may be running",
    ),
    ExitCode(HANGUP, "The terminal was closed, or SIGHUP was sent", "See 130"),
    ExitCode(
        INTERRUPTED,
        "Interrupted with Ctrl-C",
        "Jobs that were submitted go on; the message has their ids and the command to resume",
    ),
    ExitCode(
        CLOSED_PIPE, "The program that reads the output has ended, as in `vlmrun ... | head -1`", ""
    ),
    ExitCode(
        TERMINATED, "Terminated by SIGTERM, which `timeout` and container runtimes send", "See 130"
    ),
)


def lines_of_exit_codes(width: int) -> list[str]:
    """Return the table of exit codes: the meaning of each, and below it what to do.

    Args:
        width: The length of a line at most.
    """
    import textwrap

    lines = []
    for each in EXIT_CODES:
        texts = [f"{each.meaning}.", *([f"{each.remedy}."] if each.remedy else [])]
        for number, text in enumerate(texts):
            start = f"{each.code:>4}  " if number == 0 else " " * 6
            lines += textwrap.wrap(
                text,
                width,
                initial_indent=start,
                subsequent_indent=" " * 6,
                break_long_words=False,
                break_on_hyphens=False,
            )
    return lines


def exit_code_of(error: BaseException) -> int:
    """Return the exit code for an error of the SDK, of the system or of this package."""
    from vlmrun import errors

    own = getattr(error, "exit_code", None)
    if isinstance(own, int):
        return own
    if isinstance(error, errors.APIError):
        return _code_of_api_error(error)
    if isinstance(error, errors.APIKeyError):
        return KEY
    # A file that cannot be read is a wrong argument.
    if isinstance(error, (errors.DependencyError, errors.FileWriteError)):
        return FAILED
    return USAGE if isinstance(error, errors.ClientError) else FAILED


def _code_of_api_error(error: BaseException) -> int:
    from vlmrun import errors

    if getattr(error, "outcome", None) in ("unknown", "accepted"):
        return UNKNOWN
    kinds = (
        ((errors.AuthenticationError, errors.PermissionDeniedError), KEY),
        ((errors.ResourceNotFoundError,), NOT_FOUND),
        ((errors.RateLimitError,), RATE_LIMIT),
        ((errors.OutcomeUnknownError,), UNKNOWN),
        ((errors.NetworkError, errors.RequestTimeoutError, errors.ServerError), NETWORK),
        ((errors.ResponseDecodeError,), NETWORK),
    )
    for classes, code in kinds:
        if isinstance(error, classes):
            return code
    status = getattr(error, "http_status", None)
    return NETWORK if status is None or status >= 500 else REJECTED
