"""Results and errors show the attempts that they took, and `on_retry` decides about more."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from vlmrun._core.error_mapping import raw_request_id, request_id_of
from vlmrun.errors import APIError, InputError, InputTypeError, NetworkError, ServerError
from vlmrun.testing import Fault, Server
from vlmrun.types import RetryEvent

UNAVAILABLE = {"status": 503, "headers": {"Retry-After": "0"}}


def test_p74_a_result_has_its_attempts(client: Any, server: Server) -> None:
    server.inject(Fault("get_execution", **UNAVAILABLE), Fault("get_execution", reset="in_body"))
    execution = client.executions.get(client.agent.execute(prompt="Read it").id)
    first, second, third = execution.attempts
    assert [each.status for each in execution.attempts] == [503, 200, 200]
    assert (first.error or "").startswith("ServerError: ")
    assert (second.error or "").startswith("NetworkError: ")
    assert (third.error, third.failed, third.pause) == (None, False, None)
    assert (first.pause or 0) > 0
    assert first.started_at <= second.started_at <= third.started_at
    requests = [each.id for each in server.requests if each.operation == "get_execution"]
    assert [each.request_id for each in execution.attempts] == requests
    assert execution.request_id == requests[-1]
    assert execution.response_headers["x-request-id"] == requests[-1]


def test_p74_a_page_has_its_attempts(client: Any, server: Server) -> None:
    page = client.executions.list()
    assert page.request_id == server.requests[-1].id
    assert [each.status for each in page.attempts] == [200]
    assert page.response_headers["content-type"] == "application/json"


def test_p74_an_error_has_its_attempts(client: Any, server: Server) -> None:
    server.inject(Fault("get_execution", status=500, times=None))
    with pytest.raises(ServerError) as caught:
        client.executions.get("e1", options={"max_retries": 2})
    assert [each.status for each in caught.value.attempts] == [500] * 3
    assert [each.pause is None for each in caught.value.attempts] == [False, False, True]
    assert caught.value.attempts[-1].request_id == caught.value.request_id


def test_p74_an_error_without_a_response_has_its_attempts(connect: Any) -> None:
    client = connect(base_url="http://127.0.0.1:9/v1", max_retries=1)
    with pytest.raises(NetworkError) as caught:
        client.models.list()
    assert [each.status for each in caught.value.attempts] == [None, None]


def test_p74_an_unreadable_response_has_its_attempts(client: Any, server: Server) -> None:
    server.inject(Fault("get_execution", status=200, body="no JSON"))
    with pytest.raises(APIError) as caught:
        client.executions.get("e1")
    assert [each.status for each in caught.value.attempts] == [200]


def test_p74_attempts_survive_copies_and_pickles(client: Any) -> None:
    execution = client.agent.execute(prompt="Read it")
    for copied in (copy.deepcopy(execution), pickle.loads(pickle.dumps(execution))):
        assert copied.attempts == execution.attempts != ()
        assert copied.request_id == execution.request_id


def test_a_field_of_the_service_has_precedence(client: Any) -> None:
    job = client.image.generate("image.caption", urls=["https://example.com/a.png"])
    feedback = client.feedback.submit(job.id, notes="good")
    assert feedback.request_id == job.id
    assert feedback.attempts[0].request_id != job.id


def test_objects_of_the_caller_have_no_attempts() -> None:
    from vlmrun.types import AgentExecutionResponse

    execution = AgentExecutionResponse(id="e1", status="completed", name="a")
    assert (execution.attempts, execution.request_id, execution.response_headers) == ((), None, {})


def test_p74_on_retry_sees_each_retry(connect: Callable[..., Any], server: Server) -> None:
    events: list[RetryEvent] = []
    client = connect(on_retry=events.append)
    server.inject(Fault("list_models", **UNAVAILABLE, times=2))
    client.models.list()
    assert [(each.method, each.path) for each in events] == [("GET", "/v1/models")] * 2
    assert [len(each.attempts) for each in events] == [1, 2]
    assert [each.error.http_status for each in events] == [503, 503]
    assert events[0].pause == events[1].attempts[0].pause


def test_p74_on_retry_can_stop_a_call(client: Any, server: Server) -> None:
    server.inject(Fault("list_models", **UNAVAILABLE, times=2))
    with pytest.raises(ServerError) as caught:
        client.models.list(options={"on_retry": lambda event: len(event.attempts) < 2})
    assert [each.pause is None for each in caught.value.attempts] == [False, True]


def test_p74_on_retry_can_choose_the_pause(client: Any, server: Server) -> None:
    server.inject(Fault("list_models", status=500, headers={"Retry-After": "50"}))
    page = client.with_options(on_retry=lambda event: 0).models.list()
    assert [each.pause for each in page.attempts] == [0.0, None]


def test_p74_a_pause_of_on_retry_beyond_the_deadline_ends_the_call(
    client: Any, server: Server
) -> None:
    server.inject(Fault("list_models", **UNAVAILABLE))
    with pytest.raises(ServerError) as caught:
        client.models.list(options={"on_retry": lambda event: 3600, "deadline": 60})
    assert [each.pause for each in caught.value.attempts] == [None]


@pytest.mark.parametrize(("result", "error"), [(-1, InputError), ("soon", InputTypeError)])
def test_p74_a_bad_result_of_on_retry_is_an_error(
    client: Any, server: Server, result: Any, error: type[Exception]
) -> None:
    server.inject(Fault("list_models", **UNAVAILABLE))
    with pytest.raises(error, match="result of on_retry"):
        client.models.list(options={"on_retry": lambda event: result})


@pytest.mark.parametrize("value", [5, "stop"])
def test_p74_on_retry_must_be_a_function(
    connect: Callable[..., Any], client: Any, server: Server, value: Any
) -> None:
    for call in (
        lambda: connect(on_retry=value),
        lambda: client.with_options(on_retry=value),
        lambda: client.models.list(options={"on_retry": value}),
    ):
        with pytest.raises(InputTypeError, match="on_retry must be a function"):
            call()
    assert server.requests == []


def test_an_exception_of_on_retry_ends_a_paid_call_with_its_id(client: Any, server: Server) -> None:
    def fail(event: RetryEvent) -> None:
        raise ZeroDivisionError

    server.inject(Fault("execute_agent", status=429))
    with pytest.raises(ZeroDivisionError) as caught:
        client.agent.execute(prompt="Read it", id="e1", options={"on_retry": fail})
    assert "'e1'" in str(caught.value.__notes__)


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("Content-Type", "text/plain")],
        [("X-Request-ID", "a")],
        [("cf-ray", "b"), ("X-Request-Id", "a")],
        [("CF-Ray", "b"), ("Request-Id", "")],
        [("x-amzn-RequestId", "c"), ("Date", "today")],
    ],
)
def test_p74_the_request_id_is_the_same_in_attempts_and_errors(
    headers: list[tuple[str, str]],
) -> None:
    parsed = httpx.Headers(headers)
    assert raw_request_id(parsed.raw) == request_id_of(parsed)
