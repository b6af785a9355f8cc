"""Requests that the service refuses for now: which of them are sent again, and for how long."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from vlmrun._async.http import retries as async_retries
from vlmrun._sync.http import retries as sync_retries
from vlmrun.errors import APIError, RateLimitError, ServerError
from vlmrun.testing import Fault, Server


@pytest.fixture
def passing_time(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let a second pass at each refusal."""
    seconds = [0.0]

    def monotonic() -> float:
        seconds[0] += 1
        return seconds[0]

    for module in (async_retries, sync_retries):
        monkeypatch.setattr(module, "monotonic", monotonic)
    return seconds


def test_p75_a_call_outlasts_refusals_for_the_time_of_an_attempt(
    client: Any, server: Server, passing_time: list[float]
) -> None:
    server.inject(Fault("execute_agent", status=429, times=19))
    execution = client.agent.execute(prompt="Read it", options={"timeout": 20})
    assert [each.status for each in execution.attempts] == [429] * 19 + [201]


def test_p75_a_call_ends_when_it_is_refused_for_longer(
    client: Any, server: Server, passing_time: list[float]
) -> None:
    server.inject(Fault("execute_agent", status=429, times=None))
    with pytest.raises(RateLimitError) as caught:
        client.agent.execute(prompt="Read it", options={"timeout": 10})
    # After ten seconds, the five retries of the default.
    assert len(caught.value.attempts) == 10 + 1 + 5
    assert caught.value.outcome == "refused"


def test_p75_pauses_grow_while_a_call_is_refused(
    client: Any, server: Server, passing_time: list[float]
) -> None:
    server.inject(Fault("execute_agent", status=429, times=4))
    execution = client.agent.execute(prompt="Read it")
    pauses = [each.pause for each in execution.attempts[:-1]]
    bounds = [(0.0025, 0.005), (0.005, 0.01), (0.01, 0.02), (0.01, 0.02)]
    assert all(low <= each <= high for each, (low, high) in zip(pauses, bounds, strict=True))


def test_p75_the_error_under_a_deadline_names_the_deadline(client: Any, server: Server) -> None:
    server.inject(Fault("execute_agent", status=429, headers={"Retry-After": "90"}))
    with pytest.raises(RateLimitError) as caught:
        client.agent.execute(prompt="Read it", options={"deadline": 30})
    message = str(caught.value)
    assert "Retry in 90 s" in message
    assert "the deadline of the call ends before" in message
    assert "60 s" not in message
    assert len(server.requests) == 1


def test_p28_too_early_is_sent_again_as_its_rfc_says(client: Any, server: Server) -> None:
    server.inject(Fault("execute_agent", status=425, times=2))
    execution = client.agent.execute(prompt="Read it")
    assert [each.status for each in execution.attempts] == [425, 425, 201]
    server.inject(Fault("execute_agent", status=425, times=None))
    with pytest.raises(APIError) as caught:
        client.agent.execute(prompt="Read it", options={"max_retries": 2})
    assert (caught.value.outcome, len(caught.value.attempts)) == ("refused", 3)


@pytest.mark.parametrize("value", ["-5", "-0.1", "nan", "-inf"])
def test_p28_a_retry_after_that_is_no_time_does_not_say_that_nothing_was_done(
    client: Any, server: Server, value: str
) -> None:
    server.inject(Fault("execute_agent", status=503, headers={"Retry-After": value}))
    with pytest.raises(ServerError) as caught:
        client.agent.execute(prompt="Read it")
    assert (caught.value.outcome, caught.value.retry_after) == ("unknown", None)
    assert len(server.requests) == 1


def test_retries_are_logged_with_method_and_path(
    client: Any, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    server.inject(Fault("list_models", status=500))
    with caplog.at_level(logging.INFO, "vlmrun"):
        client.models.list()
    (line,) = [each.getMessage() for each in caplog.records]
    assert line.startswith("retrying GET /v1/models in 0.0")
    assert line.endswith(" s after ServerError")


def test_p15_content_that_the_service_repeats_is_in_no_message_and_no_report(
    client: Any, server: Server
) -> None:
    content = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ" * 20
    url = f"data:image/png;base64,{content}"
    for body in (
        {"detail": f"images.0 is not an image: {url}"},
        {"detail": [{"loc": ["body", "images", 0], "msg": f"unreadable: {url}"}]},
        f"<title>Cannot read {url}</title>",
        f'{{"detail": "{url[:1000]}'.replace("/", "\\/"),
    ):
        server.inject(Fault("execute_agent", status=422, body=body))
        with pytest.raises(APIError) as caught:
            client.agent.execute(prompt="Read it")
        error = caught.value
        for text in (str(error), error.report(), error.body or "", repr(error.attempts)):
            assert content[:40] not in text
        assert "image" in error.message
