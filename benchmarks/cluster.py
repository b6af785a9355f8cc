"""The cost of a document for one process, and for clusters of two processes.

    VLMRUN_API_KEY=any-key python -m benchmarks.cluster [ENGINE ...]

The engines are "one", "dask" and "ray", by default all of them. The mock server is another process
on this machine, and its jobs end immediately, so this measures what the client, the cluster and the
server cost. The numbers of `docs/scale.md` are calculated from these.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any, NamedTuple

import vlmrun.testing
from vlmrun import VLMRun

ITEMS = 400
CONCURRENT = 64
RUNS = 3
# Bytes of each file, all of which are different.
SIZE = 100_000


class Cost(NamedTuple):
    """The cost of an item.

    Attributes:
        start: The seconds until the first item.
        seconds: The time of each item after the first one.
        cpu: The processor time of this process.
        requests: The number of requests that the server has received.
    """

    start: float
    seconds: float
    cpu: float
    requests: float


def serve(pipe: Any) -> None:
    """Run the mock server, and report the number of requests whenever one asks for it."""
    with vlmrun.testing.serve(polls=0) as server:
        pipe.send(server.url)
        while pipe.recv():
            pipe.send(len(server.requests))
            server.clear()


@contextmanager
def one_process(client: VLMRun) -> Iterator[Any]:
    yield client.agent


@contextmanager
def on_dask(client: VLMRun) -> Iterator[Any]:
    from distributed import Client, LocalCluster

    from vlmrun.integrations.dask import ClusterAgent

    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0"
        ) as local,
        Client(local) as cluster,
    ):
        yield ClusterAgent(client, cluster)


@contextmanager
def on_ray(client: VLMRun) -> Iterator[Any]:
    import ray

    from vlmrun.integrations.ray import ClusterAgent

    with ray.init(num_cpus=2, include_dashboard=False, logging_level="ERROR", log_to_driver=False):
        yield ClusterAgent(client)


ENGINES = {"one": one_process, "dask": on_dask, "ray": on_ray}


def cost_of(agent: Any, pipe: Any, create_input: Callable[[], Any], has_journal: bool) -> Cost:
    with TemporaryDirectory() as folder:
        journal = Path(folder, "runs.sqlite") if has_journal else None
        return _cost_of(agent, pipe, create_input, journal)


def _cost_of(agent: Any, pipe: Any, create_input: Callable[[], Any], journal: Path | None) -> Cost:
    began, began_cpu = perf_counter(), process_time()
    inputs = (create_input() for _ in range(ITEMS))
    items = agent.execute_many(inputs, prompt="Read it", max_concurrent=CONCURRENT, journal=journal)
    errors = [next(items).error]
    start = perf_counter() - began
    errors += [item.error for item in items]
    assert errors == [None] * ITEMS
    seconds, cpu = perf_counter() - began - start, process_time() - began_cpu
    pipe.send(True)
    return Cost(start, seconds / (ITEMS - 1), cpu / ITEMS, pipe.recv() / ITEMS)


def main() -> None:
    pipe, end = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    server = context.Process(target=serve, args=[end], daemon=True)
    server.start()
    numbers = count()
    kinds: dict[str, tuple[Callable[[], Any], bool]] = {
        "small inputs": (lambda: {"number": next(numbers)}, False),
        "small inputs, with a journal": (lambda: {"number": next(numbers)}, True),
        f"files of {SIZE:,} bytes": (lambda: ("a.txt", os.urandom(SIZE)), False),
    }
    with VLMRun(base_url=pipe.recv()) as client:
        for name in sys.argv[1:] or ENGINES:
            with ENGINES[name](client) as agent:
                for kind, arguments in kinds.items():
                    runs = [cost_of(agent, pipe, *arguments) for _ in range(RUNS)]
                    cost = Cost(*map(median, zip(*runs, strict=True)))
                    print(
                        f"{name}, {kind}: {cost.start:.1f} s until the first item, then "
                        f"{1 / cost.seconds:.0f} items/s, "
                        f"{1000 * cost.cpu:.2f} ms of CPU and {cost.requests:.2f} requests per item"
                    )
    pipe.send(False)
    server.join()


if __name__ == "__main__":
    main()
