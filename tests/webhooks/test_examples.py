"""The receivers in `examples/`, served over sockets, with callbacks from the mock server."""

from __future__ import annotations

import runpy
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
import uvicorn
from werkzeug.serving import make_server

import vlmrun.testing
from vlmrun import VLMRun, webhooks

EXAMPLES = Path(__file__).parents[2] / "examples"
SECRET = "whsec_0123456789"


class Receiver(NamedTuple):
    """An example as it runs."""

    url: str
    finished: dict[str, webhooks.FinishedJob]


@contextmanager
def by_uvicorn(app: Any) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(app, lifespan="off", log_config=None, ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def by_werkzeug(app: Any) -> Iterator[int]:
    server = make_server("127.0.0.1", 0, app)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


SERVERS: dict[str, Callable[[Any], AbstractContextManager[int]]] = {
    "webhooks_fastapi": by_uvicorn,
    "webhooks_flask": by_werkzeug,
}


@pytest.fixture(params=SERVERS)
def receiver(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("VLMRUN_WEBHOOK_SECRET", SECRET)
    example = runpy.run_path(str(EXAMPLES / f"{request.param}.py"))
    with SERVERS[request.param](example["app"]) as port:
        yield Receiver(f"http://127.0.0.1:{port}/vlmrun", example["finished"])


def test_the_receiver_gets_the_finished_job(receiver: Receiver) -> None:
    with (
        vlmrun.testing.serve(polls=1, webhook_secret=SECRET) as server,
        VLMRun("key", server.url) as client,
    ):
        server.on_execute(lambda run: {"total": 12.5})
        submitted = client.agent.execute(prompt="Add it up", callback_url=receiver.url)
        client.executions.wait(submitted.id)
        (callback,) = server.wait_for_callbacks()
    assert callback.statuses == [204]
    job = receiver.finished[submitted.id]
    assert (job.status, job.response) == ("completed", {"total": 12.5})


@pytest.mark.parametrize("secret", [None, "another"])
def test_a_sender_without_the_secret_is_refused(receiver: Receiver, secret: str | None) -> None:
    with (
        vlmrun.testing.serve(polls=0, webhook_secret=secret, webhook_pause=0) as server,
        VLMRun("key", server.url) as client,
    ):
        client.agent.execute(prompt="Add it up", callback_url=receiver.url)
        (callback,) = server.wait_for_callbacks()
    assert callback.statuses == [401, 401, 401]
    assert receiver.finished == {}


def test_a_signed_body_that_is_not_a_job_is_refused(receiver: Receiver) -> None:
    body = b'{"event": "ping"}'
    headers = {webhooks.SIGNATURE_HEADER: webhooks.sign_for_test(body, SECRET)}
    with httpx.Client(verify=False, trust_env=False) as http:
        response = http.post(receiver.url, content=body, headers=headers)
    assert response.status_code == 400
    assert receiver.finished == {}
