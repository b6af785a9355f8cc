"""The receiver of callbacks: only signed jobs are accepted, and only from this machine."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

import vlmrun.testing
from vlmrun import VLMRun, webhooks
from vlmrun.cli.webhook_listener import MAX_BODY, Received, WebhookListener
from vlmrun.errors import InputError

SECRET = "whsec-0123456789"
JOB = json.dumps({"id": "e1", "name": "reader", "status": "completed", "response": {}}).encode()


@pytest.fixture
def listener() -> Iterator[WebhookListener]:
    with WebhookListener(SECRET, 0) as listener:
        yield listener


def send(
    listener: WebhookListener,
    body: bytes = JOB,
    method: str = "POST",
    secret: str | None = SECRET,
    **headers: str,
) -> tuple[int, Received]:
    """Send a request; return the status of the response, and what was reported."""
    connection = http.client.HTTPConnection(urlsplit(listener.url).netloc, timeout=120)
    if secret is not None:
        headers.setdefault(webhooks.SIGNATURE_HEADER, webhooks.sign_for_test(body, secret))
    try:
        connection.request(method, "/", body, headers)
        return connection.getresponse().status, listener.requests.get(timeout=120)
    finally:
        connection.close()


def test_it_listens_on_this_machine_only(listener: WebhookListener) -> None:
    assert urlsplit(listener.url).hostname == "127.0.0.1"
    address = listener._server.socket.getsockname()
    assert address[0] == "127.0.0.1"


def test_a_signed_job_is_accepted_and_its_repetition_is_marked(listener: WebhookListener) -> None:
    status, first = send(listener)
    assert (status, first.status, first.is_repeated) == (200, 200, False)
    assert (first.job.id, first.job.status) == ("e1", "completed")
    assert send(listener)[1].is_repeated
    other = JOB.replace(b"e1", b"e2")
    assert not send(listener, other)[1].is_repeated


@pytest.mark.parametrize("secret", [None, "another secret"])
def test_a_job_without_a_valid_signature_is_refused(
    listener: WebhookListener, secret: str | None
) -> None:
    status, received = send(listener, secret=secret)
    assert (status, received.status, received.job) == (401, 401, None)
    assert received.problem
    # A refused callback does not make the valid one a repetition.
    assert not send(listener)[1].is_repeated


def test_a_signed_body_that_is_no_job_is_refused(listener: WebhookListener) -> None:
    status, received = send(listener, b"[1, 2]")
    assert (status, received.job) == (400, None)
    assert "not a job" in received.problem


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_other_methods_are_refused(listener: WebhookListener, method: str) -> None:
    status, received = send(listener, b"", method)
    assert (status, received.status) == (405, 405)


@pytest.mark.parametrize("length", ["+5", "5_0", "-1", "x", ""])
def test_an_invalid_length_is_refused(listener: WebhookListener, length: str) -> None:
    status, received = send(listener, b"", secret=None, **{"Content-Length": length})
    assert (status, received.status) == (411, 411)


def test_a_huge_body_is_refused_before_it_is_read(listener: WebhookListener) -> None:
    length = str(MAX_BODY + 1)
    status, received = send(listener, b"", secret=None, **{"Content-Length": length})
    assert (status, received.status) == (413, 413)


def test_a_body_that_breaks_off_is_refused(listener: WebhookListener) -> None:
    parts = urlsplit(listener.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=120) as sender:
        sender.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n" + JOB[:20])
        sender.shutdown(socket.SHUT_WR)
        assert sender.recv(100).startswith(b"HTTP/1.0 400")
    assert "20 of 100" in listener.requests.get(timeout=120).problem


def test_a_slow_sender_blocks_neither_others_nor_the_end() -> None:
    with WebhookListener(SECRET, 0) as listener:
        parts = urlsplit(listener.url)
        slow = socket.create_connection((parts.hostname, parts.port), timeout=120)
        slow.sendall(b"POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\n")
        assert send(listener)[0] == 200
    slow.close()


def test_without_a_secret_nothing_is_verified() -> None:
    with WebhookListener(None, 0) as listener:
        assert send(listener, secret=None)[0] == 200


def test_mistakes_are_found_before_listening() -> None:
    with pytest.raises(InputError, match="secret is empty"):
        WebhookListener("", 0)
    with pytest.raises(InputError, match="0 to 65535, got 70000"):
        WebhookListener(SECRET, 70000)
    with WebhookListener(SECRET, 0) as listener:
        port = urlsplit(listener.url).port
        with pytest.raises(OSError, match="use"):
            WebhookListener(SECRET, port)


def test_it_receives_the_callbacks_of_a_server(listener: WebhookListener) -> None:
    with (
        vlmrun.testing.serve(polls=1, webhook_secret=SECRET) as server,
        VLMRun(base_url=server.url, api_key="test") as client,
    ):
        execution = client.agent.execute(prompt="Add it up", callback_url=listener.url)
        client.executions.wait(execution.id)
        assert server.wait_for_callbacks(timeout=120)[0].statuses == [200]
    received = listener.requests.get(timeout=120)
    assert (received.job.id, received.job.status) == (execution.id, "completed")
