"""`vlmrun webhooks listen`: prints callbacks that are signed, and says what it refuses."""

from __future__ import annotations

import http.client
import json
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.cli.conftest import Command
from vlmrun import VLMRun, webhooks
from vlmrun.cli import webhook_listener

SECRET = "whsec-0123456789"
Start = Callable[..., "subprocess.Popen[str]"]


def job(id: str) -> bytes:
    return json.dumps({"id": id, "name": "reader", "status": "completed"}).encode()


def post(url: str, body: bytes, secret: str = SECRET) -> int:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=120)
    try:
        headers = {webhooks.SIGNATURE_HEADER: webhooks.sign_for_test(body, secret)}
        connection.request("POST", "/", body, headers)
        return connection.getresponse().status
    finally:
        connection.close()


@contextmanager
def senders(monkeypatch: pytest.MonkeyPatch, *sent: tuple[bytes, str]) -> Iterator[list[int]]:
    """Send requests to the listener as soon as it has started; return the statuses."""
    statuses: list[int] = []
    threads: list[threading.Thread] = []
    enter = webhook_listener.WebhookListener.__enter__

    def start(listener: Any) -> Any:
        enter(listener)

        def send() -> None:
            statuses.extend(post(listener.url, body, secret) for body, secret in sent)

        threads.append(threading.Thread(target=send))
        threads[0].start()
        return listener

    monkeypatch.setattr(webhook_listener.WebhookListener, "__enter__", start)
    yield statuses
    for thread in threads:
        thread.join()


def test_callbacks_are_printed_and_others_refused(
    vlm: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    vlm.env = {"VLMRUN_WEBHOOK_SECRET": SECRET}
    sent = [(job("e0"), "wrong"), (b"[]", SECRET), (job("e1"), SECRET), (job("e1"), SECRET)]
    with senders(monkeypatch, *sent) as statuses:
        result = vlm("webhooks", "listen", "--port", "0", "--count", "2")
    assert statuses == [401, 400, 200, 200]
    assert result.exit_code == 0, result.output
    first, second = result.stdout.splitlines()
    assert re.fullmatch(r"\d\d:\d\d:\d\d execution e1 completed", first)
    assert second.endswith("execution e1 completed (repeated)")
    assert "Listening on http://127.0.0.1:" in result.stderr
    assert result.stderr.count("Refused with status 40") == 2
    assert SECRET not in result.output


@pytest.mark.parametrize("option", ["--json", "--jsonl"])
def test_the_jobs_as_json(vlm: Command, monkeypatch: pytest.MonkeyPatch, option: str) -> None:
    arguments = ["webhooks", "listen", "--port", "0", "--count", "2", "--secret", "-", option]
    with senders(monkeypatch, (job("e1"), SECRET), (job("e2"), SECRET)):
        text = vlm.ok(*arguments, input=f"{SECRET}\n")
    found = json.loads(text) if option == "--json" else list(map(json.loads, text.splitlines()))
    assert [each["id"] for each in found] == ["e1", "e2"]


def test_without_a_secret_it_does_not_listen(vlm: Command) -> None:
    for arguments in ([], ["--secret", ""]):
        result = vlm("webhooks", "listen", "--port", "0", *arguments)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "--unverified" in result.stderr


def test_unverified_callbacks(vlm: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    with senders(monkeypatch, (job("e1"), "anything")) as statuses:
        result = vlm("webhooks", "listen", "--port", "0", "--unverified", "--count", "1")
    assert (result.exit_code, statuses) == (0, [200])
    assert "not verified" in result.stderr


def test_too_few_callbacks_in_time_are_an_error(vlm: Command) -> None:
    arguments = ["webhooks", "listen", "--port", "0", "--unverified", "--timeout", "0"]
    result = vlm(*arguments, "--count", "1", "--json")
    assert (result.exit_code, result.stdout) == (1, "[]\n")
    assert "0 of 1 callbacks" in result.stderr
    assert vlm.json(*arguments) == []


def test_a_port_that_is_in_use_is_named(vlm: Command) -> None:
    port = urlsplit(vlm.server.url).port
    result = vlm("webhooks", "listen", "--unverified", "--port", port)
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert f"--port {port}" in result.stderr


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.vlmrun_server(polls=1, webhook_secret=SECRET)
def test_it_prints_the_callbacks_of_a_server_until_ctrl_c(
    start: Start, vlm: Command, interruptible: None
) -> None:
    env = {"VLMRUN_WEBHOOK_SECRET": SECRET}
    process = start("webhooks", "listen", "--port", 0, "--jsonl", env=env)
    try:
        assert process.stdout is not None
        assert process.stderr is not None
        url = process.stderr.readline().split()[-1]
        with VLMRun(base_url=vlm.server.url, api_key="test") as client:
            execution = client.agent.execute(prompt="Add it up", callback_url=url)
            client.executions.wait(execution.id)
        # A line is there as soon as the callback was received, also in a pipe.
        assert json.loads(process.stdout.readline())["id"] == execution.id
        process.send_signal(signal.SIGINT)
    finally:
        stdout, stderr = process.communicate(timeout=120)
    assert (process.returncode, stdout, stderr) == (0, "", "")
