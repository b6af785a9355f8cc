"""Every operation that costs money says what became of it, whatever goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.faults.paid_operations import PAID, inject, paid_call, sent
from tests.faults.raw_server import raw_server
from vlmrun.errors import APIError, InputError, OutcomeUnknownError, ResponseDecodeError
from vlmrun.testing import Server

pytestmark = pytest.mark.slow

URL = "https://example.com/a.pdf"
UNKNOWN = {
    "408": {"status": 408},
    "500": {"status": 500},
    "502": {"status": 502, "body": "<html><title>Bad gateway</title>"},
    "503": {"status": 503},
    "504": {"status": 504},
    "520": {"status": 520},
    "524": {"status": 524},
    "lost": {"reset": "after_reading"},
    "handled": {"reset": "after_handling"},
    "in body": {"reset": "in_body"},
    "truncated": {"truncate": 5},
}
UNREADABLE = {
    "empty": {"status": 200, "body": b""},
    "html": {"status": 200, "body": "<html>", "headers": {"Content-Type": "text/html"}},
    "garbage": {"status": 200, "body": b"\xff\x00{"},
    "list": {"status": 200, "body": [1]},
    "str": {"status": 201, "body": '"accepted"'},
    "object": {"status": 201, "body": {}},
    "number": {"status": 200, "body": {"id": 7, "choices": 7, "data": 7, "text": 7}},
    "path": {"status": 200, "body": {"id": "../a", "choices": "", "data": "", "text": []}},
}
REFUSED = [400, 401, 402, 403, 404, 409, 413, 422, 429]


def execute(client: Any) -> Any:
    return client.agent.execute(prompt="Describe it")


def ask(client: Any) -> Any:
    messages = [{"role": "user", "content": "Hello"}]
    return client.agent.completions.create(model="vlmrun-orion-1:auto", messages=messages)


@pytest.mark.parametrize("fault", UNKNOWN.values(), ids=UNKNOWN.keys())
@pytest.mark.parametrize("operation", PAID)
def test_p50_request_that_may_have_been_carried_out_says_so_and_is_sent_once(
    client: Any, server: Server, operation: str, fault: dict[str, Any]
) -> None:
    call = paid_call(operation, client, server)
    inject(server, operation, **fault)
    with pytest.raises(APIError) as caught:
        call.send()
    assert sent(server, operation) == 1
    assert caught.value.outcome == "unknown"
    assert caught.value.http_status == fault.get("status")
    assert isinstance(caught.value, OutcomeUnknownError) is ("status" not in fault)
    message = str(caught.value)
    assert "not sent again" in message
    assert "may be running" in message or "may have been processed" in message
    assert "ry again" not in message


@pytest.mark.parametrize("fault", UNREADABLE.values(), ids=UNREADABLE.keys())
@pytest.mark.parametrize("operation", PAID)
def test_p50_accepted_request_without_a_usable_response_says_so_and_is_sent_once(
    client: Any, server: Server, operation: str, fault: dict[str, Any]
) -> None:
    call = paid_call(operation, client, server)
    inject(server, operation, **fault)
    with pytest.raises(ResponseDecodeError) as caught:
        call.send()
    assert sent(server, operation) == 1
    assert (caught.value.outcome, caught.value.http_status) == ("accepted", fault["status"])
    message = str(caught.value)
    assert "was accepted" in message
    assert "Upgrade" not in message
    assert caught.value.body is not None


@pytest.mark.parametrize("status", REFUSED)
@pytest.mark.parametrize("operation", PAID)
def test_p50_refused_request_says_that_nothing_was_started(
    connect: Any, server: Server, operation: str, status: int
) -> None:
    call = paid_call(operation, connect(max_retries=0), server)
    inject(server, operation, status=status)
    with pytest.raises(APIError) as caught:
        call.send()
    assert sent(server, operation) == 1
    assert (caught.value.outcome, caught.value.http_status) == ("refused", status)
    assert "was refused, so nothing was started" in str(caught.value)
    assert "may be running" not in str(caught.value)


@pytest.mark.parametrize("operation", PAID)
def test_p50_request_that_was_throttled_every_time_says_that_nothing_was_started(
    connect: Any, server: Server, operation: str
) -> None:
    call = paid_call(operation, connect(max_retries=1), server)
    inject(server, operation, status=503, headers={"Retry-After": "0.01"})
    with pytest.raises(APIError) as caught:
        call.send()
    assert sent(server, operation) == 2
    assert caught.value.outcome == "refused"


@pytest.mark.parametrize("call", [execute, ask], ids=["execute", "chat"])
def test_p50_request_that_never_arrived_says_that_nothing_was_started(
    connect: Any, call: Callable[[Any], Any]
) -> None:
    with raw_server(lambda c: None, listening=False) as nobody:
        client = connect(base_url=nobody.url, max_retries=0)
        with pytest.raises(APIError) as caught:
            call(client)
    assert caught.value.outcome == "not_sent"
    assert "was not sent, so nothing was started" in str(caught.value)


@pytest.mark.parametrize("fault", UNKNOWN.values(), ids=UNKNOWN.keys())
def test_p50_id_of_the_caller_is_on_the_error_with_the_call_that_looks_for_it(
    client: Any, server: Server, fault: dict[str, Any]
) -> None:
    inject(server, "execute_agent", **fault)
    with pytest.raises(APIError, match=r"client\.executions\.get\('my-id'\)") as caught:
        client.agent.execute(prompt="Describe it", id="my-id")
    assert caught.value.job_id == "my-id"
    inject(server, "generate_document_prediction", **fault)
    with pytest.raises(APIError, match=r"client\.predictions\.get\('my-id'\)"):
        client.document.generate(url=URL, domain="document.invoice", id="my-id")


def test_p50_legible_id_of_an_unreadable_response_is_on_the_error(
    client: Any, server: Server
) -> None:
    body = {"id": "e1", "status": ["enqueued"], "usage": 3}
    inject(server, "execute_agent", status=200, body=body)
    with pytest.raises(ResponseDecodeError, match=r"client\.executions\.get\('e1'\)") as caught:
        execute(client)
    assert (caught.value.job_id, caught.value.raw) == ("e1", body)


def test_p55_job_with_an_unreadable_date_is_returned_and_can_be_waited_for(
    client: Any, server: Server
) -> None:
    body = {"id": "e1", "status": "pending", "created_at": "soon", "completed_at": []}
    inject(server, "execute_agent", status=201, body=body)
    job = execute(client)
    assert (job.id, job.status, job.created_at, job.raw) == ("e1", "pending", None, body)
    polled = {**body, "status": "completed", "response": {"total": 3}}
    inject(server, "get_execution", status=200, body=polled)
    inject(server, "list_executions", status=200, body=[polled])
    done = client.executions.wait(job.id)
    assert (done.response, done.created_at) == ({"total": 3}, None)
    [listed] = client.executions.list()
    assert listed == done


def test_p50_id_of_a_response_that_breaks_off_is_on_the_error(client: Any, server: Server) -> None:
    inject(server, "execute_agent", status=200, body=b'{"id": "e1", "status": "enq')
    with pytest.raises(ResponseDecodeError, match="not valid JSON") as caught:
        execute(client)
    assert caught.value.job_id == "e1"


@pytest.mark.parametrize("id", ["a/b", "../a", "", " ", "a?b", "%2e%2e", 7])
def test_p50_id_that_get_would_refuse_is_refused_before_anything_is_sent(
    client: Any, server: Server, id: Any
) -> None:
    calls: list[Callable[[], Any]] = [
        lambda: client.agent.execute(prompt="Describe it", id=id),
        lambda: client.document.generate(url=URL, domain="d", id=id),
        lambda: client.image.schema(urls=["https://example.com/a.png"], id=id),
    ]
    for call in calls:
        with pytest.raises(InputError, match=r"^id "):
            call()
    assert server.requests == []


@pytest.mark.parametrize("timeout", [0, 0.0, -1, float("nan")])
def test_p51_timeout_that_would_drop_a_paid_response_is_refused(
    connect: Any, server: Server, timeout: float
) -> None:
    client = connect()
    calls: list[Callable[[], Any]] = [
        lambda: client.agent.execute(prompt="Describe it", options={"timeout": timeout}),
        lambda: connect(timeout=timeout),
    ]
    for call in calls:
        with pytest.raises(InputError, match="timeout"):
            call()
    assert server.requests == []


@pytest.mark.parametrize("name", [7, "", None, ["a"]])
def test_stored_skill_is_returned_whatever_the_response_has_as_its_name(
    client: Any, server: Server, skill_directory: Path, name: Any
) -> None:
    inject(server, "create_skill", status=201, body={"id": "s1", "name": name})
    assert client.skills.create_from_directory(skill_directory).skill_id == "s1"
