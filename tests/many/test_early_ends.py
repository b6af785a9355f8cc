"""Batches that are interrupted, cancelled or closed leave no thread, task or secret job."""

from __future__ import annotations

import asyncio
import logging
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.many.test_bounded_map import batch_threads
from vlmrun import AsyncVLMRun, VLMRun
from vlmrun.testing import Fault, Outcome, Request, Server

KEY = "test-key-0123456789"
ENDLESS = Outcome({}, statuses=["running", "running"])


def ids_of(server: Server) -> list[str]:
    return [each.json["id"] for each in server.requests if each.operation == "execute_agent"]


def call_at(server: Server, jobs: int, number: int, action: Callable[[], Any]) -> None:
    """Call an action once there are so many jobs, and were so many polls since then."""
    seen = 0

    def on_response(request: Request) -> None:
        nonlocal seen
        is_poll = request.operation in ("get_execution", "list_executions")
        seen += is_poll and len(ids_of(server)) == jobs
        if seen == number:
            server.on_response = None
            action()

    server.on_response = on_response


@pytest.mark.usefixtures("interruptible")
def test_p84_ctrl_c_leaves_a_note_with_the_ids(server: Server) -> None:
    server.on_execute(lambda run: ENDLESS)
    main = threading.main_thread().ident
    assert main is not None
    call_at(server, 3, 4, lambda: signal.pthread_kill(main, signal.SIGINT))
    with VLMRun(KEY, base_url=server.url) as client:
        items = client.agent.execute_many(({} for _ in count()), prompt="Read", max_concurrent=3)
        with pytest.raises(KeyboardInterrupt) as caught:
            list(items)
    notes = str(caught.value.__notes__)  # type: ignore[attr-defined]
    assert len(ids_of(server)) == 3
    assert all(id in notes for id in ids_of(server))
    assert "client.executions.wait(id)" in notes
    assert batch_threads() == []


def test_p84_a_cancelled_task_has_a_note_with_the_ids(server: Server) -> None:
    server.on_execute(lambda run: ENDLESS)

    async def main() -> list[str]:
        async with AsyncVLMRun(KEY, base_url=server.url) as client:
            items = client.agent.execute_many(({} for _ in count()), prompt="Read")

            async def consume() -> None:
                async for _ in items:
                    pass

            loop, task = asyncio.get_running_loop(), asyncio.ensure_future(consume())
            call_at(server, 8, 4, lambda: loop.call_soon_threadsafe(task.cancel))
            with pytest.raises(asyncio.CancelledError) as caught:
                await task
            assert asyncio.all_tasks() == {asyncio.current_task()}
            # Before Python 3.11, this task gets another exception, with that one as its context.
            error = caught.value if sys.version_info >= (3, 11) else caught.value.__context__
            return list(vars(error)["__notes__"])

    notes = str(asyncio.run(main()))
    assert len(ids_of(server)) == 8
    assert all(id in notes for id in ids_of(server))


def test_p84_a_consumer_that_stops_early_leaves_no_thread(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    server.on_execute(lambda run: {} if run.inputs["number"] == 0 else ENDLESS)
    with VLMRun(KEY, base_url=server.url) as client:
        inputs = ({"number": number} for number in count())
        with caplog.at_level(logging.WARNING, "vlmrun"):
            for _ in client.agent.execute_many(inputs, prompt="Read it"):
                break
    assert batch_threads() == []
    jobs = [job for job in server._state.executions.values() if job.outcome is ENDLESS]
    assert all(job.id in caplog.text for job in jobs)


def test_p84_a_consumer_that_stops_early_leaves_no_task(server: Server, tmp_path: Path) -> None:
    server.on_execute(lambda run: {} if run.inputs["number"] == 0 else ENDLESS)

    async def main() -> None:
        async with AsyncVLMRun(KEY, base_url=server.url) as client:
            items = client.agent.execute_many(
                ({"number": number} for number in count()),
                prompt="Read it",
                journal=tmp_path / "runs.sqlite",
            )
            async for _ in items:
                break
            await items.aclose()
            assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(main())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["runs.sqlite"]


def test_p84_closing_does_not_wait_for_a_response(server: Server) -> None:
    server.inject(Fault("execute_agent", delay=600, skip=1, times=None))
    with VLMRun(KEY, base_url=server.url, timeout=600) as client:
        inputs = ({} for _ in count())
        items = client.agent.execute_many(inputs, prompt="Read it", in_order=False)
        next(items)
        items.close()
    assert batch_threads() == []


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "status"), [("sync", 0), ("async", 0), ("raises", 3)])
def test_p84_a_program_may_end_in_the_middle_of_a_batch(
    server: Server, tmp_path: Path, kind: str, status: int
) -> None:
    server.on_execute(lambda run: {} if run.inputs["number"] == 0 else ENDLESS)
    command = [sys.executable, "-W", "error", "-m", "tests.many.unclosed_program"]
    done = subprocess.run(
        [*command, server.url, str(tmp_path / "runs.sqlite"), kind],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (status, "0\n", "")


def test_an_iterator_that_was_never_started_needs_no_end(client: Any, server: Server) -> None:
    client.agent.execute_many([{}], prompt="Read it", journal="runs.sqlite")
    assert server.requests == []
    assert not Path("runs.sqlite").exists()
