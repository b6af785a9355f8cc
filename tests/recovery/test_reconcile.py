"""`reconcile` says what became of a job whose submission had no usable response."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from vlmrun.errors import (
    APIError,
    InputError,
    OutcomeUnknownError,
    RequestTimeoutError,
    ServerError,
    VLMRunError,
    WaitTimeoutError,
)
from vlmrun.testing import Fault, Server

SUBMISSIONS: dict[str, tuple[str, Callable[[Any], Any], Callable[[Any], Any]]] = {
    "agent": (
        "execute_agent",
        lambda client: client.agent.execute(prompt="Read it"),
        lambda client: client.agent.reconcile,
    ),
    "predictions": (
        "generate_document_prediction",
        lambda client: client.document.generate(
            url="https://example.com/a.pdf", domain="document.invoice", batch=True
        ),
        lambda client: client.predictions.reconcile,
    ),
}


class Case:
    """A way to submit a job, and to reconcile it."""

    def __init__(self, name: str, client: Any, server: Server) -> None:
        self.operation, self._submit, self._reconcile = SUBMISSIONS[name]
        self._client, self._server = client, server

    def submit(self) -> Any:
        return self._submit(self._client)

    def fail(self, **fault: Any) -> APIError:
        """Submit a job with a fault, and return the error."""
        self._server.inject(Fault(self.operation, **fault))
        with pytest.raises(APIError) as caught:
            self.submit()
        return caught.value

    def reconcile(self, error: Any, **options: Any) -> Any:
        return self._reconcile(self._client)(error, **{"settle": 0.0, **options})


@pytest.fixture(params=SUBMISSIONS)
def case(request: pytest.FixtureRequest, client: Any, server: Server) -> Case:
    return Case(request.param, client, server)


def test_p73_a_job_that_was_submitted_is_found(case: Case) -> None:
    error = case.fail(reset="after_handling")
    found = case.reconcile(error)
    assert (found.state, found.id, found.job.id) == ("submitted", error.job_id, error.job_id)
    assert not found.may_be_repeated


def test_p73_a_job_that_was_refused_needs_no_request(case: Case, server: Server) -> None:
    error = case.fail(status=402)
    before = len(server.requests)
    found = case.reconcile(error)
    assert (found.state, found.job) == ("not_submitted", None)
    assert len(server.requests) == before


def test_p73_a_job_that_never_arrived_may_be_repeated(case: Case) -> None:
    error = case.fail(reset="before_reading")
    assert isinstance(error, OutcomeUnknownError)
    found = case.reconcile(error)
    assert (found.state, found.may_be_repeated) == ("not_submitted", True)


def test_p73_a_job_that_never_arrived_where_ids_are_known_to_be_kept(
    case: Case, server: Server
) -> None:
    case.submit()
    error = case.fail(reset="before_reading")
    found = case.reconcile(error)
    assert (found.state, found.reason.partition(",")[0]) == (
        "not_submitted",
        "There is no job of this id",
    )
    assert not any(each.operation.startswith("list_") for each in server.requests)


def test_p73_with_a_service_that_ignores_ids_recent_jobs_leave_it_unknown(
    case: Case, server: Server
) -> None:
    answer = {"id": "of-the-service", "status": "enqueued", "name": "a"}
    server.inject(Fault(case.operation, status=201, body=answer))
    case.submit()
    error = case.fail(reset="before_reading")
    server.inject(Fault(path="/v1/*/*", method="GET", status=404))
    listing = [{"id": "of-the-service", "status": "enqueued", "created_at": now(), "name": "a"}]
    server.inject(Fault(path="/v1/agent/executions", status=200, body=listing))
    server.inject(Fault(path="/v1/predictions", status=200, body=listing))
    if case.operation != "execute_agent":  # predictions look for an execution of the id, too
        server.inject(Fault(path="/v1/agent/executions/*", status=404))
    found = case.reconcile(error)
    assert found.state == "unknown"
    assert [job.id for job in found.candidates] == ["of-the-service"]
    assert "may be it" in found.reason


@pytest.mark.parametrize("id", [None, "", 5, "of-another"])
@pytest.mark.parametrize("status", ["enqueued", "completed"])
def test_p73_a_response_without_the_id_shows_nothing(
    case: Case, server: Server, id: object, status: str
) -> None:
    case.submit()  # so that the service is known to keep ids
    error = case.fail(reset="after_reading")
    body = {"id": id, "status": status, "response": {"total": 1}}
    for path in ("/v1/agent/executions/*", "/v1/predictions/*"):
        server.inject(Fault(path=path, method="GET", status=200, body=body))
    found = case.reconcile(error)
    assert (found.state, found.job, found.id) == ("unknown", None, error.job_id)
    assert len(found.candidates) == 1
    assert not found.may_be_repeated


def now() -> str:
    return datetime.now(timezone.utc).isoformat()


def test_p73_a_job_that_cannot_be_read_may_be_it(client: Any, server: Server) -> None:
    server.inject(Fault("execute_agent", reset="after_reading"))
    with pytest.raises(OutcomeUnknownError) as caught:
        client.agent.execute(prompt="Read it")
    server.inject(Fault("list_executions", status=200, body=[7]))
    with pytest.warns(UserWarning, match="left out"):
        found = client.agent.reconcile(caught.value, settle=0)
    assert (found.state, found.may_be_repeated) == ("unknown", False)


def test_p73_a_deadline_ends_the_lookup(client: Any) -> None:
    options = {"deadline": 0.05}
    with pytest.raises(RequestTimeoutError, match="deadline"):
        client.agent.reconcile("0a1b2c", settle=60, options=options)


def test_p73_an_id_alone_needs_a_time(case: Case) -> None:
    assert case.reconcile("never-sent").state == "unknown"
    since = datetime.now(timezone.utc)
    assert case.reconcile("never-sent", since=since, settle=0).state == "not_submitted"


def test_p73_a_job_that_appears_late_is_found(client: Any, server: Server) -> None:
    server.inject(Fault("get_execution", status=404, times=1))
    client.agent.execute(prompt="Read it", id="late")
    assert client.agent.reconcile("late").state == "submitted"
    polls = [each for each in server.requests if each.operation == "get_execution"]
    assert len(polls) == 2


def test_p73_a_failed_lookup_raises(case: Case, server: Server) -> None:
    error = case.fail(reset="after_handling")
    server.inject(Fault(method="GET", status=500, times=None))
    with pytest.raises(ServerError):
        case.reconcile(error, options={"max_retries": 0})


def test_p73_an_error_of_a_wait_has_its_job(client: Any) -> None:
    execution = client.agent.execute(prompt="Read it")
    with pytest.raises(WaitTimeoutError) as caught:
        client.executions.wait(execution.id, timeout=0)
    assert client.agent.reconcile(caught.value).job.id == execution.id


def test_p73_a_pickled_error_can_be_reconciled(client: Any, server: Server) -> None:
    server.inject(Fault("execute_agent", reset="after_handling"))
    with pytest.raises(OutcomeUnknownError) as caught:
        client.agent.execute(prompt="Read it")
    assert client.agent.reconcile(pickle.loads(pickle.dumps(caught.value))).state == "submitted"


@pytest.mark.parametrize(
    ("error", "options", "message"),
    [
        (VLMRunError("no"), {}, "must be an APIError"),
        (APIError("no"), {}, "has no job_id"),
        ("", {}, "is empty"),
        (7, {}, "must be a str"),
        ("e1", {"since": datetime(2026, 1, 1)}, "time zone"),
        ("e1", {"since": "today"}, "time zone"),
        ("e1", {"settle": -1}, "settle"),
    ],
)
def test_p73_what_cannot_be_reconciled_is_refused(
    client: Any, server: Server, error: Any, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        client.agent.reconcile(error, **options)
    assert server.requests == []


@pytest.mark.parametrize("fault", [{"status": 500}, {"delay": 60}], ids=["refused", "deadline"])
def test_p73_a_failed_upload_has_submitted_nothing(
    client: Any, server: Server, pdf: Path, fault: dict[str, Any]
) -> None:
    server.inject(Fault("upload_file", times=None, **fault))
    options = {"max_retries": 0, "deadline": 0.2 if "delay" in fault else 60}
    for call in (
        lambda: client.agent.execute(prompt="Read it", inputs={"file": pdf}, options=options),
        lambda: client.document.generate(pdf, domain="document.invoice", options=options),
    ):
        with pytest.raises(APIError, match="nothing was started") as caught:
            call()
        assert caught.value.outcome == "not_sent"
        assert client.agent.reconcile(caught.value).state == "not_submitted"
    assert not any("execute" in str(each.operation) for each in server.requests)
