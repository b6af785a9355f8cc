"""Items per second of a batch in one process, and on a Dask cluster of two processes.

    VLMRUN_API_KEY=any-key python -m benchmarks.cluster

The jobs of the mock server, which is a thread of this process, end immediately, so this measures
what the client, Dask and the server cost.
"""

from __future__ import annotations

from statistics import median
from time import perf_counter
from typing import Any

from distributed import Client, LocalCluster

import vlmrun.testing
from vlmrun import VLMRun
from vlmrun.integrations.dask import ClusterAgent

ITEMS = 400
CONCURRENT = 16
RUNS = 3


def items_per_second(agent: Any) -> float:
    began = perf_counter()
    inputs = [{"number": number} for number in range(ITEMS)]
    items = agent.execute_many(inputs, prompt="Read it", max_concurrent=CONCURRENT)
    assert all(item.error is None for item in items)
    return ITEMS / (perf_counter() - began)


def main() -> None:
    with (
        vlmrun.testing.serve(polls=0) as server,
        LocalCluster(
            n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
        ) as local,
        Client(local) as cluster,
        VLMRun(base_url=server.url) as client,
    ):
        agents = {"one process": client.agent, "Dask": ClusterAgent(client, cluster)}
        rates: dict[str, list[float]] = {name: [] for name in agents}
        for _ in range(RUNS):
            for name, agent in agents.items():
                rates[name].append(items_per_second(agent))
        for name, values in rates.items():
            print(f"{name}: {median(values):.0f} items/s")


if __name__ == "__main__":
    main()
