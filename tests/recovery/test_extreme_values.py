"""Arguments that no machine can handle are refused before anything is sent, and named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from vlmrun.errors import InputError, OutcomeUnknownError
from vlmrun.testing import Fault, Server

HUGE = 10**400
# More digits than Python converts: https://docs.python.org/3/library/stdtypes.html#int-max-str-digits
LONGER = 10**5000


def in_days(days: float) -> datetime:
    return datetime.now(timezone.utc) + timedelta(days=days)


@pytest.mark.parametrize("value", [HUGE, LONGER], ids=["10**400", "10**5000"])
@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("timeout", lambda connect, value: connect(timeout=value)),
        ("deadline", lambda connect, value: connect(deadline=value)),
        ("max_in_flight", lambda connect, value: connect(max_in_flight=int(value))),
        ("max_retries", lambda connect, value: connect(max_retries=int(value))),
        ("timeout", lambda connect, value: connect().executions.wait("e1", timeout=value)),
        ("sleep", lambda connect, value: connect().executions.wait("e1", sleep=value)),
        ("settle", lambda connect, value: connect().agent.reconcile("e1", settle=value)),
        ("budget", lambda connect, value: connect().usage(budget=value)),
        (
            "wait_timeout",
            lambda connect, value: connect().agent.execute_many(
                [{}], prompt="Read it", wait_timeout=value
            ),
        ),
    ],
)
def test_p76_a_number_that_is_too_large_is_refused(
    connect: Callable[..., Any], server: Server, name: str, call: Any, value: Any
) -> None:
    with pytest.raises(InputError, match=name) as caught:
        call(connect, value)
    assert caught.value.suggestion or " to " in caught.value.message
    assert len(str(caught.value)) < 300
    assert server.requests == []


@pytest.mark.parametrize(
    "value",
    ["9" * 30 + "/second", "9" * 5000 + "/day", "2000000/hour"],
    ids=["digits", "more digits", "million"],
)
def test_p76_a_rate_that_is_no_limit_is_refused(connect: Callable[..., Any], value: str) -> None:
    with pytest.raises(InputError, match="rate_limit") as caught:
        connect(rate_limit=value)
    assert "None" in str(caught.value.suggestion)
    assert len(str(caught.value)) < 300


def test_p76_a_deadline_in_a_distant_year_is_no_limit(client: Any) -> None:
    options = {"deadline": datetime.max.replace(tzinfo=timezone.utc)}
    assert client.agent.execute(prompt="Read it", batch=False, options=options)


@pytest.mark.parametrize(
    ("since", "message"),
    [
        (datetime.min.replace(tzinfo=timezone.utc), "since is before"),
        (datetime.max.replace(tzinfo=timezone.utc), "since is in the future"),
        (in_days(0.1), "since is in the future"),
    ],
)
def test_p73_a_time_at_which_nothing_can_have_been_submitted_is_refused(
    client: Any, server: Server, since: datetime, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        client.agent.reconcile("e1", since=since)
    assert server.requests == []


def test_p73_a_clock_that_is_a_little_fast_is_accepted(client: Any, server: Server) -> None:
    since = datetime.now(timezone.utc) + timedelta(seconds=30)
    client.agent.execute(prompt="Read it", id="e1")
    assert client.agent.reconcile("e1", since=since).state == "submitted"


def test_p73_settle_none_is_the_default(client: Any, server: Server) -> None:
    server.inject(Fault("execute_agent", reset="after_handling"))
    server.inject(Fault("get_execution", status=404))
    with pytest.raises(OutcomeUnknownError) as caught:
        client.agent.execute(prompt="Read it")
    # With 0, it would be asked for once only.
    assert client.agent.reconcile(caught.value, settle=None).state == "submitted"
