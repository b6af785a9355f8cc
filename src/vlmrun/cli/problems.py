"""Errors of the command line itself, and messages for all errors: one line, with the remedy."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from vlmrun.cli.exit_codes import FAILED, KEY, USAGE
from vlmrun.cli.streams import printable

_LONGEST_MESSAGE = 2000

# Suggestions of the SDK that name Python code, which is of no use in a terminal.
_PYTHON = re.compile(r"client\.|VLMRun\(|vlmrun\.viz|\bNone\b|\w=|\w\(")

# Arguments of the SDK at the beginning of its messages, and the options for them.
_OPTIONS = {
    "api_key": "--api-key",
    "base_url": "--base-url",
    "budget": "--budget",
    "callback_url": "--callback-url",
    "dataset_directory": "--directory",
    "directory": "DIR",
    "domain": "--domain",
    "execution_id": "--execution-id",
    "file pages": "--pages",
    "file_id": "ID",
    "id": "ID",
    "journal": "--journal",
    "limit": "--limit",
    "model": "--model",
    "name": "NAME",
    "pages": "--pages",
    "port": "--port",
    "session_id": "--session-id",
    "skip": "--skip",
    "split": "--split",
    "suffix": "--suffix",
    "wait_timeout": "--timeout",
    "file": "FILE",
}
_ARGUMENT = re.compile(rf"^(?:{'|'.join(_OPTIONS)})\b")
# Targets of what the command writes, whose options have several names.
_TARGET = re.compile(r"^(?:path|to|folder): ")


class Problem(Exception):
    """An error that is shown in one line.

    Attributes:
        message: What is wrong: option, value and reason.
        remedy: What to do about it.
        exit_code: The exit code of the program.
    """

    exit_code = FAILED

    def __init__(self, message: str, remedy: str = "", exit_code: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        if exit_code is not None:
            self.exit_code = exit_code


class UsageProblem(Problem):
    """A mistake in the arguments of a command."""

    exit_code = USAGE


class MissingKeyProblem(Problem):
    """There is no API key."""

    exit_code = KEY

    def __init__(self) -> None:
        super().__init__(
            "API key not found",
            "Set the environment variable VLMRUN_API_KEY, run `vlmrun config set --api-key -`, or "
            "pass `vlmrun --api-key KEY ...`",
        )


def nearest(value: str, known: Iterable[str]) -> str:
    """Return a hint such as "did you mean 'files'?", or an empty str if nothing is similar.

    Args:
        value: What was passed.
        known: What would have been valid.
    """
    from vlmrun._messages import closest

    similar = closest(value, known)
    return f"Did you mean {similar!r}?" if similar else ""


def check_choice(option: str, value: str, known: Iterable[str]) -> str:
    """Return the known value that equals `value`, in any case.

    Args:
        option: The option, such as "--status".
        value: Its value.
        known: The valid values.

    Raises:
        UsageProblem: There is none.
    """
    names = list(known)
    found = next((name for name in names if name.lower() == value.lower()), None)
    if found is None:
        hint = nearest(value, names)
        remedy = f"Use one of: {', '.join(names)}"
        raise UsageProblem(f"{option} cannot be {value!r}", f"{hint} {remedy}".strip())
    return found


def one_line(error: BaseException) -> str:
    """Return the message of an error and its remedy as one line without control characters."""
    message, remedy = _parts(error)
    text = " ".join(f"{message.rstrip('.')}. {remedy}".split() if remedy else message.split())
    return printable(text[:_LONGEST_MESSAGE])


def _parts(error: BaseException) -> tuple[str, str]:
    from vlmrun.errors import APIError, BudgetExceededError, ClientError, JobError, VLMRunError

    if isinstance(error, Problem):
        return error.message, error.remedy
    if isinstance(error, APIError):
        return _with_facts(error), _remedy_of(error)
    if isinstance(error, JobError):
        return _without_python(str(error)), ""
    if isinstance(error, BudgetExceededError):
        return error.message, "Raise --budget; where there is a journal, the next run continues"
    if isinstance(error, (ClientError, VLMRunError)):
        suggestion = getattr(error, "suggestion", None) or ""
        message = getattr(error, "message", str(error))
        message = _TARGET.sub("", _ARGUMENT.sub(_as_option, message))
        return message, _shell_remedy(suggestion)
    if isinstance(error, OSError):
        reason = error.strerror or str(error) or type(error).__name__
        return f"{error.filename}: {reason}" if error.filename else reason, ""
    return f"{type(error).__name__}: {error}", "This is a bug; --debug shows where it happened"


def _with_facts(error: Any) -> str:
    facts = []
    if error.http_status is not None:
        facts.append(f"status {error.http_status}")
    if error.request_id:
        facts.append(f"request id {error.request_id}")
    message: str = error.message.rstrip(".")
    return f"{message} ({', '.join(facts)})" if facts else message


def _remedy_of(error: Any) -> str:
    from vlmrun import errors

    if error.outcome in ("unknown", "accepted"):
        return what_to_check(error.suggestion or "", error.job_id)
    remedies: tuple[tuple[type[Exception], str], ...] = (
        (
            errors.AuthenticationError,
            "Check the API key: `vlmrun config show` shows which one is used",
        ),
        (errors.PayloadTooLargeError, "Upload the file first: `vlmrun files upload FILE`"),
        (errors.RequestTimeoutError, "Run it again later, or raise --timeout"),
    )
    for cls, remedy in remedies:
        if isinstance(error, cls):
            return remedy
    return _shell_remedy(error.suggestion or "")


def what_to_check(suggestion: str, job_id: str | None = None) -> str:
    """Return where to look before a request with an unknown outcome is repeated.

    Args:
        suggestion: That of the SDK, which names the resource, such as `client.executions`.
        job_id: The id of the job; by default the one that the suggestion names.
    """
    if job_id is None and (named := re.search(r"\.get\('([^']+)'\)", suggestion)):
        job_id = named[1]
    fact = "It may be running and billed, and was not sent again"
    resource = re.search(r"client\.(\w+)\.", suggestion)
    if resource is None:
        return f"{fact}; repeat it only if it may be carried out twice"
    group = resource[1].replace("_", "-")
    where = f"`vlmrun {group} list`"
    if job_id is not None:
        # The list is for a service that does not take over the ids of its clients.
        where = f"`vlmrun {group} get {job_id}` and, if there is none, {where}"
    return f"{fact}; before you repeat it, check {where}"


def _shell_remedy(suggestion: str) -> str:
    """Return the sentences of a suggestion that do not speak of Python code."""
    sentences = re.split(r"(?<=[^.]\.) ", suggestion)  # not at an ellipsis, as in `filename=...`
    return " ".join(each for each in sentences if not _PYTHON.search(each))


def _as_option(match: re.Match[str]) -> str:
    return _OPTIONS[match[0]]


def _without_python(message: str) -> str:
    """Return the message about a job without the call that waits for it."""
    clauses = re.split(r"(?<=[;.]) ", message)
    return " ".join(each for each in clauses if not re.search(r"client\.|wait\(", each)).rstrip(";")
