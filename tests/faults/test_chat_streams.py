"""A stream of chat is complete, or an error that says that the chat began."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from typing import Any

import openai
import pytest

from tests.faults.raw_server import Connection, raw_server
from tests.leaks import assert_shows_none_of
from vlmrun._chat.event_stream import BadEvent, EventStream, events_in
from vlmrun.errors import (
    APIError,
    NetworkError,
    OutcomeUnknownError,
    RequestTimeoutError,
    ResponseDecodeError,
)

pytestmark = pytest.mark.slow

HELLO: Any = [{"role": "user", "content": "Hello"}]
DONE = b"data: [DONE]\n\n"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n"


def chunk(content: str | None = None, finish: str | None = None, **delta: Any) -> bytes:
    delta = {"content": content, **delta} if content is not None else delta
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    body = {"id": "c1", "object": "chat.completion.chunk", "model": "m", "choices": [choice]}
    return b"data: " + json.dumps(body).encode() + b"\n\n"


NOT = chunk("The patient is NOT ")
ILL = chunk("ill", finish="stop")


def stream_of(connect: Callable[..., Any], respond: Callable[[Connection], None]) -> str:
    """Return the text of a streamed chat."""
    with raw_server(respond) as raw:
        client = connect(base_url=raw.url)
        events = client.agent.completions.create(model="m", messages=HELLO, stream=True, timeout=5)
        parts = [choice.delta.content or "" for each in events for choice in each.choices]
        assert len(raw.requests) == 1
    return "".join(parts)


def closing(*pieces: bytes) -> Callable[[Connection], None]:
    """Respond with pieces, and close the connection as if all was well."""
    return lambda c: c.send(HEAD + b"\r\n", *pieces)


def chunked(*pieces: bytes, ends: bool = True) -> Callable[[Connection], None]:
    """Respond with pieces in the chunked coding, with or without its end."""
    coded = [b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces]
    end = b"0\r\n\r\n" if ends else b""
    return lambda c: c.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *coded, end)


@pytest.mark.parametrize("framing", [closing, chunked])
@pytest.mark.parametrize(
    "events",
    [
        [NOT, ILL, DONE],
        [NOT, ILL],
        [NOT, ILL[:20], ILL[20:], DONE[:3], DONE[3:]],
        [NOT + ILL + DONE],
        [NOT.replace(b"\n", b"\r\n"), ILL.replace(b"\n", b"\r"), DONE],
        [b"\xef\xbb\xbf", NOT, ILL, DONE],
        [b"retry: 3000\n\n", b": ping\n\n", b"data:\n\n", b"data: \n\n", NOT, ILL, DONE],
        [b"event: ping\ndata: 7\n\n", b"id: 3\n\n", b"data: {}\n\n", NOT, ILL, DONE],
        [NOT.replace(b"data: {", b"data: {\ndata: "), ILL, DONE],
        [NOT, b'data: {"choices": null, "usage": {}}\n\n', ILL, DONE],
        [NOT, ILL, DONE, b"data: not JSON\n\n"],
    ],
)
def test_p54_complete_stream_is_returned(
    connect: Callable[..., Any], events: list[bytes], framing: Any
) -> None:
    assert stream_of(connect, framing(*events)) == "The patient is NOT ill"


def test_p54_connection_that_breaks_after_the_last_event_does_no_harm(
    connect: Callable[..., Any],
) -> None:
    respond = chunked(NOT, ILL, DONE, ends=False)
    assert stream_of(connect, respond) == "The patient is NOT ill"


@pytest.mark.parametrize(
    "respond",
    [
        closing(NOT),
        chunked(NOT),
        closing(NOT, ILL[:40]),
        chunked(NOT, b"data: [DO"),
        chunked(NOT, ends=False),
        chunked(NOT, ILL, ends=False),
        closing(),
        closing(b": ping\n\n"),
        closing(NOT, ILL.replace(b'"index": 0', b'"index": 1')),
    ],
)
def test_p54_stream_that_ends_early_is_an_error_that_says_that_the_chat_began(
    connect: Callable[..., Any], respond: Callable[[Connection], None]
) -> None:
    with pytest.raises(OutcomeUnknownError) as caught:
        stream_of(connect, respond)
    assert isinstance(caught.value, openai.APIConnectionError | NetworkError)
    assert caught.value.outcome == "accepted"
    message = str(caught.value)
    assert "The response began" in message
    assert "may be billed" in message
    assert "ry again" not in message
    assert str(pickle.loads(pickle.dumps(caught.value))) == message


def test_p54_stream_that_stalls_is_an_error_that_says_that_the_chat_began(
    connect: Callable[..., Any],
) -> None:
    def respond(connection: Connection) -> None:
        connection.send(HEAD + b"\r\n", NOT)
        connection.over.wait(30)

    with raw_server(respond) as raw:
        events = connect(base_url=raw.url).agent.completions.create(
            model="m", messages=HELLO, stream=True, timeout=2
        )
        with pytest.raises(OutcomeUnknownError, match="The response began") as caught:
            list(events)
    assert isinstance(caught.value, RequestTimeoutError)
    assert isinstance(caught.value, openai.APITimeoutError)
    assert caught.value.outcome == "accepted"


DEEP = b"[" * 150 + b"]" * 150


def odd(**delta: Any) -> bytes:
    return chunk(**delta)


@pytest.mark.parametrize(
    "event",
    [
        b"data: ping\n\n",
        b"data: {\n\n",
        b'data: {"choices": "\xff"}\n\n',
        b"data: 7\n\n",
        b'data: {"choices": 7}\n\n',
        b'data: {"choices": [7]}\n\n',
        b'data: {"choices": [{"delta": 7}]}\n\n',
        b'data: {"choices": [{"index": "0", "delta": {}}]}\n\n',
        b'data: {"deep": ' + DEEP + b"}\n\n",
        b"data: " + b"[" * 100_000 + b"\n\n",
        odd(content=["a"]),
        odd(tool_calls=7),
        odd(tool_calls=[7]),
        odd(tool_calls=[{"function": {"name": "f"}}]),
        odd(tool_calls=[{"index": 0, "function": "f"}]),
        odd(tool_calls=[{"index": 0, "function": {"arguments": {"a": 1}}}]),
    ],
)
def test_p54_unreadable_event_is_a_decode_error_with_the_piece(
    connect: Callable[..., Any], event: bytes
) -> None:
    with pytest.raises(openai.APIResponseValidationError) as caught:
        stream_of(connect, closing(NOT, event, ILL, DONE))
    error: Any = caught.value
    assert isinstance(error, ResponseDecodeError)
    assert (error.outcome, error.http_status) == ("accepted", 200)
    piece = event.removeprefix(b"data: ").strip().decode("utf-8", "replace")
    assert error.raw == piece[:2000]
    assert "may be billed" in str(error)


def test_p23_an_event_that_repeats_the_key_does_not_show_it(connect: Callable[..., Any]) -> None:
    key = b"test-key-0123456789"
    with pytest.raises(ResponseDecodeError) as caught:
        stream_of(connect, closing(b"data: {" + key + b"\n\n"))
    shown = f"{caught.value} {caught.value.raw} {caught.value.body}".encode()
    assert key not in shown + pickle.dumps(caught.value)


@pytest.mark.parametrize("name", [b"", b"event: error\n"])
def test_p54_error_event_is_an_error_of_both_packages(
    connect: Callable[..., Any], name: bytes
) -> None:
    with pytest.raises(openai.APIError, match="overloaded") as caught:
        stream_of(connect, closing(NOT, name + b'data: {"error": {"message": "overloaded"}}\n\n'))
    assert isinstance(caught.value, APIError)
    assert caught.value.outcome == "accepted"


@pytest.mark.parametrize(
    ("event", "message"),
    [
        (b'data: {"error": {"message": "bad %s"}}\n\n', "bad …"),
        (b'data: {"error": "bad %s"}\n\n', "bad …"),
        (b'data: {"error": ["bad %s"]}\n\n', "['bad …']"),
        (b"event: error\ndata: bad %s\n\n", "bad …"),
        (b"event: error\ndata: {}\n\n", "an error without a message"),
        (b'data: {"error": {"message": "at https://a.b/c?x=%s"}}\n\n', "at https://a.b/c?…"),
        (b'data: {"error": {"message": "data:text/plain,Jane"}}\n\n', "data:text/plain,…"),
        (b'data: {"error": {"message": "bad", "param": "%s"}}\n\n', "bad"),
    ],
)
def test_p23_error_event_has_its_message_without_key_and_signature(
    connect: Callable[..., Any], event: bytes, message: str
) -> None:
    key = "test-key-0123456789"
    with pytest.raises(openai.APIError) as caught:
        stream_of(connect, closing(NOT, event.replace(b"%s", key.encode())))
    error: Any = caught.value
    assert error.message == message
    assert_shows_none_of(error, key)


def test_p54_events_without_their_media_type_are_read(connect: Callable[..., Any]) -> None:
    body = NOT + ILL + DONE
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)
    assert stream_of(connect, lambda c: c.send(head, body)) == "The patient is NOT ill"


def test_events_do_not_depend_on_how_the_bytes_are_cut() -> None:
    body = b"\xef\xbb\xbf: hi\r\n\r\n" + NOT.replace(b"\n", b"\r\n") + ILL.replace(b"\n", b"\r")
    body += b"event: ping\r\ndata: 7\r\n\r\n" + DONE
    whole, _ = events_in(body)
    assert whole.count(b"data: ") == 3
    for size in range(1, 40):
        stream = EventStream()
        pieces = [body[start : start + size] for start in range(0, len(body), size)]
        assert b"".join(event for piece in pieces for event in stream.feed(piece)) == whole


def test_events_before_a_bad_one_are_returned() -> None:
    stream = EventStream()
    events = stream.feed(NOT + b"data: ping\n\n")
    assert next(events).startswith(b"data: ")
    with pytest.raises(BadEvent, match="not valid JSON"):
        next(events)
