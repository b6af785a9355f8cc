"""P45: the status of a request that is refused while it is being sent is not lost."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.faults.early_server import CERTIFICATE, EarlyServer, early_server
from tests.sync_async import ClientFactory
from vlmrun import errors

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60)]

KEY = "test-key-0123456789"
TRIES = 20
STATUSES = {
    400: errors.ValidationError,
    401: errors.AuthenticationError,
    413: errors.PayloadTooLargeError,
    503: errors.ServerError,
}
CONTENT = b"x" * 3_000_000


def upload(method: str) -> Callable[[Any], Any]:
    return lambda client: client.files.upload(
        io.BytesIO(CONTENT), filename="a.txt", method=method, force=True
    )


# Head and body of a request are written one by one, and large bodies in many pieces.
CALLS: dict[str, Callable[[Any], Any]] = {
    "small body": lambda client: client.agent.execute(prompt="Describe it"),
    "large body": lambda client: client.agent.execute(prompt=CONTENT.decode()),
    "direct upload": upload("direct"),
    "upload to a presigned URL": upload("presigned-url"),
}


@pytest.fixture(params=[False, True], ids=["tcp", "tls"])
def server(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[EarlyServer]:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with early_server(tls=request.param) as server:
        yield server


def outcome(call: Callable[[Any], Any], client: Any) -> str:
    try:
        call(client)
    except errors.APIError as error:
        return f"{type(error).__name__} {error.http_status} {error.message}"
    return "success"


@pytest.mark.parametrize("reads", [2, 150], ids=["start", "part of the head"])
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("status", STATUSES)
def test_p45_status_of_an_early_response_is_not_lost(
    factory_type: type[ClientFactory], server: EarlyServer, status: int, call: str, reads: int
) -> None:
    server.status, server.reads, server.reserves = status, reads, "presigned" in call
    factory = factory_type()
    client = factory.client(api_key=KEY, base_url=server.url, max_retries=0)
    outcomes = Counter(outcome(CALLS[call], client) for _ in range(TRIES))
    factory.close()
    expected = f"{STATUSES[status].__name__} {status} too early to tell"
    assert (outcomes, server.refused) == ({expected: TRIES}, TRIES)


@pytest.mark.parametrize("call", ["large body", "direct upload", "upload to a presigned URL"])
def test_p45_no_client_waits_for_a_server_that_reads_no_more(
    factory_type: type[ClientFactory], server: EarlyServer, call: str
) -> None:
    server.resets, server.reserves = False, "presigned" in call
    factory = factory_type()
    client = factory.client(api_key=KEY, base_url=server.url, max_retries=0, timeout=60)
    with pytest.raises(errors.PayloadTooLargeError, match="too early to tell"):
        CALLS[call](client)
    factory.close()
