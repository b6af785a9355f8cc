"""The tests of batches on clusters, which are the same for all engines."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar, Protocol

import pytest

from tests.sample_data import SampleData
from vlmrun import VLMRun
from vlmrun.errors import InputError, InputTypeError, JobFailedError, RequestTimeoutError
from vlmrun.testing import Outcome, Run, Server

KEY = "test-key-0123456789"

# For each kind of predictions, different inputs, and the domain.
KINDS: dict[str, tuple[list[Any], str]] = {
    "document": ([SampleData.pdf, ("a.txt", b"An invoice")], "document.invoice"),
    "image": ([SampleData.image, [SampleData.image] * 2], "document.invoice"),
    "audio": ([("a.mp3", b"ID3")], "audio.transcription"),
    "video": ([("a.mp4", b"ftyp")], "video.transcription"),
}


can_kill = pytest.mark.skipif(
    not hasattr(signal, "SIGKILL"), reason="this system cannot kill a process by a signal"
)


class Cluster(Protocol):
    """A cluster of two processes.

    Attributes:
        name: The name of its engine, which is also that of the module.
        address: The address for other drivers.
    """

    name: str
    address: str

    def resource(self, kind: str, client: VLMRun) -> Any:
        """Return the resource of a kind, such as "agent"."""
        ...

    def collection(self, rows: list[dict[str, Any]]) -> Any:
        """Return rows as a collection of the engine."""
        ...

    def numbers_of(self, items: list[Any]) -> list[list[int]]:
        """Return the field "n" of the responses, from each kind of collection of results."""
        ...


class RecordedItem(dict[str, Any]):
    """The inputs of an execution; the worker that gets them creates a file of its process id."""

    def __init__(self, n: int, folder: Path) -> None:
        super().__init__(n=n)
        self._folder = folder

    def __reduce__(self) -> Any:
        return _recorded, (self["n"], str(self._folder))


def _recorded(n: int, folder: str) -> dict[str, Any]:
    Path(folder, str(os.getpid())).touch()
    return {"n": n}


def submissions(server: Server) -> Counter[str]:
    """Return how often the server has received a submission with each id."""
    sent = (each.json["id"] for each in server.requests if each.method == "POST" and each.json)
    return Counter(str(body) for body in sent)


class ClusterTests:
    """The tests; a subclass has the fixture `cluster`."""

    # Each batch starts workers, which takes seconds, unless the engine has some.
    kinds: ClassVar = list(KINDS)

    def test_a_batch_has_the_items_and_the_journal_of_a_batch_in_one_process(
        self, cluster: Cluster, server: Server, tmp_path: Path
    ) -> None:
        def run(run: Run) -> Outcome:
            if run.inputs["n"] == 5:
                return Outcome.failure("the page is blank")
            return Outcome({"n": run.inputs["n"]}, usage={"credits_used": 2})

        server.on_execute(run)
        inputs: list[Any] = [{"n": n} for n in range(8)]
        inputs[3] = 3
        arguments: dict[str, Any] = {"prompt": "Read it", "journal": tmp_path / "runs.sqlite"}
        progress: list[Any] = []
        with VLMRun(KEY, base_url=server.url, max_in_flight=4) as client:
            agent = cluster.resource("agent", client)
            items = list(agent.execute_many(inputs, **arguments, on_progress=progress.append))
            in_process = list(client.agent.execute_many(inputs, **arguments))

        assert [item.index for item in items] == list(range(8))
        assert isinstance(items.pop(3).error, InputError)
        assert isinstance(items[4].error, JobFailedError)
        responses = [item.result and item.result.response["n"] for item in items]
        assert responses == [0, 1, 2, 4, None, 6, 7]
        assert progress[-1].credits == 12
        del in_process[3]
        assert [item.id for item in in_process] == [item.id for item in items]
        assert all(item.from_journal for item in in_process)
        assert submissions(server) == {item.id: 1 for item in items}

    def test_predictions(self, cluster: Cluster, server: Server, tmp_path: Path) -> None:
        with VLMRun(KEY, base_url=server.url) as client:
            for kind in self.kinds:
                contents, domain = KINDS[kind]
                arguments: dict[str, Any] = {"domain": domain, "journal": tmp_path / "runs.sqlite"}
                on_cluster = cluster.resource(kind, client)
                items = list(on_cluster.generate_many(contents, **arguments))
                assert [item.error for item in items] == [None] * len(contents), kind
                again = list(getattr(client, kind).generate_many(contents, **arguments))
                assert [item.id for item in again] == [item.id for item in items]
                assert all(item.from_journal for item in again), kind
        assert submissions(server).total() == sum(len(KINDS[kind][0]) for kind in self.kinds)

    @can_kill
    @pytest.mark.vlmrun_server(polls=3)
    def test_workers_that_are_killed_lose_and_repeat_nothing(
        self, cluster: Cluster, server: Server, tmp_path: Path
    ) -> None:
        submitted = Counter[int]()
        killed: list[str] = []

        def kill(run: Run) -> Outcome:
            # While the server has a submission, and has not responded to it.
            submitted[run.inputs["n"]] += 1
            if submitted.total() in {8, 16}:
                workers = sorted(tmp_path.iterdir(), key=lambda path: path.stat().st_mtime)
                killed.append(next(each.name for each in workers if each.name not in killed))
                os.kill(int(killed[-1]), signal.SIGKILL)
            return Outcome({"n": run.inputs["n"]})

        server.on_execute(kill)
        with VLMRun(KEY, base_url=server.url) as client:
            agent = cluster.resource("agent", client)
            inputs = [RecordedItem(n, tmp_path) for n in range(30)]
            items = list(agent.execute_many(inputs, prompt="Read it"))

        assert len(killed) == 2
        assert [item.error for item in items if item.error] == []
        assert [item.result.response["n"] for item in items] == list(range(30))
        assert submissions(server) == {item.id: 1 for item in items}
        assert submitted == dict.fromkeys(range(30), 1)
        assert len(list(tmp_path.iterdir())) >= 3

    @can_kill
    def test_after_a_driver_was_killed_the_next_run_submits_only_what_was_not(
        self,
        cluster: Cluster,
        server: Server,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        # No request is on its way any more when the next run begins.
        monkeypatch.setattr("vlmrun._sync.many.submission_lookup._MAY_ARRIVE", 1.0)
        journal = tmp_path / "runs.sqlite"
        program = [sys.executable, "-m", "tests.integrations.driver_program"]
        arguments = [cluster.name, cluster.address, server.url, str(journal), "40"]
        driver = subprocess.Popen([*program, *arguments], stdout=subprocess.PIPE, text=True)
        submitted = Counter[int]()

        def kill(run: Run) -> Outcome:
            submitted[run.inputs["n"]] += 1
            if submitted.total() == 15:
                driver.kill()
            return Outcome({"n": run.inputs["n"]})

        server.on_execute(kill)
        seen, _ = driver.communicate(timeout=60)
        assert driver.returncode == -signal.SIGKILL
        by_first_run = submissions(server)
        assert 15 <= by_first_run.total() < 40

        with VLMRun(KEY, base_url=server.url) as client:
            items = list(
                client.agent.execute_many(
                    [{"n": n} for n in range(40)], prompt="Read it", journal=journal
                )
            )
        assert [item.error for item in items if item.error] == []
        assert [item.result.response["n"] for item in items] == list(range(40))
        # The jobs of the first run are those of these items, and none was submitted again.
        assert submissions(server) == {item.id: 1 for item in items}
        assert set(seen.split()) <= {item.id for item in items if item.from_journal}
        assert submitted == dict.fromkeys(range(40), 1)

    @pytest.mark.vlmrun_server(polls=0)
    def test_the_rate_limit_is_that_of_all_processes_together(
        self, cluster: Cluster, server: Server
    ) -> None:
        with VLMRun(KEY, base_url=server.url, rate_limit="10/hour") as client:
            # By the same client, outside of the cluster.
            client.models.list()
            agent = cluster.resource("agent", client)
            items = list(agent.execute_many([{"n": n} for n in range(9)], prompt="Read it"))
            assert [item.error for item in items] == [None] * 9
            with pytest.raises(RequestTimeoutError, match="rate limit"):
                client.models.list(options={"deadline": 0.01})
        assert len(server.requests) == 10

    def test_collections_in_and_out(self, cluster: Cluster, server: Server) -> None:
        server.on_execute(lambda run: {"n": run.inputs["n"]})
        rows = [{"n": n} for n in range(5)]
        with VLMRun(KEY, base_url=server.url) as client:
            agent = cluster.resource("agent", client)
            items = list(agent.execute_many(cluster.collection(rows), prompt="Read it"))
        assert [item.input for item in items] == rows
        assert [item.result.response for item in items] == rows
        for numbers in cluster.numbers_of(items):
            assert numbers == [0, 1, 2, 3, 4]

    def test_arguments_are_checked_before_anything_is_sent(
        self, cluster: Cluster, server: Server
    ) -> None:
        with pytest.raises(InputTypeError, match="client must be a VLMRun"):
            cluster.resource("agent", "a key")
        with VLMRun(KEY, base_url=server.url) as client:
            agent = cluster.resource("agent", client)
            with pytest.raises(InputError, match="max_concurrent"):
                agent.execute_many([{"n": 1}], prompt="Read it", max_concurrent=0)
            (planned,) = agent.execute_many([{"n": 1}], prompt="Read it", dry_run=True)
            assert planned.plan is not None
            (unpicklable,) = cluster.resource("document", client).generate_many(
                [_Unpicklable(b"%PDF-1.4")], "document.invoice"
            )
            assert isinstance(unpicklable.error, InputError)
        assert not server.requests


class _Unpicklable(BytesIO):
    """An open file."""

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise TypeError("it is of this process")
