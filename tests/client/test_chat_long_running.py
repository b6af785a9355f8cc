"""Chats that outlast their HTTP request: a 303, and polls of its Location."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import openai
import pytest

import vlmrun.testing
from vlmrun import errors
from vlmrun._chat import long_running
from vlmrun.testing import Fault, Server

pytestmark = pytest.mark.slow

MODEL = "vlmrun-orion-1:auto"
HELLO: Any = [{"role": "user", "content": "Hello"}]
KEY = "test-key-0123456789"


@pytest.fixture
def server() -> Iterator[Server]:
    """A server whose chats take three polls."""
    with vlmrun.testing.serve(chat_polls=3) as server:
        yield server


@pytest.fixture
def other() -> Iterator[Server]:
    """Another host, which must not receive anything."""
    with vlmrun.testing.serve() as server:
        yield server


def ask(client: Any, **options: Any) -> Any:
    answer = client.agent.completions.create(model=MODEL, messages=HELLO, **options)
    return list(answer) if options.get("stream") else answer


def test_completion_is_polled_with_the_same_api_key_until_it_is_ready(
    client: Any, server: Server
) -> None:
    answer = ask(client)
    assert answer.choices[0].message.content.startswith("Facts by the mock server")
    post, *looks = server.requests
    assert (post.method, post.status) == ("POST", 303)
    assert [(look.method, look.status) for look in looks] == [("GET", 202)] * 2 + [("GET", 200)]
    assert {look.headers["authorization"] for look in looks} == {f"Bearer {KEY}"}


def test_completion_that_was_polled_streams_as_one_chunk(client: Any) -> None:
    (chunk,) = ask(client, stream=True)
    assert chunk.choices[0].delta.content.startswith("Facts by the mock server")
    assert chunk.choices[0].finish_reason == "stop"
    assert chunk.usage.total_tokens > 0


@pytest.mark.parametrize(
    "sign",
    [
        {"status": 202, "headers": {"Retry-After": "0.5"}},
        {"status": 204},
        {"status": 500},
        {"status": 502, "body": "<html>"},
        {"reset": "after_reading"},
        {"status": 200, "body": b""},
        {"status": 303, "headers": {"Location": "next"}},
    ],
    ids=lambda sign: str(next(iter(sign.values()))),
)
def test_polling_continues_while_the_completion_is_not_ready(
    connect: Callable[..., Any], server: Server, sign: dict[str, Any]
) -> None:
    done = {"id": "done", "choices": []}
    server.inject(
        Fault(path="/v1/later/*", **sign), Fault(path="/v1/later/*", status=201, body=done)
    )
    assert ask(connect(max_retries=0)).id == "done"
    next_place = server.requests[-1].path.endswith("/next")
    assert next_place == ("Location" in sign.get("headers", ()))


def test_p28_retry_after_beyond_the_timeout_ends_the_polling(client: Any, server: Server) -> None:
    server.inject(Fault(path="/v1/later/*", status=202, headers={"Retry-After": "30"}))
    with pytest.raises(openai.APITimeoutError, match="not there within the time"):
        ask(client, timeout=20)


@pytest.mark.parametrize("status", [401, 404, 410])
def test_poll_that_is_refused_ends_the_polling(client: Any, server: Server, status: int) -> None:
    server.inject(Fault(path="/v1/later/*", status=status))
    with pytest.raises(openai.APIStatusError, match="While waiting for the completion") as caught:
        ask(client)
    assert caught.value.status_code == status
    assert len(server.requests) == 2


def test_polls_that_keep_failing_end_the_polling(
    connect: Callable[..., Any], server: Server
) -> None:
    server.inject(Fault(path="/v1/later/*", status=500, times=None))
    with pytest.raises(openai.InternalServerError):
        ask(connect(max_retries=0))
    assert len(server.requests) == 7


def test_second_poll_in_a_row_that_cannot_be_read_ends_the_polling(
    client: Any, server: Server
) -> None:
    unreadable, not_ready = {"status": 303}, {"status": 202}  # a 303 without a Location
    for fault in (unreadable, not_ready, unreadable, unreadable):
        server.inject(Fault(path="/v1/later/*", **fault))
    with pytest.raises(openai.APIError, match="does not say where"):
        ask(client)
    assert len(server.requests) == 5


@pytest.mark.parametrize("option", ["timeout", "deadline"])
@pytest.mark.parametrize("fault", [{"status": 202}, {"delay": 30}])
def test_p27_timeout_and_deadline_limit_the_polling(
    connect: Callable[..., Any], server: Server, option: str, fault: dict[str, Any]
) -> None:
    server.inject(Fault(path="/v1/later/*", times=None, **fault))
    with pytest.raises(openai.APITimeoutError, match="not there within the time") as caught:
        ask(connect().with_options(**{option: 0.6}))
    assert isinstance(caught.value, errors.RequestTimeoutError)
    assert isinstance(caught.value, TimeoutError)
    assert "/v1/later/chatcmpl-" in str(caught.value)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("at_once", [True, False], ids=["first", "later"])
def test_p22_another_host_never_gets_the_key(
    client: Any, server: Server, other: Server, stream: bool, at_once: bool
) -> None:
    where = {"operation": "create_chat_completion"} if at_once else {"path": "/v1/later/*"}
    place = f"{other.url}/models"
    server.inject(Fault(status=303, headers={"Location": place}, **where))  # type: ignore[arg-type]
    with pytest.raises(openai.APIStatusError, match="another host") as caught:
        ask(client, stream=stream)
    assert caught.value.status_code == 303
    assert isinstance(caught.value, errors.APIError)
    assert other.requests == []


@pytest.mark.parametrize(
    ("place", "word"),
    [
        ("https://{host}/v1/later/x", "another host"),
        ("//evil.example/v1/later/x", "another host"),
        ("http://{host}@evil.example/x", "another host"),
        ("file:///etc/passwd", "another host"),
        ("http://[", "another host"),
        ("http://{host}:no-port/", "Invalid port"),
        ("", "does not say where"),
    ],
)
def test_p22_location_on_another_host_or_invalid_is_an_error(
    client: Any, server: Server, place: str, word: str
) -> None:
    host = server.url.removeprefix("http://").removesuffix("/v1")
    location = {"Location": place.format(host=host)}
    server.inject(Fault("create_chat_completion", status=303, headers=location))
    with pytest.raises(errors.APIError, match=word):
        ask(client)
    assert len(server.requests) == 1


def test_location_outside_of_the_base_path_is_polled(client: Any, server: Server) -> None:
    root = server.url.removesuffix("/v1")
    place = f"{root}/jobs/1?part=2"
    server.inject(
        Fault("create_chat_completion", status=303, headers={"Location": place}),
        Fault(path="/jobs/1", status=200, body={"id": "done", "choices": []}),
    )
    assert ask(client).id == "done"
    assert server.requests[-1].query == {"part": "2"}
    assert server.requests[-1].headers["authorization"] == f"Bearer {KEY}"


def test_p22_signature_of_a_redirect_to_another_host_is_not_kept() -> None:
    location = "https://storage.example/o/1?X-Signature=f00dface"

    headers = httpx.Headers({"Location": location})
    with pytest.raises(errors.APIError) as caught:
        long_running.completion_url(headers, httpx.URL("https://a.example/v1"))

    assert "f00dface" not in f"{vars(caught.value)}"
