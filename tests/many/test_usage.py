"""`client.usage()` and `budget=`: what calls cost, and when nothing more is submitted."""

from __future__ import annotations

import asyncio
import copy
import pickle
import threading
from collections.abc import Callable
from contextvars import copy_context
from itertools import count
from typing import Any

import pytest

from vlmrun import AsyncVLMRun, VLMRun
from vlmrun.errors import BudgetExceededError, InputError, InputTypeError, VLMRunError
from vlmrun.testing import Fault, Outcome, Run, Server
from vlmrun.types import usage as usage_module

pytestmark = pytest.mark.slow

KEY = "test-key-0123456789"


def costing(credits: Any) -> Callable[[Run], Outcome]:
    return lambda run: Outcome({}, usage={"credits_used": credits})


@pytest.fixture
def priced(server: Server) -> Server:
    server.on_execute(costing(2.5))
    server.on_predict(costing(4))
    return server


@pytest.mark.usefixtures("priced")
def test_p85_only_the_latest_jobs_are_remembered(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usage_module, "_REMEMBERED", 3)
    with client.usage() as usage:
        ids = [client.agent.execute(prompt="Read it", batch=False).id for _ in range(10)]
        for id in ids[-3:]:
            client.executions.wait(id)
        assert (usage.credits, usage.jobs, usage.pending) == (25, 10, 0)
    assert sum(id.encode() in pickle.dumps(usage) for id in ids) <= 2 * 3


@pytest.mark.usefixtures("priced")
def test_p85_all_jobs_of_a_block_count_once(client: Any) -> None:
    before = client.agent.execute(prompt="Read it", batch=False)
    with client.usage() as usage:
        done = client.agent.execute(prompt="Read it", batch=False)
        client.executions.wait(done.id)
        client.executions.get(done.id)
        client.executions.list()
        client.executions.get(before.id)
        list(client.agent.execute_many([{}, {"note": "two"}], prompt="Read it"))
        client.document.generate(url="https://example.com/a.pdf", domain="document.invoice")
        assert (usage.credits, usage.jobs, usage.unknown, usage.pending) == (11.5, 4, 0, 0)
    client.agent.execute(prompt="Read it", batch=False)
    assert usage.credits == 11.5


def test_p85_a_job_counts_when_it_has_ended(client: Any, priced: Server) -> None:
    with client.usage() as usage:
        execution = client.agent.execute(prompt="Read it")
        assert (usage.credits, usage.pending) == (0, 1)
        client.executions.wait(execution.id)
        assert (usage.credits, usage.pending) == (2.5, 0)


def test_p85_a_failed_job_and_an_unknown_cost_count(client: Any, server: Server) -> None:
    server.on_execute(costing(None))
    with client.usage() as usage:
        client.agent.execute(prompt="Read it", batch=False)
        server.on_execute(
            lambda run: Outcome(statuses=["running", "failed"], usage={"credits_used": 1})
        )
        with pytest.raises(VLMRunError):
            client.agent.execute(prompt="Read it", batch=False)
    assert (usage.credits, usage.jobs, usage.unknown) == (1, 2, 1)
    assert repr(usage) == "<Usage: credits=1, jobs=2, unknown=1>"


@pytest.mark.parametrize("credits", ["NaN", "Infinity", "-Infinity"])
def test_p86_credits_that_are_not_a_number_do_not_switch_the_budget_off(
    client: Any, server: Server, credits: str
) -> None:
    usage = b'{"credits_used": %s}' % credits.encode()
    body = b'{"id": "e1", "status": "completed", "response": {}, "usage": %s}' % usage
    server.inject(Fault("execute_agent", status=200, body=body))
    server.on_execute(costing(2))
    with client.usage(budget=2) as spent:
        client.agent.execute(prompt="Read it", batch=False)
        assert (spent.credits, spent.jobs, spent.unknown) == (0, 1, 1)
        client.agent.execute(prompt="Read it", batch=False)
        with pytest.raises(BudgetExceededError):
            client.agent.execute(prompt="Read it", batch=False)


@pytest.mark.usefixtures("priced")
def test_p85_blocks_may_be_nested(client: Any) -> None:
    with client.usage() as outer:
        client.agent.execute(prompt="Read it", batch=False)
        with client.usage() as inner:
            client.agent.execute(prompt="Read it", batch=False)
    assert (outer.credits, inner.credits) == (5, 2.5)


@pytest.mark.usefixtures("priced")
def test_p85_tasks_of_a_block_count(server: Server) -> None:
    async def main() -> float:
        async with AsyncVLMRun(KEY, base_url=server.url) as client:
            with client.usage() as usage:
                calls = (client.agent.execute(prompt="Read it", batch=False) for _ in range(5))
                await asyncio.gather(*calls)
            return usage.credits

    assert asyncio.run(main()) == 12.5


@pytest.mark.usefixtures("priced")
def test_p85_threads_with_a_copy_of_the_context_count(server: Server) -> None:
    with VLMRun(KEY, base_url=server.url) as client, client.usage() as usage:

        def work() -> None:
            client.agent.execute(prompt="Read it", batch=False)

        threads = [threading.Thread(target=copy_context().run, args=[work]) for _ in range(4)]
        threads.append(threading.Thread(target=work))  # which nobody asked for
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert usage.credits == 10


@pytest.mark.usefixtures("priced")
def test_calls_for_another_account_do_not_count(connect: Callable[..., Any]) -> None:
    one, other = connect(), connect(api_key="other-key-0123456789")
    with one.usage() as usage:
        other.agent.execute(prompt="Read it", batch=False)
        one.with_options(timeout=30).agent.execute(prompt="Read it", batch=False)
    assert usage.credits == 2.5


@pytest.mark.usefixtures("priced")
def test_p86_a_budget_stops_submissions_and_lets_jobs_finish(client: Any, server: Server) -> None:
    items: list[Any] = []
    inputs = ({"number": number} for number in count())
    batch = client.agent.execute_many(inputs, prompt="Read it", budget=10)
    with pytest.raises(BudgetExceededError) as caught:
        items.extend(batch)
    assert all(item.error is None for item in items)
    submitted = [each for each in server.requests if each.operation == "execute_agent"]
    assert len(submitted) == len(items)
    assert 4 <= len(items) <= 4 + 8
    assert caught.value.budget == 10
    # With what the jobs used that were running when the budget was used up.
    assert caught.value.credits_used == 2.5 * len(items)
    assert f"{caught.value.credits_used:g} of 10 credits" in str(caught.value)


@pytest.mark.usefixtures("priced")
def test_p86_a_budget_for_a_block(client: Any, server: Server) -> None:
    with client.usage(budget=5) as usage:
        for _ in range(2):
            client.agent.execute(prompt="Read it", batch=False)
        with pytest.raises(BudgetExceededError, match="2 jobs have used 5 of 5 credits"):
            client.agent.execute(prompt="Read it")
        with pytest.raises(BudgetExceededError):
            list(client.agent.execute_many([{}], prompt="Read it"))
        client.executions.list()
    assert usage.jobs == 2
    assert [each.operation for each in server.requests].count("execute_agent") == 2


@pytest.mark.parametrize(("budget", "error"), [(-1, InputError), ("5", InputTypeError)])
def test_a_budget_is_checked(client: Any, budget: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="budget"):
        client.usage(budget=budget)


def test_p85_chats_count(client: Any, server: Server) -> None:
    messages = [{"role": "user", "content": "What is a referral?"}]
    with client.usage(budget=4) as usage:
        done = client.agent.completions.create(model="vlmrun-orion-1:auto", messages=messages)
        first = usage.credits
        for _ in client.agent.completions.create(
            model="vlmrun-orion-1:auto", messages=messages, stream=True
        ):
            pass
    assert first == done.usage.credits_used
    assert (usage.credits, usage.jobs, usage.unknown) == (2 * first, 2, 0)


def test_p86_a_budget_stops_chats(client: Any, server: Server) -> None:
    messages = [{"role": "user", "content": "What is a referral?"}]
    with client.usage(budget=0), pytest.raises(BudgetExceededError):
        client.agent.completions.create(model="vlmrun-orion-1:auto", messages=messages)
    assert server.requests == []


@pytest.mark.usefixtures("priced")
def test_p90_the_sums_of_a_block_can_be_copied(client: Any) -> None:
    with client.usage(budget=100) as usage:
        client.agent.execute(prompt="Read it", batch=False)
        pending = client.agent.execute(prompt="Read it")
        copies = [copy.copy(usage), copy.deepcopy(usage), pickle.loads(pickle.dumps(usage))]
        client.executions.wait(pending.id)
    assert (usage.credits, usage.pending) == (5, 0)
    for each in copies:
        assert (each.credits, each.jobs, each.budget, each.pending) == (2.5, 1, 100, 1)
        assert KEY not in repr(vars(each))
        with each:
            client.agent.execute(prompt="Read it", batch=False)
        assert each.credits == 5
    assert usage.credits == 5


@pytest.mark.usefixtures("priced")
def test_p85_a_block_may_be_asynchronous(server: Server) -> None:
    async def main() -> float:
        async with AsyncVLMRun(KEY, base_url=server.url) as client:
            async with client.usage() as usage:
                await client.agent.execute(prompt="Read it", batch=False)
            await client.agent.execute(prompt="Read it", batch=False)
            return usage.credits

    assert asyncio.run(main()) == 2.5
