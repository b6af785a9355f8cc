"""Errors that all items would have: what becomes of requests and jobs that are on their way."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.many.test_journal import rows, submissions
from vlmrun import AsyncVLMRun
from vlmrun.errors import AuthenticationError, ConfigurationError, RateLimitError
from vlmrun.testing import Fault, Outcome, Server

KEY = "test-key-0123456789"


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "runs.sqlite"


def inputs(number: int) -> list[dict[str, int]]:
    return [{"number": each} for each in range(number)]


def test_p84_a_wrong_key_leaves_nothing_in_the_journal(
    client: Any, server: Server, journal: Path
) -> None:
    # The first is refused while the others are on their way.
    server.inject(Fault("execute_agent", status=401))
    server.inject(Fault("execute_agent", status=401, delay=0.05, times=None))
    arguments: dict[str, Any] = {"prompt": "Read it", "journal": journal}
    with pytest.raises(AuthenticationError) as caught:
        list(client.agent.execute_many(inputs(20), **arguments))
    assert getattr(caught.value, "__notes__", []) == []
    assert rows(journal) == []
    assert submissions(server) <= 8
    server.clear()

    items = list(client.agent.execute_many(inputs(20), **arguments))

    assert [item.error for item in items] == [None] * 20
    assert submissions(server) == 20


def test_p84_a_key_that_is_revoked_names_the_jobs_that_run(client: Any, server: Server) -> None:
    server.on_execute(lambda run: Outcome({}, statuses=["running", "running"]))
    server.inject(Fault("get_execution", status=401, times=None))
    with pytest.raises(AuthenticationError) as caught:
        list(client.agent.execute_many(({} for _ in count()), prompt="Read it"))
    ids = [each.json["id"] for each in server.requests if each.operation == "execute_agent"]
    notes = str(caught.value.__notes__)  # type: ignore[attr-defined]
    assert ids
    assert all(id in notes for id in ids)


def test_p84_an_interruption_of_a_pause_leaves_no_open_question(
    server: Server, journal: Path
) -> None:
    """A request that was refused, and waits for its next attempt, was not submitted."""
    server.inject(Fault("execute_agent", status=429, headers={"Retry-After": "60"}, times=None))

    async def main() -> None:
        refused = asyncio.Semaphore(0)
        async with AsyncVLMRun(KEY, server.url, on_retry=lambda event: refused.release()) as client:
            # Two: after that many refusals, further requests would wait for a minute.
            items = client.agent.execute_many(inputs(2), prompt="Read it", journal=journal)
            task = asyncio.ensure_future(anext(items))
            for _ in range(2):
                await refused.acquire()
            task.cancel()
            with pytest.raises(asyncio.CancelledError) as caught:
                await task
            assert getattr(caught.value, "__notes__", []) == []

    asyncio.run(main())
    assert [row[0] for row in rows(journal) if row[0] != "claimed"] == []


def test_p84_a_function_for_the_key_that_fails_ends_the_batch(
    connect: Callable[..., Any], server: Server, journal: Path
) -> None:
    calls, lock = [0], threading.Lock()

    def key() -> str:
        with lock:
            calls[0] += 1
        if calls[0] > 6:
            raise LookupError
        return KEY

    client = connect(api_key=key)
    with pytest.raises(ConfigurationError, match="api_key raised LookupError"):
        list(client.agent.execute_many(inputs(50), prompt="Read it", journal=journal))
    assert "submitting" not in [row[0] for row in rows(journal)]


@pytest.mark.parametrize("fails", [True, False], ids=["raises", "returns nonsense"])
def test_p74_on_retry_that_fails_after_a_refusal_says_that_nothing_was_started(
    client: Any, server: Server, fails: bool
) -> None:
    def on_retry(event: Any) -> Any:
        if fails:
            raise ZeroDivisionError
        return "soon"

    server.inject(Fault("execute_agent", status=429))
    with pytest.raises(ZeroDivisionError if fails else TypeError) as caught:
        client.agent.execute(prompt="Read it", id="e1", options={"on_retry": on_retry})
    notes = str(caught.value.__notes__)  # type: ignore[attr-defined]
    assert "'e1'" in notes
    assert "nothing was started" in notes
    assert "may be running" not in notes
    if not fails:
        assert isinstance(caught.value.__cause__, RateLimitError)
