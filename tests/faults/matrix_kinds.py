"""The kinds of faults in the fault matrix, and the results of each class of calls."""

from __future__ import annotations

from typing import NamedTuple

from tests.faults.matrix_servers import Serve

RETRIES = 2
_ALL = 1 + RETRIES


class Result(NamedTuple):
    """The result of a call.

    Attributes:
        error: The class of the error; None for a result.
        attempts: The number of attempts.
        received: How many of them the server has received.
        outcome: The outcome on the error of a request that must not be sent twice.
    """

    error: str | None
    attempts: int = 1
    received: int = 1
    outcome: str | None = None


class Results(NamedTuple):
    """The results of each cost class; `writes` is for those that store or are paid."""

    free: Result
    deletes: Result
    writes: Result


class Fault(NamedTuple):
    """A line of the matrix.

    Attributes:
        name: Unique.
        group: The table it belongs to.
        serve: Runs a server that shows the fault to every request.
        results: The expected results.
        status: The status on the errors.
        pause: The seconds before the first retry, and a tenth more; None if nothing is asked for.
        is_sample: Whether it is run without `make faults`.
    """

    name: str
    group: str
    serve: Serve
    results: Results
    status: int | None = None
    pause: float | None = None
    is_sample: bool = True


def success(attempts: int = 1) -> Results:
    """Every call has a result."""
    result = Result(None, attempts, attempts)
    return Results(result, result, result)


def never_delivered(error: str = "NetworkError", attempts: int = _ALL) -> Results:
    """The service has not received a byte."""
    read = Result(error, attempts, 0)
    return Results(read, read, Result(error, attempts, 0, "not_sent"))


def throttled(error: str, attempts: int = _ALL) -> Results:
    """The service has refused the request for now."""
    read = Result(error, attempts, attempts)
    return Results(read, read, read._replace(outcome="refused"))


def refused(error: str) -> Results:
    """The service has refused the request, and will refuse it again."""
    return Results(Result(error), Result(error), Result(error, outcome="refused"))


def lost(error: str = "NetworkError", write_error: str = "OutcomeUnknownError") -> Results:
    """The request was sent, and there is no response."""
    read = Result(error, _ALL, _ALL)
    return Results(read, read, Result(write_error, outcome="unknown"))


def timed_out() -> Results:
    """The request was sent, and there is no response in time."""
    return lost("RequestTimeoutError", "OutcomeUnknownTimeoutError")


def failed(error: str, attempts: int = _ALL) -> Results:
    """The service has responded with a status that does not say whether it did something."""
    read = Result(error, attempts, attempts)
    return Results(read, read, Result(error, outcome="unknown"))


def unusable() -> Results:
    """The response is an object as every field is optional, but one that nothing can refer to."""
    return Results(Result(None), Result(None), undecodable().writes)


def undecodable(is_deleted: bool = False) -> Results:
    """The service has accepted the request, and the response cannot be used.

    Args:
        is_deleted: Whether the response is one that suffices for a deletion, which has no
            documented body.
    """
    error = Result("ResponseDecodeError")
    return Results(error, Result(None) if is_deleted else error, error._replace(outcome="accepted"))
