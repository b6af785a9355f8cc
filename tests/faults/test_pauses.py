"""The pauses before retries; test_retries.py has Retry-After over HTTP."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest

from vlmrun._core import retry
from vlmrun.errors import NetworkError, RateLimitError, ServerError

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("real_pauses")]

DRAWS = 500


@pytest.mark.parametrize(
    ("attempt", "longest"), [(0, 0.5), (1, 1.0), (2, 2.0), (3, 4.0), (4, 8.0), (5, 8.0), (60, 8.0)]
)
def test_p28_pauses_double_up_to_a_limit_and_vary(attempt: int, longest: float) -> None:
    draws = [retry.pause_before_retry(NetworkError(), attempt) for _ in range(DRAWS)]
    assert all(pause is not None and longest / 2 <= pause <= longest for pause in draws)
    assert len(set(draws)) > DRAWS // 2
    spread = [pause for pause in draws if pause is not None]
    assert min(spread) < longest * 0.55
    assert max(spread) > longest * 0.95


@pytest.mark.parametrize("asked", [0.5, 1, 30, 60])
def test_p28_pause_is_the_retry_after_and_up_to_a_tenth_more(asked: float) -> None:
    error = RateLimitError(retry_after=asked)
    draws = [retry.pause_before_retry(error, 0) for _ in range(DRAWS)]
    assert all(pause is not None and asked <= pause <= asked * 1.1 for pause in draws)
    assert len(set(draws)) > DRAWS // 2


def test_retry_after_of_zero_still_pauses() -> None:
    error = ServerError(http_status=503, retry_after=0)
    assert all((retry.pause_before_retry(error, 0) or 0) >= 0.25 for _ in range(DRAWS))


@pytest.mark.parametrize("asked", [60.1, 3600, float("inf")])
def test_retry_after_beyond_the_limit_means_no_retry(asked: float) -> None:
    assert retry.pause_before_retry(RateLimitError(retry_after=asked), 0) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("7", 7), (" 7 ", 7), ("0.25", 0.25), ("-3", None), ("0", 0), ("soon", None), ("", None)],
)
def test_p28_retry_after_in_seconds(text: str, seconds: float | None) -> None:
    assert retry.retry_after({"retry-after": text}) == seconds


def test_missing_retry_after_is_none() -> None:
    assert retry.retry_after({}) is None


@pytest.mark.parametrize("form", ["GMT", "-0000"])
def test_p28_retry_after_as_a_date(form: str) -> None:
    moment = datetime.now(timezone.utc) + timedelta(seconds=30)
    text = format_datetime(moment, usegmt=True).replace("GMT", form)
    seconds = retry.retry_after({"retry-after": text})
    assert seconds is not None
    assert 25 < seconds <= 30


def test_retry_after_in_the_past_is_zero() -> None:
    assert retry.retry_after({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}) == 0


@pytest.mark.parametrize(
    "text",
    ["nan", "Fri, 31 Dec 99999 23:59:59 GMT", "Wed, 99 Foo 2015", "21", "1" * 400, "2015-10-21"],
)
def test_invalid_retry_after_is_ignored(text: str) -> None:
    seconds = retry.retry_after({"retry-after": text})
    assert seconds is None or seconds >= 0
