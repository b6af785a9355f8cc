"""Batches on a Ray cluster of several processes, which are killed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest

from tests.integrations.cluster_tests import KEY, ClusterTests
from vlmrun import VLMRun
from vlmrun.errors import InputError
from vlmrun.testing import Server

# Its servers would listen on all interfaces: this is its way to use 127.0.0.1 only.
os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"

ray = pytest.importorskip("ray", reason="Ray is installed for tests on Linux")

from vlmrun.integrations import ray as integration  # noqa: E402

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(120),
    # Of Ray Data about itself.
    pytest.mark.filterwarnings("ignore::DeprecationWarning:ray"),
]


class RayCluster:
    """A Ray cluster, for the tests of all engines."""

    name = "ray"

    def __init__(self, address: str) -> None:
        self.address = address

    def resource(self, kind: str, client: VLMRun) -> Any:
        return getattr(integration, f"Cluster{kind.title()}")(client)

    def collection(self, rows: list[dict[str, Any]]) -> Any:
        return pytest.importorskip("ray.data").from_items(rows)

    def numbers_of(self, items: list[Any]) -> list[list[int]]:
        return [[row["n"] for row in integration.to_dataset(items).take_all()]]


@pytest.fixture(scope="module")
def cluster() -> Iterator[RayCluster]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VLMRUN_API_KEY", KEY)
        with ray.init(
            num_cpus=2,
            include_dashboard=False,
            object_store_memory=100_000_000,
            log_to_driver=False,
        ) as context:
            yield RayCluster(context.address_info["gcs_address"])


def test_without_a_cluster_there_is_an_error_of_ray(server: Server) -> None:
    assert not ray.is_initialized()
    with VLMRun(KEY, base_url=server.url) as client:
        with pytest.raises(InputError, match="workers"):
            integration.ClusterAgent(client, workers=0)
        items = integration.ClusterAgent(client).execute_many([{"n": 1}], prompt="Read it")
        with pytest.raises(ConnectionError, match="running Ray instance"):
            next(items)
    assert not ray.is_initialized()


class TestRay(ClusterTests):
    """The tests of all engines."""

    kinds: ClassVar = ["image"]


def test_a_cluster_that_is_gone_raises_its_own_error(cluster: RayCluster, server: Server) -> None:
    with VLMRun(KEY, base_url=server.url) as client:
        agent = integration.ClusterAgent(client, workers=1)
        items = agent.execute_many(({"n": n} for n in range(1000)), prompt="Read it")
        next(items)
        (coordinator,) = ray.util.list_named_actors()
        ray.kill(ray.get_actor(coordinator))
        with pytest.raises(ray.exceptions.RayActorError):
            list(items)
