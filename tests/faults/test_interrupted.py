"""Ctrl-C, a cancelled task or a failing callback does not lose a job that was paid for."""

from __future__ import annotations

import asyncio
import json
import signal
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.faults.arrivals import arrival
from tests.faults.raw_server import Connection, raw_server, response
from tests.sync_async import SyncClientFactory
from vlmrun import AsyncVLMRun, VLMRun
from vlmrun.errors import InputError, JobFailedError
from vlmrun.testing import Fault, Server

pytestmark = pytest.mark.slow

URL = "https://example.com/a.pdf"
RUNNING = response(json.dumps({"id": "e1", "status": "running"}).encode())


def notes_of(error: BaseException) -> str:
    return "\n".join(getattr(error, "__notes__", []))


def press_ctrl_c(_: Connection) -> None:
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)


WAITS: dict[str, Callable[[Any, Any], Any]] = {
    "client.executions": lambda client, on_update: client.agent.execute(
        prompt="Describe it", batch=False, on_update=on_update
    ),
    "client.predictions": lambda client, on_update: client.document.generate(
        url=URL, domain="document.invoice", on_update=on_update
    ),
}


@pytest.mark.parametrize("error", [ValueError("boom"), KeyboardInterrupt(), InputError("own")])
@pytest.mark.parametrize("resource", WAITS)
def test_p52_failing_callback_is_raised_with_the_id_of_the_job(
    client: Any, server: Server, resource: str, error: BaseException
) -> None:
    queued = {"id": "job-7", "status": "enqueued"}
    for operation in ("execute_agent", "generate_document_prediction"):
        server.inject(Fault(operation, status=201, body=queued))
    for operation in ("get_execution", "get_prediction"):
        server.inject(Fault(operation, status=200, body={**queued, "status": "running"}))

    def fail(_: Any) -> None:
        raise error

    with pytest.raises(type(error)) as caught:
        WAITS[resource](client, fail)
    assert caught.value is error
    assert f"{resource}.wait('job-7')" in notes_of(error)


def test_p52_error_of_another_job_in_a_callback_gets_the_id_too(
    client: Any, server: Server
) -> None:
    other = JobFailedError("another job failed")

    def fail(_: Any) -> None:
        raise other

    id = client.agent.execute(prompt="Describe it").id
    with pytest.raises(JobFailedError):
        client.executions.wait(id, on_update=fail)
    assert id in notes_of(other)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("at", ["submission", "wait"])
def test_p52_ctrl_c_names_the_job(at: str) -> None:
    def respond(connection: Connection) -> None:
        if connection.number == 0 and at == "wait":
            connection.send(RUNNING)
        else:
            press_ctrl_c(connection)
            connection.over.wait(30)

    with raw_server(respond) as raw, VLMRun("test", raw.url) as client:
        with pytest.raises(KeyboardInterrupt) as caught:
            client.agent.execute(prompt="Describe it", id="e1", batch=False)
        assert len(raw.requests) == (2 if at == "wait" else 1)
    call = "wait" if at == "wait" else "get"
    assert f"client.executions.{call}('e1')" in notes_of(caught.value)


CANCELLED: dict[str, Callable[[AsyncVLMRun], Awaitable[Any]]] = {
    "execute_agent": lambda client: client.agent.execute(prompt="Describe it", id="e1"),
    "get_execution": lambda client: client.executions.wait("e1"),
    "create_chat_completion": lambda client: client.agent.completions.create(
        model="vlmrun-orion-1:auto", messages=[{"role": "user", "content": "Hello"}]
    ),
}


@pytest.mark.parametrize("operation", CANCELLED)
def test_p52_cancelled_task_names_the_job(server: Server, operation: str) -> None:
    async def work() -> str:
        async with AsyncVLMRun("test", server.url) as client:
            server.inject(Fault(operation, delay=60))
            task = asyncio.ensure_future(CANCELLED[operation](client))
            await arrival(server, operation)
            task.cancel()
            with pytest.raises(asyncio.CancelledError) as caught:
                await task
            return notes_of(caught.value)

    notes = asyncio.run(work())
    assert "may be running" in notes or "may still be running" in notes
    assert ("'e1'" in notes) is (operation != "create_chat_completion")


@pytest.mark.parametrize("value", ["print", 7])
@pytest.mark.parametrize("resource", WAITS)
def test_p51_callback_that_cannot_be_called_is_refused_before_anything_is_sent(
    client: Any, server: Server, resource: str, value: Any
) -> None:
    with pytest.raises(InputError, match="on_update must be a function"):
        WAITS[resource](client, value)
    assert server.requests == []


def test_p51_coroutine_function_is_refused_by_the_sync_client_before_anything_is_sent(
    server: Server,
) -> None:
    async def note(_: Any) -> None: ...

    factory = SyncClientFactory()
    client = factory.client(api_key="test", base_url=server.url)
    with pytest.raises(InputError, match="on_update"):
        client.agent.execute(prompt="Describe it", batch=False, on_update=note)
    factory.close()
    assert server.requests == []
