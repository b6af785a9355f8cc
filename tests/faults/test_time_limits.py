"""`timeout` limits an attempt and `deadline` a whole call, whatever the server does.

The server takes many times the limit to respond, so that it counts whether it had completed its
response when the call ended. To the millisecond, limits are tested in core/test_deadlines.py.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.faults.raw_server import Connection, raw_server, response
from vlmrun.errors import APIError, NetworkError, RequestTimeoutError, WaitTimeoutError
from vlmrun.testing import Fault, Server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(90)]

Attempts = Callable[[str], int]

# Seconds: the limit, and how long the slow responses take.
LIMIT = 0.3
LATE = 4.0
INTERVAL = 0.02


def filler(seconds: float) -> bytes:
    """Return bytes that take this long to send one by one."""
    return b" " * round(seconds / INTERVAL)


def slow_head(connection: Connection, seconds: float = LATE) -> None:
    connection.drip(b"HTTP/1.1 200 OK\r\nX-Filler: x" + filler(seconds), INTERVAL)
    connection.send(b"x\r\nContent-Length: 2\r\n\r\n[]")


def slow_body(connection: Connection, seconds: float = LATE) -> None:
    body = b"[" + filler(seconds) + b"]"
    connection.send(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode())
    connection.drip(body, INTERVAL)


def slow_chunk_size(connection: Connection, seconds: float = LATE) -> None:
    connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;ext=x")
    # No spaces: aiohttp refuses them here.
    connection.drip(filler(seconds).replace(b" ", b"x"), INTERVAL)
    connection.send(b"x\r\n[]\r\n0\r\n\r\n")


def late_response(connection: Connection, seconds: float = LATE) -> None:
    connection.over.wait(seconds)
    connection.send(response(b"[]"))


def silence_within_the_body(connection: Connection) -> None:
    # Each of the two pauses is shorter than the timeout of one second in the test below.
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n")
    connection.over.wait(0.9)
    connection.send(b"[")
    connection.over.wait(0.9)
    connection.send(b"]")


SLOW = [slow_head, slow_body, slow_chunk_size, late_response]


class SlowServer(NamedTuple):
    """A server with slow responses.

    Attributes:
        url: The base URL for a client.
        completed: One item for each response that was sent completely.
    """

    url: str
    completed: list[bool]


@contextmanager
def slow_server(answer: Callable[[Connection], None]) -> Iterator[SlowServer]:
    completed: list[bool] = []

    def recorded(connection: Connection) -> None:
        answer(connection)
        completed.append(True)

    with raw_server(recorded) as raw:
        yield SlowServer(raw.url, completed)


@pytest.mark.parametrize("answer", SLOW, ids=lambda function: function.__name__)
@pytest.mark.parametrize("limit", ["timeout", "deadline"])
def test_p27_slow_response_exceeds_the_limit(connect: Any, answer: Any, limit: str) -> None:
    with slow_server(answer) as slow:
        client = connect(base_url=slow.url, max_retries=0, **{limit: LIMIT})
        with pytest.raises(RequestTimeoutError, match=limit) as caught:
            client.models.list()
        assert not slow.completed
    assert isinstance(caught.value, TimeoutError)


@pytest.mark.parametrize("answer", SLOW, ids=lambda function: function.__name__)
def test_slow_response_within_the_limit_is_read(connect: Any, answer: Any) -> None:
    with slow_server(partial(answer, seconds=0.2)) as slow:
        assert connect(base_url=slow.url, max_retries=0, timeout=60).models.list() == []


def test_p27_silence_after_the_first_bytes_does_not_start_a_new_timeout(connect: Any) -> None:
    with slow_server(silence_within_the_body) as slow:
        with pytest.raises(RequestTimeoutError):
            connect(base_url=slow.url, max_retries=0, timeout=1).models.list()
        assert not slow.completed


@pytest.mark.parametrize("place", ["client", "copy", "call"])
@pytest.mark.parametrize("limit", ["timeout", "deadline"])
def test_p27_limits_of_client_copy_and_call(
    connect: Any, server: Server, place: str, limit: str
) -> None:
    server.inject(Fault("list_models", delay=60, times=None))
    given = {limit: LIMIT}
    client = connect(max_retries=0, **given if place == "client" else {})
    if place == "copy":
        client = client.with_options(**given)
    with pytest.raises(RequestTimeoutError, match=limit):
        client.models.list(options=given if place == "call" else None)


def test_p27_timeout_limits_each_attempt(connect: Any, server: Server, attempts: Attempts) -> None:
    server.inject(Fault("list_models", delay=60, times=2))
    assert connect(timeout=5 * LIMIT).models.list()
    assert attempts("list_models") == 3


def test_p27_deadline_limits_attempts_and_pauses_together(
    connect: Any, server: Server, attempts: Attempts
) -> None:
    server.inject(Fault("list_models", delay=60, times=None))
    with pytest.raises(RequestTimeoutError, match="deadline") as caught:
        connect(timeout=LIMIT, deadline=2.5 * LIMIT).models.list()
    # Not the six of `max_retries`; fewer on a machine that is too busy to begin the third.
    assert 1 <= len(caught.value.attempts) <= 3


def test_p27_pause_that_would_outlast_the_deadline_is_not_started(
    connect: Any, server: Server, attempts: Attempts, pauses: list[float]
) -> None:
    server.inject(Fault("list_models", status=503, headers={"Retry-After": "30"}, times=None))
    with pytest.raises(APIError) as caught:
        connect(deadline=20).models.list()
    assert pauses == []
    assert caught.value.http_status == 503
    assert attempts("list_models") == 1


def test_p27_deadline_limits_the_requests_of_a_call_together(
    connect: Any, server: Server, pdf: Path
) -> None:
    client = connect(max_retries=0, deadline=LIMIT)
    server.inject(
        # Each alone is within the limit.
        Fault("get_file_by_hash", delay=LIMIT * 0.7),
        Fault("upload_file", delay=LIMIT * 0.7),
    )
    with pytest.raises(RequestTimeoutError, match="deadline"):
        client.files.upload(pdf)


@pytest.mark.parametrize("limit", ["timeout", "deadline"])
def test_p27_presigned_put_is_limited(connect: Any, server: Server, pdf: Path, limit: str) -> None:
    server.inject(Fault("put_object", delay=60, times=None))
    client = connect(max_retries=0, **{limit: LIMIT})
    with pytest.raises(RequestTimeoutError):
        client.files.upload(pdf, method="presigned-url", force=True)


def test_p27_server_that_does_not_read_the_upload(connect: Any, tmp_path: Path) -> None:
    path = tmp_path / "large.bin"
    with path.open("wb") as file:
        file.truncate(64 * 1024 * 1024)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        client = connect(base_url=url, max_retries=0, timeout=LIMIT)
        with pytest.raises((RequestTimeoutError, NetworkError)):
            client.files.upload(path, method="direct", force=True)


def test_p27_download_is_limited(connect: Any, server: Server, tmp_path: Path) -> None:
    server.add_skill("totals")
    (skill,) = connect().skills.list()
    with slow_server(slow_body) as slow:
        link = {"download_url": f"{slow.url}/skill.zip?signature=0123456789"}
        server.inject(Fault("download_skill", body=link))
        with pytest.raises(RequestTimeoutError):
            connect(max_retries=0, timeout=LIMIT).skills.download(skill.id, to=tmp_path / "totals")
        assert not slow.completed
    assert not (tmp_path / "totals").exists()


def test_p27_deadline_that_has_passed_sends_nothing(connect: Any, server: Server) -> None:
    with pytest.raises(RequestTimeoutError, match=r"deadline.*nothing was sent"):
        connect(deadline=0).agent.execute(prompt="Describe it")
    assert server.requests == []


def test_p04_wait_ends_in_time_though_polls_hang(connect: Any, server: Server) -> None:
    client = connect()
    id = client.agent.execute(prompt="Describe it").id
    server.inject(Fault("get_execution", delay=60, times=None))
    with pytest.raises(WaitTimeoutError, match=id):
        client.executions.wait(id, timeout=LIMIT)
    with pytest.raises(WaitTimeoutError, match="deadline"):
        client.executions.wait(id, options={"deadline": LIMIT})


def test_timeout_none_is_no_limit(connect: Any) -> None:
    def answer(connection: Connection) -> None:
        connection.drip(response(b"[]"), every=0.001)

    with raw_server(answer) as raw:
        assert connect(base_url=raw.url, timeout=None).models.list() == []
