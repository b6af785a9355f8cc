"""Properties that hold for any input: Retry-After, ids, and Unicode in requests and responses."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from email.utils import format_datetime
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from vlmrun._core import retry
from vlmrun._redaction import redact
from vlmrun._validation import check_id
from vlmrun.errors import APIError, InputError, ResponseDecodeError
from vlmrun.testing import Fault, Server

pytestmark = pytest.mark.slow

# The database of examples would be a directory in the checkout. No deadline: machines may be busy.
bounded = settings(
    max_examples=200,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
over_sockets = settings(bounded, max_examples=40)

HEADER = some.text(some.characters(max_codepoint=255), max_size=40)
NUMBERS = some.one_of(some.integers(), some.floats(), some.decimals()).map(str)
ANY_TEXT = some.text(some.characters(exclude_categories=()), max_size=30)
JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | ANY_TEXT,
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=12,
)


@bounded
@given(HEADER | NUMBERS)
def test_p28_retry_after_is_none_or_finite_seconds(text: str) -> None:
    seconds = retry.retry_after({"retry-after": text})
    assert seconds is None or 0 <= seconds < float("inf")
    pause = retry.pause_before_retry(APIError(retry_after=seconds), 0)
    assert pause is None or 0 < pause <= retry.LONGEST_RETRY_AFTER * 1.1


@bounded
@given(some.datetimes(datetime(1970, 1, 1), datetime(9999, 1, 1)))
def test_p28_retry_after_of_a_date_is_the_time_until_then(date: datetime) -> None:
    date = date.replace(tzinfo=timezone.utc, microsecond=0)
    expected = max(0.0, (date - datetime.now(timezone.utc)).total_seconds())
    seconds = retry.retry_after({"retry-after": format_datetime(date, usegmt=True)})
    assert seconds is not None
    assert expected - 60 <= seconds <= expected


@bounded
@given(ANY_TEXT | some.sampled_from(["%2e%2e", "%252e", "..", ".", "a%2fb", "a\\b", "a b"]))
def test_an_id_that_is_accepted_is_one_segment_of_a_path(text: str) -> None:
    try:
        id = check_id("id", text)
    except InputError:
        return
    assert id == text
    decoded = unquote(unquote(id))
    assert decoded not in ("", ".", "..")
    assert not set("/\\?#") & set(decoded)
    assert id.encode("utf-8")


@over_sockets
@given(text=ANY_TEXT.map("Read it {}".format))
def test_any_prompt_arrives_as_it_is_or_is_refused(client: Any, server: Server, text: str) -> None:
    server.clear()
    try:
        client.agent.execute(prompt=text)
    except InputError:
        assert server.requests == []
        return
    (request,) = server.requests
    assert request.json["config"]["prompt"] == text


@over_sockets
@given(value=JSON)
def test_p30_any_json_is_a_result_or_an_error_of_this_package(
    client: Any, server: Server, value: Any
) -> None:
    server.clear()
    body = {"id": "e1", "status": "completed", "response": value}
    server.inject(Fault("get_execution", status=200, body=json.dumps(body).encode()))
    execution = client.executions.get("e1")
    assert json.dumps(execution.response) == json.dumps(value)


@over_sockets
@given(body=some.binary(max_size=60))
def test_p30_any_bytes_are_a_result_or_an_error_of_this_package(
    client: Any, server: Server, body: bytes
) -> None:
    server.clear()
    server.inject(Fault("get_execution", status=200, body=body))
    try:
        execution = client.executions.get("e1")
    except ResponseDecodeError:
        return
    assert isinstance(json.loads(body), dict)
    assert execution.raw == json.loads(body)


@over_sockets
@given(body=JSON.map(json.dumps), status=some.sampled_from([400, 404, 422, 500]))
def test_p29_any_json_of_an_error_is_an_error_with_its_status(
    client: Any, server: Server, body: str, status: int
) -> None:
    server.clear()
    server.inject(Fault("get_execution", status=status, body=body.encode()))
    with pytest.raises(APIError) as caught:
        client.with_options(max_retries=0).executions.get("e1")
    assert caught.value.http_status == status
    assert str(status) in str(caught.value)


@bounded
@given(value=JSON, secret=some.text("abcdefgh", min_size=8, max_size=12))
def test_p41_no_secret_is_left_in_any_json(value: Any, secret: str) -> None:
    shown = redact({"a": value, "b": [{"c": f"x{secret}y"}]}, [secret])
    assert secret not in repr(shown)
