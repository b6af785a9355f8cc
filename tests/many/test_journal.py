"""Batches with a journal: what is submitted, asked for, or only read, on both clients."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from vlmrun._async.many import submission_lookup as async_lookup
from vlmrun._sync.many import submission_lookup as sync_lookup
from vlmrun.errors import (
    AuthenticationError,
    ExecutionFailedError,
    OutcomeUnknownError,
    ServerError,
    UnprocessableEntityError,
    WaitTimeoutError,
)
from vlmrun.testing import Fault, Outcome, Run, Server

pytestmark = pytest.mark.slow

KEY = "test-key-0123456789"


class Note(BaseModel):
    text: str


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "runs.sqlite"


@pytest.fixture
def execute(client: Any, journal: Path) -> Callable[..., list[Any]]:
    """Run a batch with the journal, one item after the other."""

    def run(inputs: Any, **arguments: Any) -> list[Any]:
        arguments = {"prompt": "Read it", "max_concurrent": 1, **arguments}
        return list(client.agent.execute_many(inputs, journal=journal, **arguments))

    return run


def rows(journal: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(journal)) as connection:
        query = "SELECT state, request_id, job_id, owner FROM jobs ORDER BY created_at"
        return connection.execute(query).fetchall()


def change(journal: Path, statement: str, *values: Any) -> None:
    with closing(sqlite3.connect(journal)) as connection, connection:
        connection.execute(statement, values)


def sent(server: Server) -> list[str | None]:
    return [each.operation for each in server.requests]


def submissions(server: Server) -> int:
    return sent(server).count("execute_agent")


def test_p81_a_second_run_sends_nothing(
    execute: Callable[..., list[Any]], server: Server, pdf: Path
) -> None:
    server.on_execute(lambda run: {"text": run.inputs["note"]})
    inputs = [{"note": "one", "file": pdf}, {"note": "two"}]
    first = execute(inputs, response_model=Note)
    server.clear()

    again = execute(inputs, response_model=Note)

    assert server.requests == []
    assert [item.result.to_dict() for item in again] == [i.result.to_dict() for i in first]
    assert [item.result.parsed for item in again] == [Note(text="one"), Note(text="two")]
    assert [item.from_journal for item in first + again] == [False, False, True, True]


def test_p81_an_item_that_has_changed_runs_again(
    execute: Callable[..., list[Any]], server: Server, tmp_path: Path
) -> None:
    path, other = tmp_path / "a.txt", tmp_path / "other.txt"
    path.write_text("first")
    execute([path])
    status = path.stat()
    path.write_text("other")  # of the same size, and with the same time
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    execute([path])
    assert submissions(server) == 2
    other.write_text("other")
    execute([other, path])
    assert submissions(server) == 2
    execute([path], prompt="Read it carefully")
    execute([path], response_model=Note)
    assert submissions(server) == 4


def test_equal_items_share_one_job(execute: Callable[..., list[Any]], server: Server) -> None:
    items = execute([{"number": number % 3} for number in range(12)], max_concurrent=4)
    assert submissions(server) == 3
    assert [item.index for item in items] == list(range(12))
    assert len({item.id for item in items}) == 3
    assert all(item.error is None for item in items)


def test_a_failed_job_is_not_repeated_unless_requested(
    execute: Callable[..., list[Any]], server: Server
) -> None:
    server.on_execute(lambda run: Outcome.failure("the page is blank"))
    (first,), (again,) = execute([{}]), execute([{}])
    assert isinstance(first.error, ExecutionFailedError)
    assert str(again.error) == str(first.error)
    assert again.error.execution.to_dict() == first.error.execution.to_dict()
    assert (again.id, again.from_journal, submissions(server)) == (first.id, True, 1)

    server.on_execute(lambda run: {"text": "legible now"})
    twice = execute([{}, {}], retry_failed=True)

    assert [item.result.response for item in twice] == [{"text": "legible now"}] * 2
    assert submissions(server) == 2
    assert twice[0].id != first.id


def test_a_job_that_fails_again_is_not_repeated_twice_in_one_run(
    execute: Callable[..., list[Any]], server: Server
) -> None:
    server.on_execute(lambda run: Outcome.failure("the page is blank"))
    execute([{}])
    execute([{}, {}], retry_failed=True)
    assert submissions(server) == 2


def test_a_refused_submission_leaves_no_row(
    execute: Callable[..., list[Any]], server: Server, journal: Path
) -> None:
    server.inject(Fault("execute_agent", status=422))
    (item,) = execute([{}])
    assert isinstance(item.error, UnprocessableEntityError)
    assert (item.id, rows(journal)) == (None, [])
    assert execute([{}])[0].error is None


def test_a_job_that_was_submitted_is_waited_for(
    execute: Callable[..., list[Any]], server: Server, journal: Path
) -> None:
    server.inject(Fault("get_execution", status=400))
    (failed,) = execute([{}])
    assert failed.id is not None
    assert [row[0] for row in rows(journal)] == ["submitted"]
    server.clear()

    (item,) = execute([{}])

    assert (item.id, item.error, item.from_journal) == (failed.id, None, False)
    assert set(sent(server)) == {"get_execution"}


def test_a_wait_that_times_out_goes_on_in_the_next_run(
    execute: Callable[..., list[Any]], server: Server
) -> None:
    (late,) = execute([{}], wait_timeout=0)
    assert isinstance(late.error, WaitTimeoutError)
    (item,) = execute([{}])
    assert (item.id, submissions(server)) == (late.id, 1)


def test_an_unknown_submission_that_has_arrived_is_found_by_its_id(
    execute: Callable[..., list[Any]], server: Server
) -> None:
    server.inject(Fault("execute_agent", reset="after_handling"))
    (item,) = execute([{}])
    assert (item.error, submissions(server)) == (None, 1)


def test_an_unknown_submission_that_was_lost_is_repeated_with_its_id(
    execute: Callable[..., list[Any]], server: Server
) -> None:
    execute([{"first": True}])  # from now on, the service is known to use our ids
    server.clear()
    server.inject(Fault("execute_agent", reset="after_reading"))

    (item,) = execute([{}])

    assert (item.error, submissions(server)) == (None, 2)
    ids = {each.json["id"] for each in server.requests if each.operation == "execute_agent"}
    assert ids == {item.id}


def test_an_unknown_submission_is_repeated_on_request_only(
    execute: Callable[..., list[Any]], server: Server, journal: Path
) -> None:
    server.inject(Fault("execute_agent", reset="after_reading"))
    (item,) = execute([{}])
    assert isinstance(item.error, OutcomeUnknownError)
    assert [row[:2] for row in rows(journal)] == [("submitting", item.id)]

    (again,) = execute([{}])
    assert isinstance(again.error, OutcomeUnknownError)
    assert (again.id, again.error.job_id, submissions(server)) == (item.id, item.id, 1)
    assert "resubmit_unknown=True" in str(again.error)

    (done,) = execute([{}], resubmit_unknown=True)
    assert (done.error, done.id, submissions(server)) == (None, item.id, 2)


def test_a_repeated_submission_that_the_service_refuses_has_arrived_before(
    execute: Callable[..., list[Any]],
    server: Server,
    journal: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (sync_lookup, async_lookup):
        monkeypatch.setattr(module, "_MAY_ARRIVE", 0)  # it is asked for once
    execute([{}, {"other": True}])
    (id,) = [row[1] for row in rows(journal)][:1]
    change(journal, "UPDATE jobs SET state = 'submitting', job_id = NULL WHERE request_id = ?", id)
    server.clear()
    # The first question comes too early, and the service finds the job afterwards.
    server.inject(Fault("get_execution", status=404, path=f"*{id}"))

    (item,) = execute([{}])

    assert (item.id, item.error) == (id, None)


def test_while_nobody_can_be_asked_the_outcome_stays_unknown(
    connect: Callable[..., Any], server: Server, journal: Path
) -> None:
    agent = connect(max_retries=0).agent
    server.inject(Fault("execute_agent", reset="after_handling"))
    server.inject(Fault("get_execution", status=500, times=None))
    (item,) = agent.execute_many([{}], prompt="Read it", journal=journal)
    assert isinstance(item.error, OutcomeUnknownError)
    assert isinstance(item.error.__cause__, ServerError)
    server.clear()
    (again,) = agent.execute_many([{}], prompt="Read it", journal=journal)
    assert (again.id, again.error) == (item.id, None)


def test_an_unreadable_response_is_asked_for_again(
    execute: Callable[..., list[Any]], server: Server
) -> None:
    server.inject(Fault("execute_agent", body="<html>"))
    # The fault replaces the response; the execution exists.
    (item,) = execute([{}])
    assert (item.error, submissions(server)) == (None, 1)


def test_a_service_that_chooses_its_own_ids_is_never_sent_an_item_twice(
    execute: Callable[..., list[Any]], server: Server, journal: Path
) -> None:
    def ignore_id(run: Run) -> dict[str, Any]:
        return {}

    server.on_execute(ignore_id)
    own_id = server.add_prediction({})
    server.inject(
        Fault("execute_agent", body={"id": own_id, "status": "completed", "response": {}})
    )
    (item,) = execute([{}])
    assert item.id == own_id
    server.clear()
    server.inject(Fault("execute_agent", reset="after_reading"))
    (unknown,) = execute([{"other": True}])
    assert isinstance(unknown.error, OutcomeUnknownError)
    assert submissions(server) == 1


def test_another_service_is_another_batch(
    connect: Callable[..., Any], server: Server, journal: Path
) -> None:
    list(connect().agent.execute_many([{}], prompt="Read it", journal=journal))
    url = server.url.replace("127.0.0.1", "localhost")
    list(connect(base_url=url).agent.execute_many([{}], prompt="Read it", journal=journal))
    assert submissions(server) == 2


def test_a_fatal_error_leaves_the_journal_usable(
    execute: Callable[..., list[Any]], server: Server, tmp_path: Path
) -> None:
    server.inject(Fault("get_execution", status=401))
    with pytest.raises(AuthenticationError):
        execute([{}])
    (item,) = execute([{}])
    assert (item.error, submissions(server)) == (None, 1)
    assert list(tmp_path.glob("runs.sqlite-*")) == []


def test_items_may_be_generated_without_end(client: Any, journal: Path, server: Server) -> None:
    def source() -> Iterator[dict[str, int]]:
        number = 0
        while True:
            yield {"number": number}
            number += 1

    items = client.agent.execute_many(source(), prompt="Read it", journal=journal)
    assert [next(items).index for _ in range(20)] == list(range(20))
    items.close()
    before = submissions(server)
    again = client.agent.execute_many(source(), prompt="Read it", journal=journal)
    old = [next(again) for _ in range(20)]
    again.close()
    assert all(item.from_journal for item in old)
    assert submissions(server) >= before


def test_predictions_have_journals_too(
    client: Any, server: Server, journal: Path, pdf: Path
) -> None:
    from PIL import Image

    def run() -> list[str]:
        arguments = {"domain": "document.invoice", "journal": journal}
        items = [*client.document.generate_many([pdf, pdf], **arguments)]
        items += client.image.generate_many([Image.new("RGB", (4, 4))], **arguments)
        assert [item.error for item in items] == [None] * 3
        return [item.id for item in items]

    first = run()
    server.clear()
    assert run() == first
    assert server.requests == []
