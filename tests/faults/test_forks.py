"""P44, P96: the child of a fork does not wait for threads that exist in the parent only."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from vlmrun import VLMRun
from vlmrun._core.limits import JobSlots
from vlmrun._core.rate_limiter import RateLimit, RateLimiter
from vlmrun._journal.journal import Journal
from vlmrun._runtime.sync_runtime import Wakeup
from vlmrun.testing import Server

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork"),
    pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning"),
]


def is_true_in_child(check: Callable[[], bool]) -> bool:
    """Return what a function returns in the child of a fork."""
    child = os.fork()
    if not child:
        signal.alarm(30)  # one that hangs is killed
        try:
            os._exit(0 if check() else 1)
        finally:
            os._exit(2)
    return os.waitpid(child, 0)[1] == 0


def test_p44_requests_do_not_wait_for_those_of_threads_of_the_parent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limiter = RateLimiter(RateLimit(1, 60.0))
    assert limiter.join(False) is None
    in_line = limiter.join(True), limiter.join(False)
    assert None not in in_line
    monkeypatch.setattr("vlmrun._core.rate_limiter.monotonic", lambda: time.monotonic() + 61)

    def is_first() -> bool:
        place = limiter.join(False)
        return place is None or place.seconds_left() == 0

    assert is_true_in_child(is_first)
    assert not is_first()


def test_p44_jobs_do_not_wait_for_those_of_threads_of_the_parent() -> None:
    slots = JobSlots(2)
    assert slots.take(Wakeup())
    assert slots.take(Wakeup())
    assert not slots.take(Wakeup())

    def has_two() -> bool:
        first = slots.take(Wakeup())
        # That of a job of the thread that has forked, which is counted as free, too.
        slots.release()
        slots.release()
        return first and slots.take(Wakeup()) and slots.take(Wakeup()) and not slots.take(Wakeup())

    assert is_true_in_child(has_two)


def test_p80_a_child_leaves_the_journal_of_its_parent_alone(tmp_path: Path) -> None:
    with Journal(tmp_path / "runs.sqlite") as parent:
        ours = parent.claim(b"1", "1")

        def closes() -> bool:
            parent.close()
            return True

        assert is_true_in_child(closes)
        with Journal(tmp_path / "runs.sqlite") as other:
            assert not other.claim(b"1", "1").is_ours
        assert parent.claim(b"1", "1").request_id == ours.request_id


@pytest.mark.slow
@pytest.mark.vlmrun_server(polls=1)
def test_p96_children_of_a_busy_process_work_and_end(server: Server) -> None:
    """Each forks while other threads wait for jobs, for the rate limit, and for `max_in_flight`."""
    program = """
import faulthandler, os, sys, threading, warnings
from vlmrun import VLMRun

warnings.simplefilter("ignore", DeprecationWarning)  # of os.fork, with threads
clients = [VLMRun("test", sys.argv[1], rate_limit="300/second", max_in_flight=2) for _ in "ab"]
# Imports of other threads at the time of a fork never end in the child, in any Python program.
submit = {"inputs": [{"n": 1}, {"n": 2}, {"n": 3}], "prompt": "Read"}
assert not any(item.error for item in clients[0].agent.execute_many(**submit))
over = threading.Event()

def work(client):
    while not over.is_set():
        client.agent.execute(prompt="Read", batch=False)

threads = [threading.Thread(target=work, args=[client]) for client in clients * 3]
for thread in threads:
    thread.start()
items = clients[1].agent.execute_many(({"n": n} for n in range(1000)), prompt="Read")
next(items)
for _ in range(4):
    # Python removes the other threads in the child, with the sockets that they were opening.
    warnings.simplefilter("ignore", ResourceWarning)
    child = os.fork()
    if not child:
        faulthandler.dump_traceback_later(60, exit=True)  # if it hangs, it says where
        for client in clients:
            client.agent.execute(prompt="Read", batch=False)
        try:
            next(items)
        except RuntimeError as error:
            assert "fork" in str(error)
        sys.exit()  # also closes what is open
    assert os.waitpid(child, 0)[1] == 0
    warnings.simplefilter("error", ResourceWarning)
over.set()
items.close()
for thread in threads:
    thread.join()
print("done")
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program, server.url],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.stdout, done.returncode) == ("done\n", 0), done.stderr


def test_p96_the_batch_of_the_parent_is_an_error_in_the_child(server: Server) -> None:
    with VLMRun("test", base_url=server.url) as client:
        items = client.agent.execute_many(({"n": n} for n in range(9)), prompt="Read")
        next(items)

        def is_refused() -> bool:
            with pytest.raises(RuntimeError, match="child of a fork"):
                next(items)
            return True

        assert is_true_in_child(is_refused)
        assert len(list(items)) == 8
