"""Rare events in a batch: closed clients, repeated losses, other runs that do not end."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import attrs
import pytest
from PIL import Image

from tests.many.test_journal import rows, submissions
from vlmrun._journal.journal import Journal
from vlmrun.errors import (
    AuthenticationError,
    ConfigurationError,
    InputError,
    InsufficientCreditsError,
    OutcomeUnknownError,
    ResourceNotFoundError,
    ResponseDecodeError,
    UnprocessableEntityError,
    WaitTimeoutError,
)
from vlmrun.testing import Fault, Server

pytestmark = pytest.mark.slow

DOMAIN = "document.invoice"


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "runs.sqlite"


@pytest.fixture
def execute(client: Any, journal: Path) -> Callable[..., list[Any]]:
    def run(inputs: Any, **arguments: Any) -> list[Any]:
        arguments = {"prompt": "Read it", "max_concurrent": 1, "journal": journal, **arguments}
        return list(client.agent.execute_many(inputs, **arguments))

    return run


def test_a_request_that_is_lost_again_and_again_is_given_up(
    execute: Callable[..., list[Any]], server: Server, journal: Path
) -> None:
    execute([{"first": True}])
    server.clear()
    server.inject(Fault("execute_agent", reset="after_reading", times=None))
    (item,) = execute([{}])
    assert isinstance(item.error, OutcomeUnknownError)
    assert submissions(server) == 3
    assert [row[0] for row in rows(journal)] == ["done", "submitting"]


def test_a_repeated_request_may_be_refused(
    execute: Callable[..., list[Any]], server: Server, journal: Path
) -> None:
    execute([{"first": True}])
    server.inject(Fault("execute_agent", reset="after_reading"))
    server.inject(Fault("execute_agent", status=422))
    (item,) = execute([{}])
    assert isinstance(item.error, UnprocessableEntityError)
    assert [row[0] for row in rows(journal)] == ["done"]


def test_a_job_that_the_service_has_forgotten_is_repeated_on_request_only(
    execute: Callable[..., list[Any]], server: Server, journal: Path
) -> None:
    (late,) = execute([{}], wait_timeout=0)
    server._state.executions.clear()

    (lost,) = execute([{}])
    assert isinstance(lost.error, ResourceNotFoundError)
    assert (lost.id, submissions(server)) == (late.id, 1)

    (item,) = execute([{}], resubmit_unknown=True)
    assert (item.error, submissions(server)) == (None, 2)
    assert [row[0] for row in rows(journal)] == ["done"]


def test_a_job_whose_response_had_a_wrong_id_is_found_by_the_one_that_was_sent(
    execute: Callable[..., list[Any]], server: Server, journal: Path
) -> None:
    server.inject(Fault("execute_agent", body={"id": "wrong", "status": "pending"}))
    (lost,) = execute([{}])
    assert isinstance(lost.error, ResourceNotFoundError)

    (item,) = execute([{}])
    assert (item.error, submissions(server)) == (None, 1)
    assert [row[1:3] for row in rows(journal)] == [(item.id, item.id)]


def test_a_lookup_whose_response_has_no_usable_id_finds_nothing(
    execute: Callable[..., list[Any]], server: Server
) -> None:
    server.inject(Fault("execute_agent", reset="after_handling"))
    server.inject(Fault("get_execution", body={"id": 5}))
    (lost,) = execute([{}])
    assert isinstance(lost.error, OutcomeUnknownError)

    (item,) = execute([{}])
    assert (item.id, submissions(server)) == (lost.id, 1)
    assert item.error is None


def test_the_job_of_another_item_is_not_taken_for_a_lost_one(
    execute: Callable[..., list[Any]], server: Server
) -> None:
    (other,) = execute([{"other": True}])
    server.inject(Fault("execute_agent", reset="after_handling"))
    server.inject(Fault("get_execution", status=200, body=other.result.to_dict()))
    (lost,) = execute([{}])
    assert isinstance(lost.error, OutcomeUnknownError)
    (item,) = execute([{}])
    assert (item.id, submissions(server)) == (lost.id, 2)


def test_the_job_of_another_item_is_not_taken_for_one_that_was_refused(
    execute: Callable[..., list[Any]], server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in ("sync", "async"):  # so that it is looked up once
        monkeypatch.setattr(f"vlmrun._{kind}.many.submission_lookup._MAY_ARRIVE", 0)
    (other,) = execute([{"other": True}])
    server.inject(Fault("execute_agent", reset="after_reading"))
    server.inject(Fault("execute_agent", status=422))
    server.inject(Fault("get_execution", status=404))
    server.inject(Fault("get_execution", status=200, body=other.result.to_dict()))
    (lost,) = execute([{}])
    assert isinstance(lost.error, OutcomeUnknownError)


def test_the_result_of_another_item_is_not_taken_for_that_of_one(
    execute: Callable[..., list[Any]], server: Server
) -> None:
    (other,) = execute([{"other": True}])
    server.inject(Fault("get_execution", status=200, body=other.result.to_dict()))
    (item,) = execute([{}])
    assert isinstance(item.error, ResponseDecodeError)
    assert other.id in str(item.error)
    (again,) = execute([{}])
    assert (again.id, again.error, submissions(server)) == (item.id, None, 2)


def test_the_response_of_another_item_is_not_taken_for_that_of_one(
    client: Any, server: Server
) -> None:
    batch = client.agent.execute_many(
        [{"n": 1}, {"n": 2}], prompt="Read it", max_concurrent=1, in_order=True
    )
    first = next(batch)
    server.inject(Fault("execute_agent", body=first.result.to_dict()))
    (second,) = batch
    ids = [each.json["id"] for each in server.requests if each.operation == "execute_agent"]
    assert ids == [first.id, second.id]
    assert second.error is None


@pytest.mark.parametrize("outcome", ["after_handling", "after_reading"])
def test_a_wrong_key_while_a_job_is_looked_up_ends_the_batch(
    execute: Callable[..., list[Any]], server: Server, journal: Path, outcome: Any
) -> None:
    server.inject(Fault("execute_agent", reset=outcome))
    server.inject(Fault("get_execution", status=401))
    with pytest.raises(AuthenticationError):
        execute([{}])
    assert [row[0] for row in rows(journal)] == ["submitting"]


def test_a_client_that_is_closed_ends_the_batch(connect: Callable[..., Any]) -> None:
    client = connect()
    items = client.agent.execute_many(({"n": n} for n in count()), prompt="Read it")
    next(items)
    client.close()
    with pytest.raises(ConfigurationError, match="closed"):
        list(items)


def test_without_credits_jobs_that_run_are_finished(client: Any, server: Server) -> None:
    server.inject(Fault("execute_agent", status=402, skip=5, times=None))
    items: list[Any] = []
    batch = client.agent.execute_many(({"n": n} for n in count()), prompt="Read it")
    with pytest.raises(InsufficientCreditsError):
        items.extend(batch)
    assert [item.error for item in items] == [None] * 5


@pytest.mark.parametrize("limit", [{"wait_timeout": 0.01}, {"options": {"deadline": 0.05}}])
def test_another_run_is_waited_for_no_longer_than_for_a_job(
    execute: Callable[..., list[Any]],
    server: Server,
    journal: Path,
    monkeypatch: pytest.MonkeyPatch,
    limit: dict[str, Any],
) -> None:
    for kind in ("sync", "async"):
        monkeypatch.setattr(f"vlmrun._{kind}.many.records._FIRST_PAUSE", 600)
    execute([{}])  # creates the row, which another run then seems to work on
    with Journal(journal) as other:
        with other._database.transaction() as connection:
            connection.execute(
                "UPDATE jobs SET state = 'submitted', owner = ?", (other._owner.name,)
            )
        (item,) = execute([{}], **limit)
    assert isinstance(item.error, WaitTimeoutError)
    assert "Another run" in str(item.error)
    assert submissions(server) == 1
    assert execute([{}])[0].error is None


def test_an_item_that_cannot_be_converted_has_the_reason(client: Any, server: Server) -> None:
    @attrs.frozen
    class Scan:
        path: Any

    class Broken:
        def __fspath__(self) -> str:
            raise RuntimeError("the scanner is off")

    (item,) = client.agent.execute_many([Scan(path=Broken())], prompt="Read it")
    assert isinstance(item.error, InputError)
    assert "RuntimeError: the scanner is off" in str(item.error)
    assert server.requests == []


def test_files_that_were_uploaded_are_referred_to(client: Any, server: Server, pdf: Path) -> None:
    file = client.files.upload(pdf)
    ids = [file, file.id, UUID(file.id)]
    for items in (
        client.document.generate_many(ids, DOMAIN),
        client.agent.execute_many(ids, prompt="Read it"),
    ):
        assert [item.error for item in items] == [None] * 3
    bodies = [each.json for each in server.requests if each.path.endswith("/document/generate")]
    assert [body["file_id"] for body in bodies] == [str(file.id)] * 3


def test_images_may_be_files_bytes_and_urls(client: Any, server: Server, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("RGB", (4, 4)).save(path)
    file = client.files.upload(path, generate_public_url=True)
    inputs = [path, ("a.png", path.read_bytes()), file, ["https://example.com/a.png"] * 2, 5]
    items = list(client.image.generate_many(inputs, DOMAIN))
    assert [item.error for item in items[:4]] == [None] * 4
    assert isinstance(items[4].error, InputError)
