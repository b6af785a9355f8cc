"""The exception classes: attributes, base classes, copies and pickles."""

from __future__ import annotations

import copy
import inspect
import pickle
from typing import Any

import pytest

from vlmrun import errors

ALL = [
    cls
    for name, cls in vars(errors).items()
    if inspect.isclass(cls) and issubclass(cls, errors.VLMRunError) and not name.startswith("_")
]
API = [cls for cls in ALL if issubclass(cls, errors.APIError)]
CLIENT = [cls for cls in ALL if issubclass(cls, errors.ClientError)]


def error_with_all_attributes(cls: Any) -> Any:
    """Create an error of the class with all attributes set."""
    values: dict[str, Any] = {"message": "m"}
    if cls in API:
        values |= {"http_status": 418, "headers": {"x": "y"}, "request_id": "r", "body": "b"}
        values |= {"error_type": "t", "suggestion": "s", "retry_after": 1.5}
    if cls in CLIENT:
        values |= {"error_type": "t", "suggestion": "s"}
    if issubclass(cls, errors.ResponseDecodeError):
        values["raw"] = {"a": 1}
    if issubclass(cls, errors.JobError):
        values["job"] = {"id": "e"}
    return cls(**values)


@pytest.mark.parametrize("cls", ALL)
def test_p29_pickles_and_copies_have_all_attributes(cls: Any) -> None:
    error = error_with_all_attributes(cls)

    for copied in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(copied) is cls
        assert vars(copied) == vars(error)
        assert (str(copied), copied.args) == (str(error), error.args)


@pytest.mark.parametrize("cls", ALL)
def test_p29_tblib_restores_errors_in_other_processes(cls: Any) -> None:
    pickling_support = pytest.importorskip("tblib.pickling_support")
    error = error_with_all_attributes(cls)

    # What distributed registers for all exceptions; registering it here would last.
    create, arguments, state = pickling_support.pickle_exception(error)
    copied = create(*arguments)
    copied.__setstate__(state)

    assert type(copied) is cls
    assert (vars(copied), str(copied)) == (vars(error), str(error))


@pytest.mark.parametrize("cls", ALL)
def test_p29_errors_hash_and_compare_by_identity(cls: Any) -> None:
    error, other = cls(), cls()

    assert len({error, error, other}) == 2
    assert error != other


@pytest.mark.parametrize(
    ("cls", "status", "error_type"),
    [
        (errors.AuthenticationError, 401, "authentication_error"),
        (errors.ValidationError, 400, "validation_error"),
        (errors.ResourceNotFoundError, 404, "not_found_error"),
        (errors.RateLimitError, 429, "rate_limit_error"),
        (errors.ServerError, 500, "server_error"),
        (errors.RequestTimeoutError, None, "timeout_error"),
        (errors.NetworkError, None, "network_error"),
        (errors.ConfigurationError, ..., "configuration_error"),
        (errors.DependencyError, ..., "dependency_error"),
        (errors.InputError, ..., "input_error"),
    ],
)
def test_documented_classes_have_defaults_for_all_arguments(
    cls: Any, status: Any, error_type: str
) -> None:
    error = cls()

    assert error.message
    assert error.error_type == error_type
    assert error.suggestion
    assert getattr(error, "http_status", ...) == status
    assert error.message in str(error)
    assert error.suggestion in str(error)


@pytest.mark.parametrize("cls", API)
def test_positional_arguments_have_the_documented_order(cls: Any) -> None:
    error = cls("m", 418, {"x": "y"}, "r", "t", "s")

    assert (error.message, error.http_status, error.headers) == ("m", 418, {"x": "y"})
    assert (error.request_id, error.error_type, error.suggestion) == ("r", "t", "s")
    assert str(error) == "m (status 418, request id r). s"


def test_an_error_without_details_has_empty_attributes() -> None:
    error = errors.APIError(message="overloaded", http_status=503)

    assert str(error) == "overloaded (status 503)"
    assert error.headers == {}
    assert (error.request_id, error.suggestion, error.body, error.retry_after) == (None,) * 4


@pytest.mark.parametrize("cls", CLIENT)
def test_a_specific_message_has_no_default_suggestion(cls: Any) -> None:
    assert str(cls("limit must be 1 to 1000")) == "limit must be 1 to 1000"
    assert str(cls("No such field. Did you mean 'x'?", suggestion="Look.")) == (
        "No such field. Did you mean 'x'? Look."
    )
    assert str(cls("m", "t", "s")) == "m. s"


@pytest.mark.parametrize(
    ("cls", "also"),
    [
        (errors.ConfigurationError, (ValueError,)),
        (errors.InputError, (ValueError,)),
        (errors.InputTypeError, (ValueError, TypeError)),
        (errors.MissingFileError, (ValueError, FileNotFoundError)),
        (errors.DependencyError, (ImportError,)),
        (errors.RequestTimeoutError, (errors.APIError, TimeoutError)),
        (errors.WaitTimeoutError, (TimeoutError,)),
        (errors.OutcomeUnknownError, (errors.NetworkError,)),
        (
            errors.OutcomeUnknownTimeoutError,
            (errors.OutcomeUnknownError, errors.RequestTimeoutError, TimeoutError),
        ),
        (errors.UnprocessableEntityError, (errors.ValidationError,)),
        (errors.ExecutionFailedError, (errors.JobFailedError, errors.JobError)),
        (errors.PredictionPausedError, (errors.JobPausedError, errors.JobError)),
    ],
)
def test_errors_are_subclasses_of_the_documented_and_builtin_classes(
    cls: Any, also: tuple[type, ...]
) -> None:
    for each in (errors.VLMRunError, *also):
        assert issubclass(cls, each)


def test_job_errors_have_the_job_as_attribute() -> None:
    job = object()

    assert errors.ExecutionFailedError("failed", job).execution is job
    assert errors.ExecutionPausedError("paused", job).execution is job
    assert errors.PredictionFailedError("failed", job).prediction is job
    assert errors.WaitTimeoutError("late", job).job is job


def test_p29_all_documented_import_paths_have_the_same_classes() -> None:
    from vlmrun.client import base_requestor, exceptions, types

    for name in exceptions.__all__:
        assert getattr(exceptions, name) is getattr(errors, name)
    assert types.APIError is base_requestor.APIError is errors.APIError


@pytest.mark.parametrize("cls", [errors.RequestTimeoutError, errors.NetworkError])
def test_p29_pickles_of_chat_errors_have_their_arguments(cls: Any) -> None:
    httpx = pytest.importorskip("httpx")
    chat_errors = pytest.importorskip("vlmrun._chat.errors")
    error = cls("m", http_status=None)
    error.http_status = None

    both = chat_errors.as_openai_error(error, httpx.Request("POST", "https://a.example/b"))

    assert pickle.loads(pickle.dumps(both)).args == both.args == ("m",)
