"""Sizes, numbers and headers beyond what can be used."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from vlmrun._core import retry
from vlmrun.errors import InputError, ResponseDecodeError, ServerError
from vlmrun.testing import Fault, Server

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("place", ["client", "copy", "call"])
def test_p41_response_that_unpacks_to_too_much_is_refused(
    connect: Any, server: Server, place: str
) -> None:
    body = gzip.compress(b"[" + b" " * 10_000_000 + b"]")
    headers = {"Content-Encoding": "gzip"}
    server.inject(Fault("list_models", status=200, body=body, headers=headers, times=None))
    limit = {"max_response_size": 9_000_000}
    client = connect(**limit if place == "client" else {})
    client = client.with_options(**limit) if place == "copy" else client
    with pytest.raises(ResponseDecodeError, match=r"9000000 bytes.*max_response_size"):
        client.models.list(options=limit if place == "call" else None)
    assert client.models.list(options={"max_response_size": None}) == []


@pytest.mark.parametrize("text", ["Wed, 21 Oct 99999999999 07:28:00 GMT", "9" * 400, "Wed, 1"])
def test_p28_number_in_a_retry_after_may_be_of_any_size(text: str) -> None:
    seconds = retry.retry_after({"retry-after": text})
    assert seconds is None or 0 <= seconds < float("inf")


def test_p28_pause_before_any_retry_is_at_most_the_longest() -> None:
    pauses = [retry.pause_before_retry(ServerError(), retries) for retries in (10, 1025, 10**6)]
    assert all(0 < pause <= retry.LONGEST_PAUSE for pause in pauses)


@pytest.mark.parametrize(
    "name", ["Content-Length", "transfer-encoding", "HOST", "Content-Encoding", "Range", "TE"]
)
def test_header_of_the_connection_or_the_body_is_refused(client: Any, name: str) -> None:
    with pytest.raises(InputError, match=name):
        client.models.list(options={"headers": {name: "5"}})


def test_authorization_takes_the_place_of_the_api_key(client: Any, server: Server) -> None:
    client.models.list(options={"headers": {"Authorization": "Bearer another-key"}})
    assert server.requests[-1].headers["authorization"] == "Bearer another-key"


@pytest.mark.filterwarnings("ignore:.*If milliseconds are meant")
@pytest.mark.parametrize("seconds", [1e10, 1e300])
def test_timeout_of_centuries_is_no_error(connect: Any, seconds: float) -> None:
    # A deadline that long would be taken for a timestamp.
    assert connect(timeout=seconds, deadline=1e8).healthcheck()
