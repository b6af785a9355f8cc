"""HTTP clients of the user's with another transport, whose errors may be translated wrongly."""

from __future__ import annotations

import socket

import httpx
import pytest

from vlmrun import VLMRun
from vlmrun.errors import VLMRunError


class Disconnected(Exception):
    """An error of the library behind a transport."""


class Translating(httpx.BaseTransport):
    """Raises the error of httpx for one of another library."""

    def __init__(self, error: httpx.TransportError, cause: BaseException | None) -> None:
        self.requests: list[httpx.Request] = []
        self._error = error
        self._cause = cause

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        raise self._error from self._cause


def failure(transport: Translating) -> VLMRunError:
    with httpx.Client(transport=transport) as http:
        client = VLMRun("test", "http://127.0.0.1:9/v1", http_client=http, max_retries=2)
        with pytest.raises(VLMRunError) as caught:
            client.agent.execute(prompt="Describe it")
    return caught.value


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vlmrun._sync.http.transport.sleep", lambda seconds: None)


@pytest.mark.parametrize("error", [httpx.ConnectTimeout, httpx.ConnectError])
@pytest.mark.parametrize("cause", [Disconnected(), ConnectionResetError()])
def test_p02_paid_request_is_not_sent_again_after_a_mistranslated_error(
    error: type[httpx.TransportError], cause: Exception
) -> None:
    """httpx-aiohttp 0.2 translates each lost connection to a ConnectTimeout."""
    transport = Translating(error("Server disconnected"), cause)
    caught = failure(transport)
    assert len(transport.requests) == 1
    assert caught.outcome == "unknown"


@pytest.mark.parametrize("cause", [None, ConnectionRefusedError(), socket.gaierror()])
def test_p02_paid_request_is_sent_again_if_it_was_never_delivered(
    cause: Exception | None,
) -> None:
    transport = Translating(httpx.ConnectError("refused"), cause)
    caught = failure(transport)
    assert len(transport.requests) == 3
    assert caught.outcome == "not_sent"
