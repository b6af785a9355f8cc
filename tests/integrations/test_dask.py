"""Batches on a Dask cluster of two processes, of which one is killed."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any

import pytest

from vlmrun import VLMRun
from vlmrun.errors import ConfigurationError, InputError, InputTypeError, JobFailedError
from vlmrun.testing import Outcome, Run, Server

distributed = pytest.importorskip("distributed")

from vlmrun.integrations.dask import ClusterAgent  # noqa: E402

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(120),
]

KEY = "test-key-0123456789"


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("VLMRUN_API_KEY", KEY)
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address=None,
            memory_limit=0,
        ) as local,
        distributed.Client(local, timeout="60s") as cluster,
    ):
        yield cluster


def submissions(server: Server) -> Counter[str]:
    """Return how often the server has received a submission with each id."""
    sent = (each.json["id"] for each in server.requests if each.operation == "execute_agent")
    return Counter(map(str, sent))


def test_a_batch_on_a_cluster_has_the_items_of_a_batch(
    cluster: Any, server: Server, tmp_path: Path
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
        agent = ClusterAgent(client, cluster)
        items = list(agent.execute_many(inputs, **arguments, on_progress=progress.append))
        in_process = list(client.agent.execute_many(inputs, **arguments))

    assert [item.index for item in items] == list(range(8))
    assert isinstance(items.pop(3).error, InputError)
    assert isinstance(items[4].error, JobFailedError)
    assert [item.result and item.result.response["n"] for item in items] == [0, 1, 2, 4, None, 6, 7]
    assert progress[-1].credits == 12
    # The journal is the same as that of a batch without a cluster, and has all results.
    del in_process[3]
    assert [item.id for item in in_process] == [item.id for item in items]
    assert all(item.from_journal for item in in_process)
    assert submissions(server) == {item.id: 1 for item in items}


@pytest.mark.vlmrun_server(polls=3)
@pytest.mark.parametrize("has_journal", [True, False])
def test_workers_that_are_killed_lose_and_repeat_nothing(
    cluster: Any, server: Server, tmp_path: Path, has_journal: bool
) -> None:
    first, second = cluster.run(os.getpid).values()
    # While the server has a submission, and has not responded to it.
    victims = {8: first, 16: second}
    submitted = Counter[int]()

    def kill(run: Run) -> Outcome:
        submitted[run.inputs["n"]] += 1
        victim = victims.pop(submitted.total(), None)
        if victim is not None:
            os.kill(victim, signal.SIGKILL)
        return Outcome({"n": run.inputs["n"]})

    server.on_execute(kill)
    journal = tmp_path / "runs.sqlite" if has_journal else None
    with VLMRun(KEY, base_url=server.url) as client:
        items = list(
            ClusterAgent(client, cluster).execute_many(
                [{"n": n} for n in range(30)], prompt="Read it", journal=journal
            )
        )

    assert not victims
    assert [item.error for item in items if item.error] == []
    assert [item.result.response["n"] for item in items] == list(range(30))
    assert submissions(server) == {item.id: 1 for item in items}
    assert submitted == dict.fromkeys(range(30), 1)


@pytest.mark.vlmrun_server(polls=3)
def test_a_batch_that_was_left_continues_with_its_journal(
    cluster: Any, server: Server, tmp_path: Path
) -> None:
    inputs = [{"n": n} for n in range(12)]
    arguments: dict[str, Any] = {"prompt": "Read it", "journal": tmp_path / "runs.sqlite"}
    with VLMRun(KEY, base_url=server.url) as client:
        agent = ClusterAgent(client, cluster)
        left = agent.execute_many(inputs, **arguments)
        first = next(left)
        left.close()
        items = list(agent.execute_many(inputs, **arguments))

    assert (items[0].id, items[0].from_journal) == (first.id, True)
    assert [item.error for item in items if item.error] == []
    assert submissions(server) == {item.id: 1 for item in items}


def test_a_cluster_that_is_gone_raises_its_own_error(cluster: Any, server: Server) -> None:
    with VLMRun(KEY, base_url=server.url) as client:
        items = ClusterAgent(client, cluster).execute_many(
            ({"n": n} for n in range(1000)), prompt="Read it"
        )
        next(items)
        cluster.cluster.close()
        with pytest.raises((OSError, RuntimeError, CancelledError)) as raised:
            list(items)
    assert type(raised.value).__module__.startswith(("distributed", "concurrent"))


def forget_api_key() -> None:
    del os.environ["VLMRUN_API_KEY"]


def test_workers_without_an_api_key_end_the_batch(cluster: Any, server: Server) -> None:
    cluster.run(forget_api_key)
    with (
        VLMRun(KEY, base_url=server.url) as client,
        pytest.raises(ConfigurationError, match="Set VLMRUN_API_KEY"),
    ):
        list(ClusterAgent(client, cluster).execute_many([{"n": 1}], prompt="Read it"))
    assert not server.requests


def test_the_rate_limit_is_that_of_the_whole_cluster(cluster: Any, server: Server) -> None:
    with VLMRun(KEY, base_url=server.url, rate_limit="10/hour", deadline=3) as client:
        agent = ClusterAgent(client, cluster)
        inputs = [{"n": n} for n in range(20)]
        items = list(agent.execute_many(inputs, prompt="Read it", max_concurrent=20))
        assert len(items) == 20
        assert len(server.requests) <= 10
        few = ClusterAgent(client, cluster, workers=11)
        with pytest.raises(InputError, match="10 requests for 11 workers"):
            list(few.execute_many([{"n": 1}], prompt="Read it"))


def test_bags_and_data_frames_are_inputs(cluster: Any, server: Server) -> None:
    bag = pytest.importorskip("dask.bag").from_sequence([{"n": n} for n in range(5)], npartitions=2)
    pandas, frames = pytest.importorskip("pandas"), pytest.importorskip("dask.dataframe")
    frame = frames.from_pandas(pandas.DataFrame({"n": range(5)}), npartitions=2)
    server.on_execute(lambda run: {"n": run.inputs["n"]})
    with VLMRun(KEY, base_url=server.url) as client:
        agent = ClusterAgent(client, cluster)
        for inputs in (bag, frame):
            items = list(agent.execute_many(inputs, prompt="Read it"))
            assert [item.input for item in items] == [{"n": n} for n in range(5)]
            assert [item.result.response for item in items] == [{"n": n} for n in range(5)]


def test_arguments_are_checked_before_anything_is_sent(cluster: Any, server: Server) -> None:
    with VLMRun(KEY, base_url=server.url) as client:
        with pytest.raises(InputTypeError, match=r"distributed\.Client"):
            ClusterAgent(client, "tcp://127.0.0.1:8786")
        with pytest.raises(InputError, match="workers"):
            ClusterAgent(client, cluster, workers=0)
        (item,) = ClusterAgent(client, cluster).execute_many([{"n": 1}], prompt="?", dry_run=True)
        assert item.plan is not None
    assert not server.requests
