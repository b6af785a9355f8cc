"""P29, P41, P50: the cells of the fault matrix, and its page docs/reliability.md."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import vlmrun
from tests.conftest import USES_AIOHTTP
from tests.faults.arrivals import reaches
from tests.faults.matrix import CALLS, CELLS, FAULTS, PAGE, Cell, render
from tests.faults.matrix_kinds import RETRIES, Fault, Result
from tests.faults.matrix_servers import Scene
from tests.faults.test_every_operation import assert_idle
from tests.leaks import assert_shows_none_of
from tests.sync_async import AsyncClientFactory, ClientFactory
from vlmrun._core import rate_limiter
from vlmrun.errors import APIError

KEY = "sk-secret-0123456789abcdef"

# The time bound of a cell: many times what the slowest one takes.
bounded = pytest.mark.timeout(60)

DESCRIPTORS = Path("/proc/self/fd")


class Left(NamedTuple):
    """The open files, sockets and threads of this process."""

    files: list[str]
    threads: set[threading.Thread]

    @classmethod
    def now(cls) -> Left:
        """Return those that are open now."""
        gc.collect()
        names = DESCRIPTORS.iterdir() if DESCRIPTORS.exists() else iter(())
        files = [os.readlink(name) for name in names if name.is_symlink()]
        sockets = [each for each in files if "fd" not in each]
        return cls(sorted(sockets), set(threading.enumerate()))


@pytest.fixture(scope="module", autouse=True)
def frozen_objects() -> Iterator[None]:
    """Keep the objects of all other tests out of the garbage collections of this module."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Skip pauses, so that the time of the rate limit passes immediately."""
    skipped = 0.0
    monotonic = rate_limiter.monotonic

    def skip(seconds: float) -> None:
        nonlocal skipped
        skipped += seconds

    async def skip_async(seconds: float) -> None:
        skip(seconds)

    for module in ("transport", "rate_limit"):
        monkeypatch.setattr(f"vlmrun._async.http.{module}.sleep", skip_async)
        monkeypatch.setattr(f"vlmrun._sync.http.{module}.sleep", skip)
    monkeypatch.setattr(rate_limiter, "monotonic", lambda: monotonic() + skipped)


def call(cell: Cell, scene: Scene, client: Any) -> tuple[Result, APIError | None]:
    """Make the call of a cell, and return its result and error."""
    _, send = CALLS[cell.cost]
    if scene.is_warm:
        client.executions.get("e1")
    if scene.ready is not None:
        assert scene.ready.wait(60)
    try:
        received = send(client)
    except APIError as error:
        reaches(lambda: scene.requests, cell.expected.received)
        result = Result(type(error).__name__, len(error.attempts), scene.requests, error.outcome)
        return result, error
    # Nothing that creates something returns an object without an id.
    assert received.id == "e1" or cell.cost in ("free", "deletes")
    return Result(None, scene.requests, scene.requests), None


def assert_facts(cell: Cell, error: APIError) -> None:
    """Check what an error says beside its class."""
    assert error.http_status == cell.fault.status or cell.fault.status is None
    assert all(each.pause is None for each in error.attempts[-1:])
    assert_shows_none_of(error, KEY)
    if cell.cost == "paid":
        assert error.job_id in ("job-1", "e1")
    if cell.fault.pause is not None:
        for each in error.attempts[:-1]:
            assert cell.fault.pause <= each.pause <= cell.fault.pause * 1.1


def run_cell(cell: Cell, factory: ClientFactory, monkeypatch: pytest.MonkeyPatch) -> Result:
    with cell.fault.serve(monkeypatch) as scene:
        settings = {"max_retries": RETRIES, "timeout": 30, **scene.settings}
        client = factory.client(api_key=KEY, base_url=scene.url, **settings)
        result, error = call(cell, scene, client)
        if error is not None:
            assert_facts(cell, error)
        assert_idle(factory.clients[-1])
    return result


def sends_through_aiohttp(factory_type: type[ClientFactory]) -> bool:
    return USES_AIOHTTP and factory_type is AsyncClientFactory


def check_fault(
    fault: Fault, factory_type: type[ClientFactory], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Run the cells of a fault, and check their results and that nothing is left."""
    results, expected = {}, {}
    for cell in (each for each in CELLS if each.fault is fault):
        before = Left.now()
        factory = factory_type()
        try:
            with monkeypatch.context() as patch:
                results[cell.cost] = run_cell(cell, factory, patch)
        finally:
            factory.close()
        for thread in set(threading.enumerate()) - before.threads:
            thread.join(10)  # one that ends by itself may not have had its turn yet
        assert Left.now() == before, cell.cost
        expected[cell.cost] = cell.expected
    assert results == expected


def some_faults(are_samples: bool) -> pytest.MarkDecorator:
    chosen = [fault for fault in FAULTS if fault.is_sample is are_samples]
    return pytest.mark.parametrize("fault", chosen, ids=[fault.name for fault in chosen])


@bounded
@pytest.mark.slow
@some_faults(are_samples=True)
def test_p29_p41_p50_each_class_of_calls_has_its_result(
    fault: Fault,
    factory_type: type[ClientFactory],
    without_pauses: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if sends_through_aiohttp(factory_type) and fault.name == "more bytes than announced":
        pytest.skip("aiohttp takes it for a broken response: a failure, but never a second job")
    check_fault(fault, factory_type, monkeypatch)


@bounded
@pytest.mark.slow
@pytest.mark.skipif("VLMRUN_FAULTS" not in os.environ, reason="every status: make faults")
@some_faults(are_samples=False)
def test_p29_p41_p50_each_class_of_calls_has_its_result_for_rare_statuses(
    fault: Fault,
    factory_type: type[ClientFactory],
    without_pauses: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    check_fault(fault, factory_type, monkeypatch)


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == render(), "Run `python -m tests.faults.matrix`"


def test_the_operations_have_the_costs_of_the_matrix() -> None:
    costs = {each.id: each.cost for each in vlmrun.operations()}
    assert {costs[operation] for operation, _ in CALLS.values()} == set(CALLS)
    assert [costs[operation] for operation, _ in CALLS.values()] == list(CALLS)


def test_faults_have_different_names() -> None:
    names = [fault.name for fault in FAULTS]
    assert len(names) == len(set(names))
