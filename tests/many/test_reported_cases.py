"""Batches: journals among the inputs, slow services, rate limits, and failures that are retried."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.faults.arrivals import reaches
from vlmrun import VLMRun
from vlmrun.errors import InputTypeError, OutcomeUnknownError, WaitTimeoutError
from vlmrun.testing import Fault, Outcome, Server

pytestmark = pytest.mark.slow

KEY = "test-key-0123456789"


def submissions(server: Server) -> int:
    return sum(each.operation == "execute_agent" for each in server.requests)


@pytest.mark.parametrize("inputs", ["{}", "{}/*"])
def test_p81_a_journal_among_the_inputs_is_not_an_item(
    client: Any, server: Server, tmp_path: Path, pdf: Path, inputs: str
) -> None:
    names = ["a.pdf", "runs-1.pdf", "runs-owner-1"]  # which the journal's own files are not
    for number, name in enumerate(names):
        (tmp_path / name).write_bytes(pdf.read_bytes() + b"%" * number)
    for _ in range(3):
        items = client.agent.execute_many(
            inputs.format(tmp_path), prompt="Read it", journal=tmp_path / "runs"
        )
        assert [item.input.name for item in items] == names
    assert submissions(server) == len(names)


def test_p80_a_request_that_was_too_slow_is_not_submitted_again(
    client: Any, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vlmrun._async.many.submission_lookup._MAY_ARRIVE", 0.1)
    monkeypatch.setattr("vlmrun._sync.many.submission_lookup._MAY_ARRIVE", 0.1)
    client.agent.execute(prompt="Read it")  # shows that ids are kept
    server.inject(Fault("execute_agent", delay=60))
    (item,) = client.agent.execute_many([{}], prompt="Read it", options={"timeout": 0.3})
    assert isinstance(item.error, OutcomeUnknownError)
    # The client did not wait until the server had seen the request.
    assert reaches(lambda: submissions(server), 2)


def test_p73_a_request_that_was_too_slow_is_unknown(client: Any, server: Server) -> None:
    client.agent.execute(prompt="Read it")
    server.inject(Fault("execute_agent", delay=60))
    with pytest.raises(OutcomeUnknownError) as caught:
        client.agent.execute(prompt="Read it", options={"timeout": 0.3})
    found = client.agent.reconcile(caught.value, settle=0)
    assert (found.state, found.may_be_repeated) == ("unknown", False)


def test_p75_a_batch_outlasts_refusals(client: Any, server: Server) -> None:
    server.inject(Fault("execute_agent", status=429, times=9))
    (item,) = client.agent.execute_many([{}], prompt="Read it", options={"max_retries": 1})
    assert item.error is None
    assert submissions(server) == 10


@pytest.mark.parametrize("item", [None, 3, True, [], 1.5])
def test_an_item_that_is_no_input_is_refused(client: Any, server: Server, item: Any) -> None:
    (result,) = client.agent.execute_many([item], prompt="Read it")
    assert isinstance(result.error, InputTypeError)
    assert server.requests == []


def test_a_wait_that_times_out_has_the_job_that_was_submitted(client: Any, server: Server) -> None:
    server.inject(Fault("get_execution", delay=60, times=None))
    with pytest.raises(WaitTimeoutError) as caught:
        client.agent.execute(prompt="Read it", batch=False, wait_timeout=0.2)
    assert caught.value.job.id == server.requests[0].json["id"]


def test_p80_a_failed_job_is_retried_by_one_of_several_runs(server: Server, tmp_path: Path) -> None:
    server.on_execute(lambda run: Outcome.failure("blank"))
    journal = tmp_path / "runs.sqlite"

    def items(client: VLMRun, retry_failed: bool) -> Any:
        inputs = [{"n": n} for n in range(5)]
        return client.agent.execute_many(
            inputs, prompt="x", journal=journal, retry_failed=retry_failed
        )

    with VLMRun(KEY, base_url=server.url) as client:
        assert all(item.error for item in items(client, False))
    barrier = threading.Barrier(3)

    def run_again() -> None:
        with VLMRun(KEY, base_url=server.url) as client:
            running = items(client, True)
            next(running)
            barrier.wait()  # until all of them have begun
            assert all(item.error for item in running)

    with ThreadPoolExecutor(3) as executor:
        for done in [executor.submit(run_again) for _ in range(3)]:
            done.result()
    # The first item may have failed before the last of the runs began.
    assert 10 <= submissions(server) <= 12
