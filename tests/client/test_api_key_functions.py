"""P90: the API key may be a function, which is called for each attempt of a request."""

from __future__ import annotations

import asyncio
import functools
import threading
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.leaks import assert_shows_none_of
from tests.sync_async import AsyncClientFactory, ClientFactory
from vlmrun import AsyncVLMRun, VLMRun
from vlmrun.errors import ConfigurationError, InputTypeError, RequestTimeoutError
from vlmrun.testing import Fault, Server

KEY = "sk-secret-0123456789"


def rotating() -> Callable[[], str]:
    numbers = count()
    return lambda: f"{KEY}-{next(numbers)}"


def keys_seen(server: Server) -> list[str | None]:
    return [request.headers.get("authorization") for request in server.requests]


def test_p90_function_is_called_for_each_request_and_attempt(
    connect: Callable[..., Any], server: Server
) -> None:
    client = connect(api_key=rotating())
    client.models.list()
    server.inject(Fault("list_models", status=503, headers={"retry-after": "0"}))
    client.models.list()
    assert keys_seen(server) == [f"Bearer {KEY}-{number}" for number in range(3)]
    assert client.api_key is None
    assert KEY not in repr(client)


def test_p90_chat_and_gateway_use_the_function(connect: Callable[..., Any], server: Server) -> None:
    client = connect(api_key=rotating())
    client.agent.completions.create(
        model="vlmrun-orion-1:auto", messages=[{"role": "user", "content": "Hello"}]
    )
    client.gateway.models()
    assert keys_seen(server) == [f"Bearer {KEY}-{number}" for number in range(2)]


def test_p90_async_chat_of_a_sync_client_uses_the_function(
    server: Server, run: Callable[[Any], Any]
) -> None:
    async def chat(client: VLMRun) -> None:
        await client.agent.async_completions.create(
            model="vlmrun-orion-1:auto", messages=[{"role": "user", "content": "Hello"}]
        )

    with VLMRun(rotating(), server.url) as client:
        run(chat(client))
    assert keys_seen(server) == [f"Bearer {KEY}-0"]


def test_p90_storage_hosts_do_not_get_the_key(
    connect: Callable[..., Any], server: Server, pdf: Path
) -> None:
    client = connect(api_key=rotating())
    file = client.files.upload(pdf, method="presigned-url")
    client.files.get_content(file.id)
    external = [each for each in server.requests if each.path.startswith("/storage")]
    assert len(external) == 2
    assert [each.headers.get("authorization") for each in external] == [None, None]


def test_p90_authorization_of_a_call_takes_the_place_of_the_function(
    connect: Callable[..., Any], server: Server
) -> None:
    def fail() -> str:
        raise AssertionError("called although its key is not needed")

    client = connect(api_key=fail)
    client.models.list(options={"headers": {"authorization": "Bearer mine-0123456789"}})
    assert keys_seen(server) == ["Bearer mine-0123456789"]


def raise_key() -> str:
    raise OSError(f"vault: {KEY}")


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (raise_key, r"raised OSError in .*test_api_key_functions\.py, line \d+"),
        (functools.partial(int, KEY), "raised ValueError"),
        (lambda: None, "must return a str, returned NoneType"),
        (KEY.encode, "must return a str, returned bytes"),
        (lambda: " ", "is empty"),
        (lambda: next(iter(())), "raised StopIteration in .*test_api_key_functions.py"),
        (lambda: f"Bearer {KEY}", "begins with 'Bearer '"),
        (lambda: f"{KEY}\nx", "not allowed in a header"),
    ],
)
def test_p90_function_that_fails_is_an_error_without_the_key(
    connect: Callable[..., Any], server: Server, function: Callable[[], Any], message: str
) -> None:
    client = connect(api_key=function)
    assert KEY not in f"{client!r} {vars(client)}"
    for call in (
        client.models.list,
        lambda: client.agent.execute(prompt="Read"),
        lambda: client.agent.completions.create(
            model="m", messages=[{"role": "user", "content": "a"}]
        ),
    ):
        with pytest.raises(ConfigurationError, match=message) as caught:
            call()
        assert_shows_none_of(caught.value, KEY)
    assert server.requests == []


def test_p90_coroutine_function_of_the_async_client(
    server: Server, run: Callable[[Any], Any]
) -> None:
    async def fetch() -> str:
        await asyncio.sleep(0)
        return KEY

    async def body() -> None:
        for function in (fetch, lambda: fetch()):
            async with AsyncVLMRun(function, server.url) as client:
                await client.models.list()

    run(body())
    assert keys_seen(server) == [f"Bearer {KEY}"] * 2


def test_p90_sync_client_refuses_a_coroutine_function(server: Server) -> None:
    async def fetch() -> str:
        return KEY

    with pytest.raises(InputTypeError, match="api_key is a coroutine function"):
        VLMRun(fetch, server.url)
    match = r"returned coroutine.*AsyncVLMRun"
    with (
        VLMRun(lambda: fetch(), server.url) as client,
        pytest.raises(ConfigurationError, match=match),
    ):
        client.models.list()
    assert server.requests == []


@pytest.mark.parametrize("blocks", [True, False])
def test_p90_deadline_ends_a_function_that_hangs(
    server: Server, run: Callable[[Any], Any], blocks: bool
) -> None:
    over = threading.Event()

    async def wait() -> str:
        await asyncio.Event().wait()
        return KEY

    async def body() -> None:
        async with AsyncVLMRun(over.wait if blocks else wait, server.url) as client:
            with pytest.raises(RequestTimeoutError, match="api_key did not return in time"):
                await client.models.list(options={"deadline": 0.1})

    run(body())  # which does not wait for the function either
    over.set()
    assert server.requests == []


def test_p90_function_that_blocks_does_not_block_the_event_loop(
    server: Server, run: Callable[[Any], Any]
) -> None:
    running, loop_runs = threading.Event(), threading.Event()

    def fetch() -> str:
        running.set()
        assert loop_runs.wait(30)
        return KEY

    async def body() -> None:
        async with AsyncVLMRun(fetch, server.url) as client:
            call = asyncio.ensure_future(client.models.list())
            await asyncio.to_thread(running.wait)
            loop_runs.set()
            await call

    run(body())
    assert keys_seen(server) == [f"Bearer {KEY}"]


def test_p90_keys_that_rotate_in_many_threads(server: Server) -> None:
    with VLMRun(rotating(), server.url) as client:
        threads = [threading.Thread(target=client.models.list) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(set(keys_seen(server))) == 16


def test_p90_copies_share_the_function(
    connect: Callable[..., Any], server: Server, factory_type: type[ClientFactory]
) -> None:
    client = connect(api_key=rotating())
    client.with_options(timeout=5).models.list()
    client.models.list()
    assert keys_seen(server) == [f"Bearer {KEY}-0", f"Bearer {KEY}-1"]
    assert factory_type is AsyncClientFactory or client.api_key is None
