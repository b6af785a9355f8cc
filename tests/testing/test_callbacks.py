"""Webhook callbacks of the mock server: when they are sent, their content, and to which hosts."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

import vlmrun.testing
from tests.plain_http import PLAIN
from tests.testing.conftest import KEY
from tests.testing.receivers import Receiver, run_receiver
from vlmrun import webhooks
from vlmrun.errors import InputError, WaitTimeoutError
from vlmrun.testing import Outcome, Server
from vlmrun.testing.contract.openapi import load_contract
from vlmrun.testing.contract.request_validation import find_problems
from vlmrun.testing.state.callbacks import is_loopback_url

SECRET = "whsec_0123456789"
EXECUTION = "/components/schemas/AgentExecutionResponse"
WEBHOOK = "/webhooks/jobFinished/post/requestBody/content/application~1json/schema"

Serve = Callable[..., tuple[Server, httpx.Client]]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with run_receiver() as receiver:
        yield receiver


@pytest.fixture
def serve(connected: Callable[[Server], httpx.Client]) -> Iterator[Serve]:
    """Start servers with settings; return each with an HTTP client."""
    with ExitStack() as stack:

        def start(**settings: Any) -> tuple[Server, httpx.Client]:
            server = stack.enter_context(
                vlmrun.testing.serve(**{"polls": 1, "webhook_pause": 0, **settings})
            )
            return server, connected(server)

        yield start


def submit(http: httpx.Client, url: str | None, **body: Any) -> str:
    body = {"config": {"prompt": "Read it"}, "callback_url": url, **body}
    response = http.post("/agent/execute", json=body)
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


def poll(http: httpx.Client, id: str) -> dict[str, Any]:
    return dict(http.get(f"/agent/executions/{id}").json())


def test_job_is_posted_by_the_poll_that_ends_it(serve: Serve, receiver: Receiver) -> None:
    server, http = serve(polls=2)
    id = submit(http, receiver.url)
    assert poll(http, id)["status"] == "running"
    assert server.callbacks == []
    finished = poll(http, id)

    (callback,) = server.wait_for_callbacks()

    (received,) = receiver.received
    assert received.path == "/hooks/vlmrun?source=test"
    assert received.headers["content-type"] == "application/json"
    assert "authorization" not in received.headers
    assert json.loads(received.body) == finished == callback.job
    assert (callback.url, callback.body) == (receiver.url, received.body)
    assert (callback.statuses, callback.problem) == ([204], None)
    assert callback.is_acknowledged


def test_job_is_posted_only_once(serve: Serve, receiver: Receiver) -> None:
    server, http = serve()
    id = submit(http, receiver.url)
    for _ in range(3):
        poll(http, id)
    submit(http, receiver.url, id="second")
    poll(http, "second")
    assert [each.job["id"] for each in server.wait_for_callbacks(2)] == [id, "second"]
    assert len(receiver.received) == 2


@pytest.mark.parametrize("outcome", [Outcome({"total": 12.5}), Outcome.failure("it is blank")])
def test_body_conforms_to_the_contract(serve: Serve, receiver: Receiver, outcome: Outcome) -> None:
    server, http = serve()
    server.on_execute(lambda run: outcome)
    poll(http, submit(http, receiver.url))
    server.wait_for_callbacks()
    body = json.loads(receiver.received[0].body)
    assert body["status"] == outcome.statuses[-1]
    for pointer in (WEBHOOK, EXECUTION):
        assert find_problems(load_contract(), pointer, body, ["body"]) == []
    assert find_problems(load_contract(), WEBHOOK, {**body, "id": 1}, ["body"])


def test_job_that_is_completed_at_submission_is_posted(serve: Serve, receiver: Receiver) -> None:
    server, http = serve(polls=0)
    id = submit(http, receiver.url)
    assert server.wait_for_callbacks()[0].job["id"] == id


def test_job_that_ends_by_time_is_posted_without_a_poll(serve: Serve, receiver: Receiver) -> None:
    server, http = serve(completes_after=0.05)
    id = submit(http, receiver.url)
    (callback,) = server.wait_for_callbacks()
    assert callback.job == poll(http, id)
    assert callback.job["status"] == "completed"
    assert len(receiver.received) == 1


def test_job_with_batch_false_or_without_url_is_not_posted(
    serve: Serve, receiver: Receiver
) -> None:
    server, http = serve()
    poll(http, submit(http, receiver.url, batch=False))
    poll(http, submit(http, None))
    assert server.callbacks == []


def test_paused_job_is_not_posted(serve: Serve, receiver: Receiver) -> None:
    server, http = serve()
    server.on_execute(lambda run: Outcome(statuses=["running", "paused"]))
    assert poll(http, submit(http, receiver.url))["status"] == "paused"
    assert server.callbacks == []


def test_callback_is_signed_with_the_secret(serve: Serve, receiver: Receiver) -> None:
    server, http = serve(webhook_secret=SECRET)
    poll(http, submit(http, receiver.url))
    server.wait_for_callbacks()
    (received,) = receiver.received
    signature = received.headers[webhooks.SIGNATURE_HEADER.lower()]
    assert webhooks.verify(received.body, signature, SECRET)
    assert not webhooks.verify(received.body, signature, "another")


def test_callback_has_no_signature_without_a_secret(serve: Serve, receiver: Receiver) -> None:
    server, http = serve()
    poll(http, submit(http, receiver.url))
    server.wait_for_callbacks()
    assert webhooks.SIGNATURE_HEADER.lower() not in receiver.received[0].headers


@pytest.mark.parametrize(
    ("statuses", "attempts"),
    [
        ([200], [200]),
        ([201], [201]),
        ([500, 202], [500, 202]),
        ([503, 404, 204], [503, 404, 204]),
        ([500, 500, 500, 200], [500, 500, 500]),
        ([302, 304, 400], [302, 304, 400]),
    ],
    ids=str,
)
def test_callback_is_retried_at_most_twice_until_a_2xx(
    serve: Serve, receiver: Receiver, statuses: list[int], attempts: list[int]
) -> None:
    server, http = serve(webhook_secret=SECRET)
    receiver.statuses = list(statuses)
    poll(http, submit(http, receiver.url))
    (callback,) = server.wait_for_callbacks()
    assert (callback.statuses, callback.status) == (attempts, attempts[-1])
    assert callback.is_acknowledged is (200 <= attempts[-1] < 300)
    assert len(set(map(repr, receiver.received))) == 1
    assert len(receiver.received) == len(attempts)


def test_second_retry_waits_twice_as_long(
    serve: Serve, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr("vlmrun.testing.state.callbacks.sleep", sleep)
    server, http = serve(webhook_pause=60)
    receiver.statuses = [500, 500]
    poll(http, submit(http, receiver.url))
    assert server.wait_for_callbacks()[0].statuses == [500, 500, 204]
    assert pauses == [60, 120]


def test_refused_connections_are_recorded(serve: Serve) -> None:
    server, http = serve()
    poll(http, submit(http, "http://127.0.0.1:1/hooks"))
    (callback,) = server.wait_for_callbacks()
    assert (callback.statuses, callback.is_acknowledged) == ([None, None, None], False)
    assert callback.problem


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1/", True),
        ("https://localhost:8443/a", True),
        ("http://LOCALHOST/", True),
        ("http://[::1]:80/", True),
        ("http://127.8.9.10/", True),
        ("https://example.com/", False),
        ("http://localhost.example.com/", False),
        ("http://127.0.0.1.example.com/", False),
        ("http://127.0.0.1@example.com/", False),
        ("http://example.com#@127.0.0.1/", False),
        ("http://0.0.0.0/", False),
        ("http://192.168.0.1/", False),
        ("http://[fe80::1]/", False),
        ("ftp://127.0.0.1/", False),
        ("file:///etc/passwd", False),
        ("urn:localhost", False),
        ("http://", False),
        ("http://[", False),
    ],
)
def test_only_loopback_urls_are_called(url: str, expected: bool) -> None:
    assert is_loopback_url(url) is expected


def test_callback_to_another_host_is_recorded_but_not_sent(serve: Serve) -> None:
    server, http = serve(webhook_secret=SECRET)
    id = poll(http, submit(http, "https://example.com/hooks"))["id"]
    (callback,) = server.wait_for_callbacks(timeout=0)
    assert (callback.url, callback.job["id"]) == ("https://example.com/hooks", id)
    assert (callback.statuses, callback.is_acknowledged) == ([], False)
    assert callback.problem == "not called: the host is not a loopback address"
    assert webhooks.verify(callback.body, callback.headers[webhooks.SIGNATURE_HEADER], SECRET)
    server.clear()
    assert server.callbacks == []


def test_slow_receiver_does_not_delay_others(serve: Serve, receiver: Receiver) -> None:
    server, http = serve()
    receiver.gate.clear()
    slow = submit(http, receiver.url)
    poll(http, slow)
    with run_receiver() as fast:
        poll(http, submit(http, fast.url))
        (callback,) = server.wait_for_callbacks()
    assert callback.job["id"] != slow
    receiver.gate.set()
    assert len(server.wait_for_callbacks(2)) == 2


def test_wait_for_callbacks_times_out(serve: Serve, receiver: Receiver) -> None:
    server, http = serve()
    receiver.gate.clear()
    poll(http, submit(http, receiver.url))
    with pytest.raises(WaitTimeoutError, match=r"0 of 1 .* pending: \['http://127"):
        server.wait_for_callbacks(timeout=0.01)


@pytest.mark.parametrize("pending", ["response", "retry", "job"])
def test_closing_cancels_pending_callbacks(
    receiver: Receiver, connected: Callable[[Server], httpx.Client], pending: str
) -> None:
    settings = {"completes_after": 3600} if pending == "job" else {"webhook_pause": 3600}
    if pending == "response":
        receiver.gate.clear()
    receiver.statuses = [500]
    errors: list[Exception] = []

    def wait() -> None:
        try:
            server.wait_for_callbacks(timeout=3600)
        except WaitTimeoutError as error:
            errors.append(error)

    waiting = threading.Thread(target=wait)
    with vlmrun.testing.serve(polls=1, **settings) as server:
        http = connected(server)
        poll(http, submit(http, receiver.url))
        waiting.start()
        assert pending == "job" or receiver.has_received.wait(10)
    # Nothing was finished: the pending response, retry or job would have taken longer.
    assert [callback.is_over for callback in server.callbacks] == [False] * (pending != "job")
    assert all(callback.statuses in ([], [500]) for callback in server.callbacks)
    waiting.join(30)
    assert len(errors) == 1
    assert "vlmrun-callbacks" not in {thread.name for thread in threading.enumerate()}
    server.close()


def test_callbacks_of_the_asgi_app(receiver: Receiver) -> None:
    app = vlmrun.testing.asgi_app(polls=0, webhook_secret=SECRET)

    async def run() -> None:
        transport = httpx.ASGITransport(app)
        headers = {"Authorization": f"Bearer {KEY}"}
        async with httpx.AsyncClient(transport=transport, headers=headers, **PLAIN) as http:
            body = {"config": {"prompt": "Read it"}, "callback_url": receiver.url}
            response = await http.post(f"{app.server.url}/agent/execute", json=body)
            assert response.status_code == 201

    asyncio.run(run())
    assert app.server.wait_for_callbacks()[0].statuses == [204]
    app.server.close()


@pytest.mark.slow
def test_callbacks_of_the_command_are_signed(receiver: Receiver) -> None:
    command = [sys.executable, "-W", "error", "-m", "vlmrun.testing", "--port", "0"]
    with subprocess.Popen(
        [*command, "--polls", "0", "--quiet", "--webhook-secret", SECRET],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip().rpartition("=")[2]
        headers = {"Authorization": f"Bearer {KEY}"}
        with httpx.Client(base_url=url, headers=headers, **PLAIN) as http:
            submit(http, receiver.url)
        assert receiver.has_received.wait(10)
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")
    (received,) = receiver.received
    signature = received.headers[webhooks.SIGNATURE_HEADER.lower()]
    assert webhooks.verify(received.body, signature, SECRET)


@pytest.mark.parametrize("settings", [{"webhook_secret": ""}, {"webhook_pause": -1}])
def test_invalid_webhook_settings_are_rejected(settings: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=next(iter(settings))):
        vlmrun.testing.serve(**settings)
