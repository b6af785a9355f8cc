"""Outcomes of requests that must not be sent twice, and how errors report them.

    not_sent   no byte of it has reached the service
    refused    the service refused it, so nothing was started
    unknown    it was sent; the service may have carried it out
    accepted   the service carried it out, but there is no usable response

The service documents no idempotency keys, so after `unknown` and `accepted` only the caller can
decide whether to repeat the call. Errors therefore name the id, if there is one, and where to look.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from vlmrun._core.job_kinds import Kind, kind_of
from vlmrun._core.retry import is_throttled
from vlmrun._messages import join_sentences
from vlmrun._validation import check_id
from vlmrun.errors import (
    APIError,
    InputError,
    OutcomeUnknownError,
    OutcomeUnknownTimeoutError,
    RequestTimeoutError,
    ResponseDecodeError,
    VLMRunError,
)

# Statuses below 500 that do not refuse a request: the response is elsewhere, as many servers say
# with any redirect but 307 and 308, after which the request is to be sent again; or a proxy or the
# service gave up waiting for one. https://www.rfc-editor.org/rfc/rfc9110#section-15.4
_NO_REFUSAL = frozenset({*range(300, 307), 408, 499})

# The name of an attribute of exceptions that are not ours.
_NOT_IN_FLIGHT = "_vlmrun_not_in_flight"

# The id of JSON that breaks off, if it is the first field: an id further on may be another's.
_FIRST_FIELD = re.compile(r'\s*\{\s*"id"\s*:\s*"([^"\\]+)"')


def after_attempt(error: APIError, never_delivered: bool) -> APIError:
    """Return the error to raise for the last attempt to send a request.

    Args:
        error: The error of the attempt.
        never_delivered: Whether the service has certainly not received the request.
    """
    if never_delivered:
        error.outcome = "not_sent"
        return error
    if error.http_status is None and not isinstance(error, ResponseDecodeError):
        error = _no_response(error)
    return with_outcome(error)


def with_outcome(error: APIError) -> APIError:
    """Set the outcome of an error, and replace a suggestion that would be wrong for it."""
    if error.outcome is None:
        error.outcome = _outcome_of(error)
    if error.outcome == "unknown":
        error.suggestion = OutcomeUnknownError.default_suggestion
    return error


def explain(error: APIError, kind: Kind, id: str | None = None) -> APIError:
    """Return the error with a suggestion that says what became of a request.

    Args:
        error: An error of sending the request, or of reading the response.
        kind: What it creates.
        id: The id that the caller chose for it, if any.
    """
    with_outcome(error)
    error.job_id = id
    if error.outcome in ("not_sent", "refused"):
        suggest(error, error.suggestion)
        return error
    # The id in the response is the one that the service uses.
    error.job_id = _legible_id(error) or id
    if isinstance(error, ResponseDecodeError):
        error.message = f"The request was accepted, but the response is unusable: {error.message}"
    error.suggestion = advice(kind, error.job_id)
    return error


def suggest(error: APIError, remedy: str | None) -> None:
    """Set the remedy of an error, after the fact that nothing was started, if that is known."""
    facts = {"not_sent": "The request was not sent", "refused": "The request was refused"}
    fact = facts.get(error.outcome or "")
    error.suggestion = join_sentences(f"{fact}, so nothing was started", remedy) if fact else remedy


@contextmanager
def before_submission(cls: type[Any], body: Mapping[str, Any]) -> Iterator[None]:
    """Make errors say that an object was not submitted, such as those of uploads for it.

    Args:
        cls: The type of the object.
        body: The body of the request for it.
    """
    try:
        yield
    except APIError as error:
        error.outcome = "not_sent"
        explain(error, kind_of(cls), body.get("id"))
        raise


def advice(kind: Kind, id: str | None) -> str:
    """Return what may have happened, and where to look before repeating the call."""
    if kind.is_job:
        fact = f"The {kind.name} may be running, and may be billed"
    else:
        fact = f"The {kind.name} may have been processed"
    fact += ", and was not sent again"
    if kind.resource is None:
        return f"{fact}; repeat the call only if it may be carried out twice"
    where = f"{kind.resource}.list()"
    if id is not None:
        # The second is for a service that does not take over the ids of its clients.
        if kind.is_job:
            where = f"{kind.resource}.get({id!r}) and, if there is none, {where}"
        else:
            where = f"{where} for {id!r}"
    return f"{fact}; before you repeat the call, check {where}"


def unusable_id(created: Any) -> str | None:
    """Return why an object that a request created could not be referred to; None if it can.

    A job that has ended is a result even without an id.
    """
    # Asked of the class: the error for an attribute that an object lacks imports what it names.
    if hasattr(type(created), "is_finished") and created.is_finished:
        return None
    try:
        check_id("id", created.id)
    except InputError as error:
        return error.message
    return None


def without_answers(decision: Any) -> str | None:
    """Return why a decision, which costs money, cannot be used; None if it can."""
    return None if decision.answers else "the response has no answers"


def interrupted(error: APIError) -> OutcomeUnknownError:
    """Return the error for a response that began, and broke off before its end."""
    message = f"The response began, but not all of it arrived: {error.message}"
    broken = _of_unknown_outcome(message, error)
    broken.outcome = "accepted"
    return broken


def mark_not_in_flight(error: BaseException) -> None:
    """Remember of an exception that has interrupted a call that no request was on its way then.

    Each attempt before was refused, or did not reach the service.
    """
    vars(error)[_NOT_IN_FLIGHT] = True


def is_not_in_flight(error: BaseException) -> bool:
    """Return whether an exception has interrupted a call between its attempts."""
    return _NOT_IN_FLIGHT in vars(error)


def note_interruption(error: BaseException, kind: Kind, id: str | None = None) -> None:
    """Add a note to an exception that ended a call: what became of its request.

    Args:
        error: Ctrl-C, a cancelled task, or an exception of `on_retry`. Errors of this package say
            so themselves, but for one about what `on_retry` has returned.
        kind: What the request creates.
        id: The id that was sent with it, if any.
    """
    if is_not_in_flight(error):
        subject = f"The {kind.name}" + ("" if id is None else f" {id!r}")
        add_note(error, f"{subject} was not sent, or refused each time, so nothing was started")
    elif not isinstance(error, VLMRunError):
        add_note(error, advice(kind, id))


def add_note(error: BaseException, note: str) -> None:
    """Add a note to an exception that is not ours, such as KeyboardInterrupt.

    Python 3.10 shows no notes in tracebacks, but `__notes__` has them there too.
    """
    # BaseException.add_note (Python 3.11) does the same: https://peps.python.org/pep-0678/
    vars(error)["__notes__"] = [*getattr(error, "__notes__", ()), note]


def _no_response(error: APIError) -> OutcomeUnknownError:
    """Return the error for a request that was sent, and had no response."""
    message = f"The request was sent, but there was no response: {error.message}"
    return _of_unknown_outcome(message, error)


def _of_unknown_outcome(message: str, error: APIError) -> OutcomeUnknownError:
    is_timeout = isinstance(error, RequestTimeoutError)
    cls = OutcomeUnknownTimeoutError if is_timeout else OutcomeUnknownError
    unknown = cls(message)
    unknown.__cause__ = error.__cause__
    return unknown


def _outcome_of(error: APIError) -> str:
    status = error.http_status
    if status is None:
        return "unknown"
    if isinstance(error, ResponseDecodeError):
        return "accepted"
    if status < 500 and status not in _NO_REFUSAL:
        return "refused"
    return "refused" if is_throttled(error) else "unknown"


def _legible_id(error: APIError) -> str | None:
    """Return the id in a response that could not be read otherwise."""
    raw = getattr(error, "raw", None)
    if isinstance(raw, Mapping):
        id = raw.get("id")
    else:
        found = _FIRST_FIELD.match(error.body or "")
        id = found and found[1]
    try:
        return check_id("id", id)
    except InputError:
        return None
