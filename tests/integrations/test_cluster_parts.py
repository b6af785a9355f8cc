"""The parts of a batch on a cluster, without a cluster: threads run its tasks."""

from __future__ import annotations

import asyncio
import pickle
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any, ClassVar

import pytest

from vlmrun import VLMRun
from vlmrun._sync.resources._agent_batches import ExecutionBatches
from vlmrun.errors import NetworkError, OutcomeUnknownError
from vlmrun.integrations._cluster.batches import ClusterBatches
from vlmrun.integrations._cluster.coordinator import Coordinator
from vlmrun.integrations._cluster.engine import Engine
from vlmrun.integrations._cluster.worker import Answer, Batch, BatchWorker, Task
from vlmrun.testing import Server

KEY = "test-key-0123456789"


class WorkerDiedError(Exception):
    """The error of this engine for a task that was run too often."""


class ThreadEngine(Engine):
    """Runs each task in a thread, up to twice: it "dies" where `deaths` says so.

    Attributes:
        deaths: For each run of a task, the method of the coordinator after which its worker dies.
    """

    killed: ClassVar = (WorkerDiedError,)

    def __init__(self, deaths: list[str]) -> None:
        self.deaths = deaths
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._pool = ThreadPoolExecutor(4)

    def open(self, batch: Batch, max_concurrent: int) -> None:
        self._coordinator = Coordinator(batch.is_limited)
        self._thread.start()
        self._worker = BatchWorker(batch, self._call_of_worker)

    def dumps(self, item: Any) -> bytes:
        data: bytes = pickle.dumps(item)
        return data

    def call(self, method: str, *arguments: Any) -> Any:
        call = self._coordinator.call(method, *arguments)
        return asyncio.run_coroutine_threadsafe(call, self._loop).result(60)

    def _call_of_worker(self, method: str, *arguments: Any) -> Any:
        result = self.call(method, *arguments)
        if self.deaths[:1] == [method]:
            self.deaths.pop(0)
            raise WorkerDiedError
        return result

    def submit(self, task: Task) -> Future[Answer]:
        return self._pool.submit(self._run_twice, task)

    def _run_twice(self, task: Task) -> Answer:
        try:
            return self._worker.run(task)
        except WorkerDiedError:
            return self._worker.run(task)

    def cancel(self, future: Any) -> None:
        future.cancel()

    def close(self) -> None:
        self._pool.shutdown()
        self._worker.close()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class ThreadAgent(ClusterBatches, ExecutionBatches):
    """`client.agent` with this engine."""

    _attribute = "agent"
    _operations: ClassVar = {}

    def __init__(self, client: VLMRun, *deaths: str) -> None:
        super().__init__(client)
        self._deaths = [*deaths]

    def _create_engine(self) -> ThreadEngine:
        return ThreadEngine(self._deaths)

    def _items_of(self, inputs: Any) -> None:
        return None


@pytest.fixture
def client(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[VLMRun]:
    monkeypatch.setenv("VLMRUN_API_KEY", KEY)
    server.on_execute(lambda run: {"n": run.inputs["n"]})
    with VLMRun(base_url=server.url) as client:
        yield client


@pytest.mark.vlmrun_server(polls=0)
@pytest.mark.parametrize("deaths", [(), ("begin",), ("accepted",)])
def test_the_second_run_of_a_task_goes_on_where_the_first_one_was(
    client: VLMRun, server: Server, deaths: tuple[str, ...]
) -> None:
    agent = ThreadAgent(client, *deaths)
    (item,) = agent.execute_many([{"n": 7}], prompt="Read it")
    assert (item.error, item.result.response) == (None, {"n": 7})
    assert [each.operation for each in server.requests].count("execute_agent") == 1


@pytest.mark.vlmrun_server(polls=0)
def test_a_job_of_workers_that_died_is_not_lost(client: VLMRun, server: Server) -> None:
    agent = ThreadAgent(client, "accepted", "begin")
    (item,) = agent.execute_many([{"n": 7}], prompt="Read it")
    assert (item.error, item.result.response) == (None, {"n": 7})
    assert [each.operation for each in server.requests].count("execute_agent") == 1


def test_an_item_that_was_not_sent_when_its_workers_died(client: VLMRun, server: Server) -> None:
    agent = ThreadAgent(client, "begin", "begin")
    (item,) = agent.execute_many([{"n": 7}], prompt="Read it")
    assert isinstance(item.error, NetworkError)
    assert (item.error.outcome, item.id) == ("not_sent", None)
    assert not server.requests


def test_an_item_that_may_have_been_sent_when_its_workers_died(
    client: VLMRun, server: Server
) -> None:
    agent = ThreadAgent(client, "sending", "begin")
    (item,) = agent.execute_many([{"n": 7}], prompt="Read it")
    assert isinstance(item.error, OutcomeUnknownError)
    assert (item.error.outcome, item.error.job_id) == ("unknown", item.id)


@pytest.mark.parametrize("end", ["close", "withdraw"])
def test_a_task_of_a_driver_that_is_gone_submits_nothing(
    client: VLMRun, server: Server, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    original = ThreadEngine.call

    def call(self: ThreadEngine, method: str, *arguments: Any) -> Any:
        result = original(self, method, *arguments)
        if method == "begin":
            original(self, end, *arguments[:1] if end == "withdraw" else ())
        return result

    monkeypatch.setattr(ThreadEngine, "call", call)
    # As if the driver were still there, which has lost its connection.
    with pytest.raises(ConnectionError, match="ended the batch"):
        list(ThreadAgent(client).execute_many([{"n": 7}], prompt="Read it"))
    assert not server.requests


def test_an_item_whose_task_never_began_stays_in_the_journal(
    client: VLMRun, server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Its submission by an earlier run has an unknown outcome."""
    monkeypatch.setattr("vlmrun.integrations._cluster.runner._GRACE", 0.0)
    monkeypatch.setattr(ThreadEngine, "submit", lambda self, task: Future())
    arguments: dict[str, Any] = {"prompt": "Read it", "journal": tmp_path / "runs.sqlite"}

    def states(state: str) -> list[tuple[str, str]]:
        with closing(sqlite3.connect(arguments["journal"])) as database, database:
            found = database.execute("SELECT request_id, state FROM jobs").fetchall()
            database.execute("UPDATE jobs SET state = ?", [state])
            return found

    agent, options = ThreadAgent(client), {"deadline": 0.05}
    (unsent,) = agent.execute_many([{"n": 7}], **arguments, options=options)
    assert unsent.error.outcome == "not_sent"
    assert states("claimed") == []
    list(client.agent.execute_many([{"n": 7}], **arguments))
    states("submitting")
    (unknown,) = agent.execute_many([{"n": 7}], **arguments, options=options)
    assert unknown.error.outcome == "unknown"
    assert states("submitting") == [(unknown.id, "submitting")]


def test_turns_are_granted_in_the_order_of_the_questions() -> None:
    async def run() -> None:
        coordinator = Coordinator(is_limited=True)
        assert await coordinator.turn(0.001) is False
        first, second = (asyncio.ensure_future(coordinator.turn(60)) for _ in "ab")
        await asyncio.sleep(0)
        assert await coordinator.asked(0, 60) == 2
        assert await coordinator.asked(1, 60) == 1
        assert await first is True
        assert not second.done()
        coordinator.close()
        assert await second is None
        assert await coordinator.turn(60) is None
        assert coordinator.begin("a", "claimed", None) is None
        assert not coordinator.sending("a", 1.0)
        with pytest.raises(RuntimeError, match="over"):
            coordinator.withdraw("a")

    asyncio.run(run())
