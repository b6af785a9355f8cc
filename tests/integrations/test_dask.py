"""Batches on a Dask cluster of two processes, which are killed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.integrations.cluster_tests import KEY, ClusterTests, submissions
from vlmrun import VLMRun
from vlmrun.errors import ConfigurationError, InputTypeError
from vlmrun.testing import Server

distributed = pytest.importorskip("distributed")

from vlmrun.integrations import dask  # noqa: E402

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


class DaskCluster:
    """A Dask cluster, for the tests of all engines."""

    name = "dask"

    def __init__(self, client: Any) -> None:
        self.client = client
        self.address = client.scheduler.address

    def resource(self, kind: str, client: VLMRun) -> Any:
        return getattr(dask, f"Cluster{kind.title()}")(client, self.client)

    def collection(self, rows: list[dict[str, Any]]) -> Any:
        return pytest.importorskip("dask.bag").from_sequence(rows, npartitions=2)

    def numbers_of(self, items: list[Any]) -> list[list[int]]:
        bag = dask.to_bag(iter(items), self.client, partition_size=2)
        assert bag.npartitions == 3
        frame = dask.to_dataframe(items, partition_size=2)
        assert frame.npartitions > 1
        return [bag.map(number_of).compute(), list(frame["n"].compute())]


def number_of(item: Any) -> Any:
    return item.result.response["n"]


@contextmanager
def running_cluster() -> Iterator[DaskCluster]:
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            memory_limit=0,
            env={"VLMRUN_API_KEY": KEY},
        ) as local,
        distributed.Client(local, timeout="60s") as client,
    ):
        yield DaskCluster(client)


@pytest.fixture(scope="module")
def cluster() -> Iterator[DaskCluster]:
    with running_cluster() as cluster:
        yield cluster


class TestDask(ClusterTests):
    """The tests of all engines."""


@pytest.mark.vlmrun_server(polls=3)
def test_a_batch_that_was_left_continues_with_its_journal(
    cluster: DaskCluster, server: Server, tmp_path: Path
) -> None:
    inputs = [{"n": n} for n in range(12)]
    arguments: dict[str, Any] = {"prompt": "Read it", "journal": tmp_path / "runs.sqlite"}
    with VLMRun(KEY, base_url=server.url) as client:
        agent = cluster.resource("agent", client)
        left = agent.execute_many(inputs, **arguments)
        first = next(left)
        left.close()
        items = list(agent.execute_many(inputs, **arguments))

    assert (items[0].id, items[0].from_journal) == (first.id, True)
    assert [item.error for item in items if item.error] == []
    assert submissions(server) == {item.id: 1 for item in items}


def test_data_frames_are_inputs(cluster: DaskCluster, server: Server) -> None:
    pandas, frames = pytest.importorskip("pandas"), pytest.importorskip("dask.dataframe")
    frame = frames.from_pandas(pandas.DataFrame({"n": range(5)}), npartitions=2)
    with VLMRun(KEY, base_url=server.url) as client:
        items = list(cluster.resource("agent", client).execute_many(frame, prompt="Read it"))
    assert [item.input for item in items] == [{"n": n} for n in range(5)]
    assert [item.error for item in items] == [None] * 5


def test_another_object_than_a_cluster_is_an_error(server: Server) -> None:
    with (
        VLMRun(KEY, base_url=server.url) as client,
        pytest.raises(InputTypeError, match=r"distributed\.Client"),
    ):
        dask.ClusterAgent(client, "tcp://127.0.0.1:8786")


def forget_api_key() -> None:
    del os.environ["VLMRUN_API_KEY"]


def set_api_key() -> None:
    os.environ["VLMRUN_API_KEY"] = KEY


def test_workers_without_an_api_key_end_the_batch(cluster: DaskCluster, server: Server) -> None:
    cluster.client.run(forget_api_key)
    with (
        VLMRun(KEY, base_url=server.url) as client,
        pytest.raises(ConfigurationError, match="Set VLMRUN_API_KEY"),
    ):
        list(cluster.resource("agent", client).execute_many([{"n": 1}], prompt="Read it"))
    cluster.client.run(set_api_key)
    assert not server.requests


def test_a_cluster_that_is_gone_raises_its_own_error(server: Server) -> None:
    with running_cluster() as cluster, VLMRun(KEY, base_url=server.url) as client:
        items = cluster.resource("agent", client).execute_many(
            ({"n": n} for n in range(1000)), prompt="Read it"
        )
        next(items)
        cluster.client.cluster.close()
        # Which one depends on what Dask was doing, and on its release.
        with pytest.raises(Exception, match=r".*") as raised:
            list(items)
    assert type(raised.value).__module__.startswith(("distributed", "concurrent"))
