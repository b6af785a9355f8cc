"""A long batch against a hostile server: each item has exactly one job."""

from __future__ import annotations

import os
import random
import threading
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import vlmrun.testing
from tests.many import programs
from tests.sync_async import ClientFactory
from vlmrun.testing import Fault, Request, Server

KEY = "test-key-0123456789"

# Without 429, after which the client sends more slowly, and would need hours.
FAULTS: list[dict[str, Any]] = [
    {"operation": "execute_agent", "reset": "before_reading"},
    {"operation": "execute_agent", "reset": "after_reading"},
    {"operation": "execute_agent", "reset": "after_handling"},
    {"operation": "execute_agent", "reset": "in_body"},
    {"operation": "execute_agent", "truncate": 10},
    {"operation": "execute_agent", "status": 500},
    {"operation": "execute_agent", "body": "<html>"},
    {"operation": "get_execution", "status": 502},
    {"operation": "get_execution", "reset": "after_handling"},
    {"operation": "get_execution", "truncate": 5},
]


def inject_at_random(server: Server, share: float, seed: int) -> None:
    """Let a share of the requests fail, each in one of the ways above."""
    chance, lock = random.Random(seed), threading.Lock()

    def on_response(_: Request) -> None:
        with lock:
            if chance.random() < share:
                server.inject(Fault(**chance.choice(FAULTS)))

    server.on_response = on_response


def assert_each_item_has_one_job(
    folder: Path, count: int, factory_type: type[ClientFactory]
) -> None:
    """Run a batch, and then again while there are errors, and check the jobs of the server."""
    seed = random.randrange(1_000_000)
    inputs = [{"number": number} for number in range(count)]
    errors: Counter[str] = Counter()
    factory = factory_type()
    with vlmrun.testing.serve(polls=1) as server, closing(factory):
        client = factory.client(api_key=KEY, base_url=server.url)
        journal = folder / "runs.sqlite"

        def run() -> list[Any]:
            return list(client.agent.execute_many(inputs, prompt="Read it", journal=journal))

        # One job first, after which the service is known to use our ids.
        run_first = client.agent.execute_many(inputs[:1], prompt="Read it", journal=journal)
        assert [item.error for item in run_first] == [None]
        inject_at_random(server, 0.05, seed)
        for _ in range(5):
            items = run()
            assert [item.index for item in items] == list(range(count))
            errors.update(type(item.error).__name__ for item in items if item.error)
            if not any(item.error for item in items):
                break
        server.on_response = None
        jobs = programs.submissions(server)
        numbers = Counter(str(each["stand_in"]["inputs"]["number"]) for each in jobs)
    assert not any(item.error for item in items), (seed, errors)
    assert len(numbers) == count, (seed, errors)
    assert set(numbers.values()) == {1}, (seed, errors)


@pytest.mark.slow
def test_p80_each_item_has_one_job_in_spite_of_faults(
    tmp_path: Path, factory_type: type[ClientFactory]
) -> None:
    assert_each_item_has_one_job(tmp_path, 100, factory_type)


@pytest.mark.slow
@pytest.mark.skipif("VLMRUN_FAULTS" not in os.environ, reason="a minute long: make faults")
def test_p80_each_of_10000_items_has_one_job_in_spite_of_faults(
    tmp_path: Path, factory_type: type[ClientFactory]
) -> None:
    assert_each_item_has_one_job(tmp_path, 5000, factory_type)
