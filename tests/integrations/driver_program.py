"""The driver of a batch on a cluster, which tests kill: it prints the ids of its items."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from typing import Any

from vlmrun import VLMRun


def agent_of(engine: str, address: str, client: VLMRun) -> tuple[Any, AbstractContextManager[Any]]:
    """Return the agent, and what ends the connection to the cluster."""
    if engine == "dask":
        from distributed import Client

        from vlmrun.integrations import dask

        cluster: Any = Client(address)
        return dask.ClusterAgent(client, cluster), cluster
    import ray

    from vlmrun.integrations import ray as integration

    context: Any = ray.init(address, logging_level="ERROR", log_to_driver=False)
    return integration.ClusterAgent(client), context


def main() -> None:
    engine, address, url, journal, count = sys.argv[1:]
    with VLMRun("test-key-0123456789", base_url=url) as client:
        agent, connection = agent_of(engine, address, client)
        with connection:
            inputs = [{"n": n} for n in range(int(count))]
            for item in agent.execute_many(inputs, prompt="Read it", journal=journal):
                print(item.id, flush=True)


if __name__ == "__main__":
    main()
