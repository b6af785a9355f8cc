"""Properties of all errors, whatever their attributes are: pickles, copies and reports."""

from __future__ import annotations

import copy
import inspect
import pickle
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.errors.test_errors import ALL
from vlmrun import errors
from vlmrun._attempts import RequestAttempt
from vlmrun._chat import errors as chat_errors

pytestmark = pytest.mark.slow

CHAT = [
    cls
    for cls in vars(chat_errors).values()
    if inspect.isclass(cls) and issubclass(cls, errors.VLMRunError) and cls not in ALL
]

# The database of examples would be a directory in the checkout. No deadline: machines may be busy.
bounded = settings(max_examples=10, deadline=None, database=None)

TEXT = some.text(some.characters(exclude_categories=()), max_size=20)
OPTIONAL = some.none() | TEXT
JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | TEXT,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
SECONDS = some.floats(0, 1e9)
ATTEMPT = some.builds(
    RequestAttempt,
    SECONDS,
    SECONDS,
    some.none() | some.integers(100, 999),
    OPTIONAL,
    OPTIONAL,
    some.none() | SECONDS,
)
HEADERS = some.dictionaries(
    some.sampled_from(["x-request-id", "retry-after", "via", "x-other"]), TEXT
)
SECRETS = [
    "https://storage.example/o/1?X-Signature=f00dfacef00dface",
    "data:image/png;base64,f00dfacef00dface",
]


@some.composite
def attributes(draw: Any) -> dict[str, Any]:
    """Values of what any error may have; `error_of` takes those that its class knows."""
    return {
        "message": draw(TEXT),
        "http_status": draw(some.none() | some.integers(100, 999)),
        "headers": draw(HEADERS),
        "request_id": draw(OPTIONAL),
        "error_type": draw(OPTIONAL),
        "suggestion": draw(OPTIONAL),
        "body": draw(OPTIONAL),
        "retry_after": draw(some.none() | SECONDS),
        "raw": draw(JSON),
        "job": {"id": draw(TEXT)},
        "attempts": tuple(draw(some.lists(ATTEMPT, max_size=3))),
        "outcome": draw(some.sampled_from([None, "not_sent", "refused", "unknown", "accepted"])),
        "job_id": draw(OPTIONAL),
    }


def error_of(cls: Any, values: dict[str, Any]) -> Any:
    """Create an error of a class with the values for its arguments and attributes."""
    if cls in CHAT:
        own = error_of(cls.__bases__[-1], values)
        return cls(own, httpx.Request("POST", "https://api.example/v1"))
    known = inspect.signature(cls).parameters
    error = cls(**{name: value for name, value in values.items() if name in known})
    if issubclass(cls, errors.APIError):
        error.attempts = values["attempts"]
        error.outcome, error.job_id = values["outcome"], values["job_id"]
    return error


def state(error: Any) -> Any:
    """Return the attributes in a form that compares by value."""
    values = dict(vars(error))
    for name in ("request", "response"):
        if name in values:
            values[name] = (repr(values[name]), getattr(values[name], "content", b""))
    return type(error), values, str(error), error.args, error.report()


@pytest.mark.parametrize("cls", [*ALL, *CHAT])
@bounded
@given(values=attributes())
def test_p29_any_error_is_the_same_after_pickling_and_copying(
    cls: Any, values: dict[str, Any]
) -> None:
    error = error_of(cls, values)

    for copied in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert state(copied) == state(error)


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("cls", [*ALL, *CHAT])
@bounded
@given(values=attributes())
def test_p23_report_of_any_error_has_no_documents_and_no_signatures(
    cls: Any, values: dict[str, Any], secret: str
) -> None:
    values |= {"body": secret, "raw": {"a": [secret]}, "headers": {"location": secret}}
    error = error_of(cls, {**values, "message": f"{values['message']} {secret}"})

    report = error.report()

    assert report.startswith("vlmrun ")
    assert type(error).__name__ in report
    assert "f00dface" not in report
