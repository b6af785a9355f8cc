"""A function that returns the API key may block: deadlines and Ctrl-C end calls nevertheless."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from itertools import count
from typing import Any

import pytest

from tests.many.test_bounded_map import batch_threads
from vlmrun import VLMRun
from vlmrun.errors import ConfigurationError, RequestTimeoutError
from vlmrun.testing import Server

KEY = "test-key-0123456789"


class SlowKey:
    """A function that blocks, from the second call on, until the end of the test."""

    def __init__(self) -> None:
        self.blocked = threading.Semaphore(0)
        self.over = threading.Event()
        self.calls = count()

    def __call__(self) -> str:
        if next(self.calls):
            self.blocked.release()
            self.over.wait(60)
        return KEY


@pytest.fixture
def slow_key() -> Iterator[SlowKey]:
    key = SlowKey()
    yield key
    key.over.set()


@pytest.mark.parametrize("limit", ["timeout", "deadline"])
def test_p90_a_limit_ends_a_call_whose_key_function_blocks(
    connect: Callable[..., Any], server: Server, slow_key: SlowKey, limit: str
) -> None:
    client = connect(api_key=slow_key, max_retries=0)
    client.models.list()
    with pytest.raises(RequestTimeoutError, match="api_key did not return in time") as caught:
        client.agent.execute(prompt="Read it", options={limit: 0.1})
    assert caught.value.outcome == "not_sent"
    assert not slow_key.over.is_set()
    assert [each.operation for each in server.requests] == ["list_models"]


@pytest.mark.usefixtures("interruptible")
def test_p90_ctrl_c_ends_a_batch_whose_key_function_blocks(
    server: Server, slow_key: SlowKey
) -> None:
    main = threading.main_thread().ident
    assert main is not None

    def interrupt() -> None:
        for _ in range(3):
            slow_key.blocked.acquire()
        signal.pthread_kill(main, signal.SIGINT)

    with VLMRun(slow_key, base_url=server.url) as client:
        client.models.list()
        threading.Thread(target=interrupt).start()
        items = client.agent.execute_many(({} for _ in count()), prompt="Read", max_concurrent=3)
        with pytest.raises(KeyboardInterrupt):
            list(items)
    assert batch_threads() == []
    assert not slow_key.over.is_set()


def test_p90_a_key_function_sees_the_context_of_the_call(connect: Callable[..., Any]) -> None:
    tenant: ContextVar[str] = ContextVar("tenant")
    seen: list[str] = []

    def key() -> str:
        seen.append(tenant.get())
        return KEY

    client = connect(api_key=key)
    tenant.set("maria")
    client.models.list()
    assert seen == ["maria"]


def test_p90_an_exit_of_a_key_function_is_not_swallowed(server: Server) -> None:
    def key() -> str:
        raise SystemExit(3)

    with VLMRun(key, base_url=server.url) as client, pytest.raises(SystemExit):
        client.models.list()
    with (
        VLMRun(lambda: 1 / 0, base_url=server.url) as client,
        pytest.raises(ConfigurationError, match="raised ZeroDivisionError"),
    ):
        client.models.list()
