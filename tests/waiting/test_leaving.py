"""P105: a wait that ends, in whatever way, disturbs no other, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.many.test_bounded_map import batch_threads
from tests.waiting.simulated_time import SimulatedTime, start_jobs
from vlmrun import AsyncVLMRun, VLMRun
from vlmrun._attempts import ResponseFacts
from vlmrun._core.poll_group import PollGroup
from vlmrun._core.watched_jobs import Listing, Watch
from vlmrun.errors import ConfigurationError, ServerError, WaitTimeoutError
from vlmrun.testing import Request, Server

KEY = "test-key-0123456789"


def groups_of(client: Any) -> list[Any]:
    return list(client._context.shared._poll_groups.values())


def assert_nobody_waits(client: Any) -> None:
    assert groups_of(client)
    for group in groups_of(client):
        assert (group._jobs, group._waiting, group._leader) == ({}, {}, None)


def polled(server: Server) -> threading.Event:
    """Return an event that is set once recent jobs were listed."""
    event = threading.Event()

    def on_response(request: Request) -> None:
        if request.operation == "list_executions":
            event.set()

    server.on_response = on_response
    return event


def test_p105_the_others_go_on_when_a_task_is_cancelled(server: Server) -> None:
    ids = start_jobs(server, [3600] * 2 + [0.1] * 4)
    listed = polled(server)

    async def main() -> None:
        async with AsyncVLMRun(KEY, base_url=server.url) as client:
            tasks = [asyncio.ensure_future(client.executions.wait(id)) for id in ids]
            assert await asyncio.to_thread(listed.wait, 60)
            # One of them leads, whoever it is.
            tasks[0].cancel()
            tasks[1].cancel()
            done = await asyncio.gather(*tasks, return_exceptions=True)
            assert [type(each) for each in done[:2]] == [asyncio.CancelledError] * 2
            assert [each.status for each in done[2:]] == ["completed"] * 4  # type: ignore[union-attr]
            assert asyncio.all_tasks() == {asyncio.current_task()}
            assert_nobody_waits(client)

    asyncio.run(main())


def test_p105_each_wait_has_its_own_timeout(server: Server) -> None:
    ids = start_jobs(server, [3600] * 3 + [0.4] * 3)

    async def main() -> list[Any]:
        async with AsyncVLMRun(KEY, base_url=server.url) as client:
            waits = [
                client.executions.wait(ids[0], timeout=1),
                client.executions.wait(ids[1], options={"deadline": 1.2}),
                client.executions.wait(ids[2], timeout=0),
                *(client.executions.wait(id) for id in ids[3:]),
            ]
            done = await asyncio.gather(*waits, return_exceptions=True)
            assert_nobody_waits(client)
            return done

    done = asyncio.run(main())
    assert [type(each) for each in done[:3]] == [WaitTimeoutError] * 3
    assert [each.job.status for each in done[:3]] == ["pending"] * 3
    assert [each.status for each in done[3:]] == ["completed"] * 3


def test_p105_a_slow_callback_delays_no_other_wait(server: Server) -> None:
    ids = start_jobs(server, [3600] + [0.1] * 4)
    others_ended = threading.Event()

    with VLMRun(KEY, base_url=server.url) as client, ThreadPoolExecutor(5) as pool:

        def block(_: Any) -> None:
            others_ended.wait(60)
            raise KeyboardInterrupt

        blocked = pool.submit(client.executions.wait, ids[0], on_update=block)
        others = [pool.submit(client.executions.wait, id) for id in ids[1:]]
        assert [each.result(60).status for each in others] == ["completed"] * 4
        others_ended.set()
        assert isinstance(blocked.exception(60), KeyboardInterrupt)
        assert_nobody_waits(client)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("in_one_call", [True, False])
def test_p105_ctrl_c_ends_the_wait_of_the_main_thread_only(
    server: Server, in_one_call: bool
) -> None:
    ids = start_jobs(server, [3600] * 5 + [0.3] * 3)
    main = threading.main_thread().ident
    assert main is not None
    with VLMRun(KEY, base_url=server.url) as client, ThreadPoolExecutor(4) as pool:
        others = [pool.submit(client.executions.wait, id) for id in ids[5:]]
        interrupted = threading.Event()

        def interrupt(request: Request) -> None:
            main_waits = any(ids[0] in group._jobs for group in groups_of(client))
            if main_waits and not interrupted.is_set():
                interrupted.set()
                signal.pthread_kill(main, signal.SIGINT)

        server.on_response = interrupt
        wait = client.executions.wait_many if in_one_call else client.executions.wait
        with pytest.raises(KeyboardInterrupt):
            wait(ids[:5] if in_one_call else ids[0])  # type: ignore[operator]
        assert interrupted.is_set()
        assert [each.result(60).status for each in others] == ["completed"] * 3
        assert_nobody_waits(client)
    assert batch_threads() == []


def test_p105_leaving_the_loop_of_as_completed_ends_the_wait(
    client: Any, server: Server, factory_type: Any, time: SimulatedTime
) -> None:
    ids = start_jobs(server, [1, 3600, 3600, 3600])
    items = client.executions.as_completed(ids)
    assert next(items).id == ids[0]
    items.close()
    target = getattr(client, "_target", client)
    assert_nobody_waits(target)


def test_p105_close_ends_the_waits_of_other_threads(server: Server) -> None:
    ids = start_jobs(server, [3600] * 6)
    listed = polled(server)
    client = VLMRun(KEY, base_url=server.url)
    with ThreadPoolExecutor(6) as pool:
        waits = [pool.submit(client.executions.wait, id, sleep=3600) for id in ids]
        assert listed.wait(60)
        client.close()
        errors = [each.exception(60) for each in waits]
    assert [type(error) for error in errors] == [ConfigurationError] * 6
    assert_nobody_waits(client)


def test_p105_a_leader_that_was_stopped_is_replaced(time: SimulatedTime) -> None:
    """As if its event loop had been stopped, without ending its tasks."""

    class Wakeup:
        def wake(self) -> bool:
            return True

    group = PollGroup(can_list=True)
    leader, other = Watch(Wakeup), Watch(Wakeup)
    group.add(leader, ["a", "b", "c"])
    group.add(other, ["d"])
    assert group.next_step(leader).listing is not None
    step = group.next_step(other)
    assert step.listing is None
    assert step.seconds is not None
    time.now += step.seconds + 1
    assert group.next_step(other).listing is not None


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_p105_parent_and_child_of_a_fork_wait_on(server: Server) -> None:
    program = """
import os, sys
from vlmrun import VLMRun

client = VLMRun("test", sys.argv[1])
ids = sys.argv[2:]
client.executions.wait(ids[0])
seen = []

def on_update(job):
    if not seen:
        seen.append(os.fork())

done = client.executions.wait(ids[0], on_update=on_update)
others = client.executions.wait_many(ids[1:])
assert {item.result.status for item in others} == {"completed"}, others
client.close()
if not seen[0]:
    os._exit(0)
assert os.waitpid(seen[0], 0)[1] == 0
print("done")
"""
    ids = start_jobs(server, [0.5] * 6)
    done = subprocess.run(
        [sys.executable, "-c", program, server.url, *ids],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stderr, done.stdout) == ("", "done\n")


def test_p105_interrupted_batches_leave_no_wait(server: Server) -> None:
    with VLMRun(KEY, base_url=server.url) as client:
        items = client.agent.execute_many([{"n": n} for n in range(8)], prompt="Read")
        assert next(items).result is not None
        items.close()
        assert_nobody_waits(client)


def test_p105_a_wait_that_nobody_reads_gets_each_job_once(
    server: Server, factory_type: Any, client: Any, time: SimulatedTime
) -> None:
    *ids, endless = start_jobs(server, [1, 2, 3, 4, 3600])
    items = client.executions.as_completed(ids)
    next(items)
    # Meanwhile, another wait lists the jobs, again and again.
    [late] = client.executions.wait_many([endless], timeout=60)
    assert isinstance(late.error, WaitTimeoutError)
    assert sum(request.operation == "list_executions" for request in server.requests) > 5
    server.clear()
    assert sorted(item.id for item in items) == ids[1:]
    assert len(server.requests) <= 1


@pytest.mark.parametrize("next_list", ["without the job", "with the job"])
def test_p105_jobs_do_not_wait_for_a_check_that_failed(time: SimulatedTime, next_list: str) -> None:
    class Wakeup:
        def wake(self) -> bool:
            return True

    group = PollGroup(can_list=True)
    watches = [Watch(Wakeup) for _ in range(4)]
    for watch, id in zip(watches, "abcd", strict=True):
        group.add(watch, [id])

    def list_jobs(ids: str) -> None:
        listing = Listing(set("abcd"), 50)
        jobs = [{"id": id, "status": "completed", "response": {}} for id in ids]
        group.add_page(listing, jobs, ResponseFacts((), ()))
        group.listed(watches[0], listing, 0.1)

    list_jobs("abcd")
    # One of them is requested, to see whether lists show all fields; the others wait for that.
    fetching = {watch: group.next_step(watch).fetch for watch in watches}
    [(checking, [job])] = [(watch, fetch) for watch, fetch in fetching.items() if fetch]
    list_jobs("abcd" if next_list == "with the job" else "abcd".replace(job.id, ""))
    group.fetched(job, 0.1, ServerError("unavailable"))
    steps = [group.next_step(watch) for watch in watches if watch is not checking]
    assert any(step.fetch or step.seen for step in steps)
