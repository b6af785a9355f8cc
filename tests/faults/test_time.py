"""`timeout` bounds an attempt and `deadline` a whole call, whatever the other side does."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from tests.faults.raw import Connection, raw_server, response
from vlmrun.errors import APIError, NetworkError, RequestTimeoutError, WaitTimeoutError
from vlmrun.testing import Fault, Server

pytestmark = pytest.mark.slow

Tries = Callable[[str], int]

BOUND = 0.3
# What a loaded machine may add.
GRACE = 0.4
LONG = b"x" * 100_000


@contextmanager
def within(seconds: float) -> Iterator[None]:
    started = monotonic()
    yield
    assert seconds * 0.9 <= monotonic() - started < seconds + GRACE


def drip_head(connection: Connection) -> None:
    connection.drip(b"HTTP/1.1 200 OK\r\nX-Filler: " + LONG)


def drip_body(connection: Connection) -> None:
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    connection.drip(LONG)


def drip_chunk_size(connection: Connection) -> None:
    connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;ext=")
    connection.drip(LONG)


def say_nothing(connection: Connection) -> None:
    connection.over.wait()


SLOW = [drip_head, drip_body, drip_chunk_size, say_nothing]


@pytest.mark.parametrize("answer", SLOW, ids=lambda function: function.__name__)
@pytest.mark.parametrize("bound", ["timeout", "deadline"])
def test_p27_attempt_ends_in_time(connect: Any, answer: Any, bound: str) -> None:
    with raw_server(answer) as raw, within(BOUND):
        client = connect(base_url=raw.url, max_retries=0, **{bound: BOUND})
        with pytest.raises(RequestTimeoutError, match=bound) as caught:
            client.models.list()
    assert isinstance(caught.value, TimeoutError)


def test_p27_silence_after_the_first_bytes_has_no_time_of_its_own(connect: Any) -> None:
    def answer(connection: Connection) -> None:
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")
        connection.over.wait(0.9)
        connection.send(b"x")
        connection.over.wait()

    with raw_server(answer) as raw, within(1), pytest.raises(RequestTimeoutError):
        connect(base_url=raw.url, max_retries=0, timeout=1).models.list()


@pytest.mark.parametrize("place", ["client", "copy", "call"])
@pytest.mark.parametrize("bound", ["timeout", "deadline"])
def test_p27_bounds_sit_on_client_copy_and_call(
    connect: Any, server: Server, place: str, bound: str
) -> None:
    server.inject(Fault("list_models", delay=60, times=None))
    given = {bound: BOUND}
    client = connect(max_retries=0, **given if place == "client" else {})
    if place == "copy":
        client = client.with_options(**given)
    with within(BOUND), pytest.raises(RequestTimeoutError, match=bound):
        client.models.list(options=given if place == "call" else None)


def test_p27_timeout_bounds_each_attempt_anew(connect: Any, server: Server, tries: Tries) -> None:
    server.inject(Fault("list_models", delay=60, times=2))
    with within(2 * BOUND):
        assert connect(timeout=BOUND).models.list()
    assert tries("list_models") == 3


def test_p27_deadline_bounds_attempts_and_pauses_together(
    connect: Any, server: Server, tries: Tries
) -> None:
    server.inject(Fault("list_models", delay=60, times=None))
    with within(2.5 * BOUND), pytest.raises(RequestTimeoutError):
        connect(timeout=BOUND, deadline=2.5 * BOUND).models.list()
    assert tries("list_models") == 3


def test_p27_pause_that_would_outlast_the_deadline_is_not_begun(
    connect: Any, server: Server, tries: Tries
) -> None:
    server.inject(Fault("list_models", status=503, headers={"Retry-After": "30"}, times=None))
    started = monotonic()
    with pytest.raises(APIError) as caught:
        connect(deadline=5).models.list()
    assert monotonic() - started < 2
    assert caught.value.http_status == 503
    assert tries("list_models") == 1


def test_p27_deadline_bounds_the_steps_of_a_call_together(
    connect: Any, server: Server, pdf: Path
) -> None:
    client = connect(max_retries=0, deadline=BOUND)
    server.inject(
        Fault("get_file_by_hash", delay=BOUND / 2),
        Fault("upload_file", delay=BOUND),
    )
    with within(BOUND), pytest.raises(RequestTimeoutError, match="deadline"):
        client.files.upload(pdf)


@pytest.mark.parametrize("bound", ["timeout", "deadline"])
def test_p27_presigned_put_is_bounded(connect: Any, server: Server, pdf: Path, bound: str) -> None:
    server.inject(Fault("put_object", delay=60, times=None))
    client = connect(max_retries=0, **{bound: BOUND})
    started = monotonic()
    with pytest.raises(RequestTimeoutError):
        client.files.upload(pdf, method="presigned-url", force=True)
    assert monotonic() - started < BOUND + GRACE


def test_p27_server_that_does_not_take_the_upload(connect: Any, tmp_path: Path) -> None:
    path = tmp_path / "large.bin"
    with path.open("wb") as file:
        file.truncate(64 * 1024 * 1024)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        client = connect(base_url=url, max_retries=0, timeout=BOUND)
        with within(BOUND), pytest.raises((RequestTimeoutError, NetworkError)):
            client.files.upload(path, method="direct", force=True)


def test_p27_download_is_bounded(connect: Any, server: Server, tmp_path: Path) -> None:
    server.add_skill("totals")
    (skill,) = connect().skills.list()
    with raw_server(drip_body) as raw:
        link = {"download_url": f"{raw.root}/skill.zip?signature=0123456789"}
        server.inject(Fault("download_skill", body=link))
        with within(BOUND), pytest.raises(RequestTimeoutError):
            connect(max_retries=0, timeout=BOUND).skills.download(skill.id, to=tmp_path / "totals")
    assert not (tmp_path / "totals").exists()


def test_p27_deadline_that_has_passed_sends_nothing(connect: Any, server: Server) -> None:
    with pytest.raises(RequestTimeoutError, match=r"deadline.*nothing was sent"):
        connect(deadline=0).agent.execute(prompt="Describe it")
    assert server.requests == []


def test_p04_wait_keeps_to_the_deadline_though_looks_hang(connect: Any, server: Server) -> None:
    client = connect()
    id = client.agent.execute(prompt="Describe it").id
    server.inject(Fault("get_execution", delay=60, times=None))
    with within(BOUND), pytest.raises(WaitTimeoutError, match=id):
        client.executions.wait(id, timeout=BOUND)
    with within(BOUND), pytest.raises(WaitTimeoutError, match="deadline"):
        client.executions.wait(id, options={"deadline": BOUND})


def test_no_bound_at_all(connect: Any) -> None:
    def answer(connection: Connection) -> None:
        connection.drip(response(b"[]"), every=0.001)

    with raw_server(answer) as raw:
        assert connect(base_url=raw.url, timeout=None).models.list() == []
