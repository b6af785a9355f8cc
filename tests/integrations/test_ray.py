"""Batches on a Ray cluster of several processes, which are killed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.integrations.cluster_tests import KEY, ClusterTests
from vlmrun import VLMRun

ray = pytest.importorskip("ray", reason="there are no wheels of Ray for this Python or system")

from vlmrun.integrations import ray as integration  # noqa: E402

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


class RayCluster:
    """A Ray cluster, for the tests of all engines."""

    name = "ray"

    def __init__(self, address: str) -> None:
        self.address = address

    def resource(self, kind: str, client: VLMRun) -> Any:
        return getattr(integration, f"Cluster{kind.title()}")(client)

    def collection(self, rows: list[dict[str, Any]]) -> Any:
        return pytest.importorskip("ray.data").from_items(rows)


@pytest.fixture(scope="module")
def cluster() -> Iterator[RayCluster]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VLMRUN_API_KEY", KEY)
        with ray.init(
            num_cpus=2,
            include_dashboard=False,
            object_store_memory=100_000_000,
            log_to_driver=False,
            _node_ip_address="127.0.0.1",
        ) as context:
            yield RayCluster(context.address_info["gcs_address"])


class TestRay(ClusterTests):
    """The tests of all engines."""
