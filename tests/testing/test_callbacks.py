"""Callbacks of the stand-in: when they go, what they say, and where they do not go."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from time import monotonic
from typing import Any

import httpx
import pytest

import vlmrun.testing
from tests.testing.conftest import KEY, PLAIN
from tests.testing.receivers import Receiver, receiving
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
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def serve(connected: Callable[[Server], httpx.Client]) -> Iterator[Serve]:
    """Start a server with settings; returns it with a client."""
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


def look(http: httpx.Client, id: str) -> dict[str, Any]:
    return dict(http.get(f"/agent/executions/{id}").json())


def test_the_look_that_ends_a_job_sends_it(serve: Serve, receiver: Receiver) -> None:
    server, http = serve(polls=2)
    id = submit(http, receiver.url)
    assert look(http, id)["status"] == "running"
    assert server.callbacks == []
    finished = look(http, id)

    (callback,) = server.wait_for_callbacks()

    (received,) = receiver.received
    assert received.path == "/hooks/vlmrun?source=test"
    assert received.headers["content-type"] == "application/json"
    assert "authorization" not in received.headers
    assert json.loads(received.body) == finished == callback.job
    assert (callback.url, callback.body) == (receiver.url, received.body)
    assert (callback.statuses, callback.problem) == ([204], None)
    assert callback.is_acknowledged


def test_further_looks_send_nothing_more(serve: Serve, receiver: Receiver) -> None:
    server, http = serve()
    id = submit(http, receiver.url)
    for _ in range(3):
        look(http, id)
    submit(http, receiver.url, id="second")
    look(http, "second")
    assert [each.job["id"] for each in server.wait_for_callbacks(2)] == [id, "second"]
    assert len(receiver.received) == 2


@pytest.mark.parametrize("outcome", [Outcome({"total": 12.5}), Outcome.failure("it is blank")])
def test_the_body_conforms_to_the_contract(
    serve: Serve, receiver: Receiver, outcome: Outcome
) -> None:
    server, http = serve()
    server.on_execute(lambda run: outcome)
    look(http, submit(http, receiver.url))
    server.wait_for_callbacks()
    body = json.loads(receiver.received[0].body)
    assert body["status"] == outcome.statuses[-1]
    for pointer in (WEBHOOK, EXECUTION):
        assert find_problems(load_contract(), pointer, body, ["body"]) == []
    assert find_problems(load_contract(), WEBHOOK, {**body, "id": 1}, ["body"])


def test_a_job_that_is_over_at_submission(serve: Serve, receiver: Receiver) -> None:
    server, http = serve(polls=0)
    id = submit(http, receiver.url)
    assert server.wait_for_callbacks()[0].job["id"] == id


def test_a_job_that_ends_in_time_is_sent_though_nobody_looks(
    serve: Serve, receiver: Receiver
) -> None:
    server, http = serve(completes_after=0.05)
    id = submit(http, receiver.url)
    (callback,) = server.wait_for_callbacks()
    assert callback.job == look(http, id)
    assert callback.job["status"] == "completed"
    assert len(receiver.received) == 1


def test_what_is_answered_at_once_is_not_sent(serve: Serve, receiver: Receiver) -> None:
    server, http = serve()
    look(http, submit(http, receiver.url, batch=False))
    look(http, submit(http, None))
    assert server.callbacks == []


def test_a_paused_job_has_not_ended(serve: Serve, receiver: Receiver) -> None:
    server, http = serve()
    server.on_execute(lambda run: Outcome(statuses=["running", "paused"]))
    assert look(http, submit(http, receiver.url))["status"] == "paused"
    assert server.callbacks == []


def test_with_a_secret_it_is_signed(serve: Serve, receiver: Receiver) -> None:
    server, http = serve(webhook_secret=SECRET)
    look(http, submit(http, receiver.url))
    server.wait_for_callbacks()
    (received,) = receiver.received
    signature = received.headers[webhooks.SIGNATURE_HEADER.lower()]
    assert webhooks.verify(received.body, signature, SECRET)
    assert not webhooks.verify(received.body, signature, "another")


def test_without_a_secret_there_is_no_signature(serve: Serve, receiver: Receiver) -> None:
    server, http = serve()
    look(http, submit(http, receiver.url))
    server.wait_for_callbacks()
    assert webhooks.SIGNATURE_HEADER.lower() not in receiver.received[0].headers


@pytest.mark.parametrize(
    ("statuses", "tried"),
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
def test_any_2xx_acknowledges_and_it_is_sent_again_at_most_twice(
    serve: Serve, receiver: Receiver, statuses: list[int], tried: list[int]
) -> None:
    server, http = serve(webhook_secret=SECRET)
    receiver.statuses = list(statuses)
    look(http, submit(http, receiver.url))
    (callback,) = server.wait_for_callbacks()
    assert (callback.statuses, callback.status) == (tried, tried[-1])
    assert callback.is_acknowledged is (200 <= tried[-1] < 300)
    assert len(set(map(repr, receiver.received))) == 1
    assert len(receiver.received) == len(tried)


def test_it_pauses_twice_as_long_the_second_time(serve: Serve, receiver: Receiver) -> None:
    server, http = serve(webhook_pause=0.05)
    receiver.statuses = [500, 500]
    started = monotonic()
    look(http, submit(http, receiver.url))
    server.wait_for_callbacks()
    assert monotonic() - started >= 0.15


def test_nobody_listens(serve: Serve) -> None:
    server, http = serve()
    look(http, submit(http, "http://127.0.0.1:1/hooks"))
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
def test_only_this_machine_is_called(url: str, expected: bool) -> None:
    assert is_loopback_url(url) is expected


def test_a_callback_to_another_host_is_recorded_and_not_made(serve: Serve) -> None:
    server, http = serve(webhook_secret=SECRET)
    id = look(http, submit(http, "https://example.com/hooks"))["id"]
    (callback,) = server.wait_for_callbacks(timeout=0)
    assert (callback.url, callback.job["id"]) == ("https://example.com/hooks", id)
    assert (callback.statuses, callback.is_acknowledged) == ([], False)
    assert callback.problem == "not called: the host is not a loopback address"
    assert webhooks.verify(callback.body, callback.headers[webhooks.SIGNATURE_HEADER], SECRET)
    server.clear()
    assert server.callbacks == []


def test_a_slow_receiver_holds_up_no_other(serve: Serve, receiver: Receiver) -> None:
    server, http = serve()
    receiver.gate.clear()
    slow = submit(http, receiver.url)
    look(http, slow)
    with receiving() as fast:
        look(http, submit(http, fast.url))
        (callback,) = server.wait_for_callbacks()
    assert callback.job["id"] != slow
    receiver.gate.set()
    assert len(server.wait_for_callbacks(2)) == 2


def test_waiting_for_what_does_not_come(serve: Serve, receiver: Receiver) -> None:
    server, http = serve()
    receiver.gate.clear()
    look(http, submit(http, receiver.url))
    with pytest.raises(WaitTimeoutError, match=r"0 of 1 .* pending: \['http://127"):
        server.wait_for_callbacks(timeout=0.01)


@pytest.mark.parametrize("moment", ["unanswered", "pausing", "running"])
def test_closing_ends_what_is_going_on_at_once(
    receiver: Receiver, connected: Callable[[Server], httpx.Client], moment: str
) -> None:
    settings = {"completes_after": 3600} if moment == "running" else {"webhook_pause": 3600}
    if moment == "unanswered":
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
        look(http, submit(http, receiver.url))
        waiting.start()
        assert moment == "running" or receiver.has_received.wait(10)
        closing = monotonic()
    assert monotonic() - closing < 2
    waiting.join(2)
    assert len(errors) == 1
    assert "vlmrun-callbacks" not in {thread.name for thread in threading.enumerate()}
    server.close()


def test_without_sockets_of_its_own(receiver: Receiver) -> None:
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


def test_the_command_signs_as_well(receiver: Receiver) -> None:
    command = [sys.executable, "-W", "error", "-m", "vlmrun.testing", "--port", "0"]
    with subprocess.Popen(
        [*command, "--polls", "0", "--webhook-secret", SECRET],
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
def test_settings_out_of_bounds(settings: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=next(iter(settings))):
        vlmrun.testing.serve(**settings)
