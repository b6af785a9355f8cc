"""Responses that break the contract: which error they raise, and what it contains."""

from __future__ import annotations

import gzip
import json
import pickle
from typing import Any

import httpx
import pytest

from tests.faults.raw_server import raw_server, response
from tests.leaks import assert_shows_none_of
from tests.sync_async import ClientFactory, SyncClientFactory
from vlmrun import errors
from vlmrun.errors import APIError, ResponseDecodeError, ServerError
from vlmrun.testing import Fault, Server

pytestmark = pytest.mark.slow

PAGE = b"<html><head><title>502 Bad Gateway</title></head><body>" + b"nginx " * 2000 + b"</body>"

CHAT: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "a"}]}


def caught_from(client: Any) -> APIError:
    with pytest.raises(APIError) as caught:
        client.with_options(max_retries=0).models.list()
    return caught.value


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (301, errors.APIError),
        (400, errors.ValidationError),
        (401, errors.AuthenticationError),
        (402, errors.InsufficientCreditsError),
        (403, errors.PermissionDeniedError),
        (404, errors.ResourceNotFoundError),
        (405, errors.APIError),
        (408, errors.RequestTimeoutError),
        (409, errors.ConflictError),
        (413, errors.PayloadTooLargeError),
        (418, errors.APIError),
        (422, errors.UnprocessableEntityError),
        (429, errors.RateLimitError),
        (500, errors.ServerError),
        (503, errors.ServerError),
        (520, errors.ServerError),
        (599, errors.ServerError),
    ],
)
def test_p29_each_status_has_its_class(
    client: Any, server: Server, status: int, error: type[APIError]
) -> None:
    server.inject(Fault("list_models", status=status))
    caught = caught_from(client)
    assert type(caught) is error
    assert caught.http_status == status
    assert caught.request_id == server.requests[-1].id
    assert caught.headers["x-request-id"] == caught.request_id
    assert str(status) in str(caught)


@pytest.mark.parametrize(
    "place", ["javascript:alert(1)", "http:evil.example", "http://[zz]", "http://xn--", "/\x7f"]
)
@pytest.mark.parametrize("status", [302, 303, 307])
def test_p29_redirect_to_an_invalid_url_is_an_error_with_its_status(
    client: Any, server: Server, status: int, place: str
) -> None:
    headers = {"Location": place}
    server.inject(
        Fault("list_models", status=status, headers=headers),
        Fault("execute_agent", status=status, headers=headers),
        Fault("create_chat_completion", status=status, headers=headers),
    )
    calls = [
        lambda: client.models.list(),
        lambda: client.agent.execute(prompt="Describe it"),
        lambda: client.agent.completions.create(**CHAT),
    ]
    for call in calls if status != 303 else calls[:2]:  # after 303, chats are fetched
        with pytest.raises(APIError, match="responded with a redirect") as caught:
            call()
        assert caught.value.http_status == status
        assert caught.value.request_id == server.requests[-1].id
        # The service may have carried out a request that it answers with 302 or 303.
        is_refused = len(server.requests) > 1 and status == 307
        assert (caught.value.outcome == "refused") == is_refused
    assert len(server.requests) == (3 if status != 303 else 2)


def test_p29_lone_surrogates_in_a_refusal_are_escaped(client: Any, server: Server) -> None:
    body = rb'{"detail": [{"loc": ["body"], "msg": "bad \ud800", "input": "Jane", "type": "x"}]}'
    server.inject(
        Fault("create_chat_completion", status=422, body=body),
        Fault("execute_agent", status=422, body=body),
    )
    for call in (
        lambda: client.agent.completions.create(**CHAT),
        lambda: client.agent.execute(prompt="Describe it"),
    ):
        with pytest.raises(APIError, match=r"bad \\ud800") as caught:
            call()
        assert caught.value.http_status == 422
        assert caught.value.outcome == "refused"
        assert "\ud800" not in str(vars(caught.value).get("body"))


@pytest.mark.parametrize("place", ["http://[zz]", "http://xn--", "/\x7f", "http://a:b/"])
def test_p29_chat_that_continues_at_an_invalid_url_may_be_billed(
    client: Any, server: Server, place: str
) -> None:
    server.inject(Fault("create_chat_completion", status=303, headers={"Location": place}))
    with pytest.raises(ResponseDecodeError, match=r"at an invalid URL: .* may be billed") as caught:
        client.agent.completions.create(**CHAT)
    assert caught.value.http_status == 303


def test_p29_redirect_to_an_invalid_url_in_a_users_http_client_is_a_decode_error(
    connect: Any, server: Server, factory_type: type[ClientFactory]
) -> None:
    server.inject(Fault("list_models", status=302, headers={"Location": "http://[zz]"}))
    http_client = httpx.Client if factory_type is SyncClientFactory else httpx.AsyncClient
    error = caught_from(connect(http_client=http_client()))
    assert type(error) is ResponseDecodeError
    assert "redirect to an invalid URL" in str(error)


@pytest.mark.parametrize(
    "broken",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\nX: Jane Doe\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nJane Doe: 1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nJane DoeJane Doe",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nJane Doe\r\n",
        b"Jane Doe\r\n\r\n",
    ],
)
def test_p23_broken_response_is_not_quoted(connect: Any, broken: bytes) -> None:
    with raw_server(lambda connection: connection.send(broken)) as raw:
        error = caught_from(connect(base_url=raw.url))
    assert type(error) is errors.NetworkError
    assert "\n" not in error.message
    assert_shows_none_of(error, "Jane", "Doe")


@pytest.mark.parametrize("status", [502, 520])
def test_p30_html_page_of_a_proxy_is_a_server_error_with_the_title_as_message(
    client: Any, server: Server, status: int
) -> None:
    headers = {"Content-Type": "text/html", "CF-Ray": "8f3a"}
    server.inject(Fault("list_models", status=status, body=PAGE, headers=headers))
    error = caught_from(client)
    assert type(error) is ServerError
    assert error.http_status == status
    assert error.message == "502 Bad Gateway"
    assert error.headers["content-type"] == "text/html"
    assert error.headers["cf-ray"] == "8f3a"
    assert error.body is not None
    assert error.body.startswith("<html>")
    assert len(error.body) == 2000


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>ok</html>", b'[{"id": "a"', b"\xff\xfe\x00", b'{"a": NaN', b"[" * 100_000],
    ids=["empty", "page", "cut", "not text", "not JSON", "deep"],
)
def test_p30_success_that_is_not_json_is_a_decode_error(
    client: Any, server: Server, body: bytes
) -> None:
    server.inject(Fault("get_execution", body=body, status=200, times=None))
    with pytest.raises(ResponseDecodeError) as caught:
        client.executions.get("e1")
    error = caught.value
    assert error.http_status == 200
    assert error.request_id == server.requests[-1].id
    assert error.headers["x-request-id"] == error.request_id
    assert error.body is not None
    assert len(error.body) <= 2000
    assert error.body == body[:2000].decode("utf-8", "replace")
    assert len(server.requests) == 1


@pytest.mark.parametrize("body", [b"null", b"7", b'"text"', b"true", b"[]", b"[1]"])
def test_p30_success_of_another_json_type_is_a_decode_error(
    client: Any, server: Server, body: bytes
) -> None:
    server.inject(Fault("get_execution", body=body, status=200))
    with pytest.raises(ResponseDecodeError) as caught:
        client.executions.get("e1")
    assert caught.value.http_status == 200
    assert caught.value.request_id == server.requests[-1].id
    assert caught.value.body == body.decode()


@pytest.mark.parametrize("body", [b"null", b"7", b'"text"', b"{}", b'{"data": 7}'])
def test_p30_list_of_another_json_type_is_a_decode_error(
    client: Any, server: Server, body: bytes
) -> None:
    server.inject(Fault("list_executions", body=body, status=200))
    with pytest.raises(ResponseDecodeError) as caught:
        client.executions.list()
    assert caught.value.request_id == server.requests[-1].id


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_p30_success_that_cannot_be_decompressed_is_a_decode_error(
    client: Any, server: Server, coding: str
) -> None:
    server.inject(
        Fault("list_models", body=b"garbage", headers={"Content-Encoding": coding}, times=None)
    )
    with pytest.raises(ResponseDecodeError, match="decompress") as caught:
        client.models.list()
    assert caught.value.http_status == 200
    assert caught.value.request_id == server.requests[-1].id
    assert len(server.requests) == 1


def test_p30_error_that_cannot_be_decompressed_keeps_its_status(
    client: Any, server: Server
) -> None:
    headers = {"Content-Encoding": "gzip"}
    server.inject(Fault("list_models", status=502, body=b"garbage", headers=headers))
    error = caught_from(client)
    assert type(error) is ServerError
    assert error.http_status == 502


def test_p30_truncated_gzip_is_a_decode_error(connect: Any) -> None:
    body = gzip.compress(json.dumps([{"id": "a" * 5000}]).encode())[:20]
    with raw_server(lambda c: c.send(response(body, "200 OK", "Content-Encoding: gzip"))) as raw:
        with pytest.raises(ResponseDecodeError):
            connect(base_url=raw.url).models.list()
        assert len(raw.requests) == 1


def test_p30_endless_error_body_is_read_up_to_a_limit(connect: Any) -> None:
    def answer(connection: Any) -> None:
        connection.send(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")
        while not connection.over.is_set():
            connection.send(b"x" * 65536)

    with raw_server(answer) as raw:
        error = caught_from(connect(base_url=raw.url))
    assert error.http_status == 502
    assert error.body == "x" * 2000


@pytest.mark.parametrize(
    ("body", "message", "request_id", "error_type"),
    [
        ({"detail": "No such model"}, "No such model", None, None),
        (
            {
                "detail": [
                    {"loc": ["body", "inputs", 0], "msg": "Field required", "type": "missing"}
                ]
            },
            "inputs.0: Field required",
            None,
            None,
        ),
        (
            {"error": {"message": "Out of credits", "type": "billing", "id": "req_7"}},
            "Out of credits",
            "req_7",
            "billing",
        ),
        ({"message": "Slow down"}, "Slow down", None, None),
        ({"error": "Slow down"}, "Slow down", None, None),
        (["one", "two"], "one; two", None, None),
        ("just text", "just text", None, None),
        (b"", None, None, None),
        ({}, None, None, None),
        ({"detail": None}, None, None, None),
        ({"error": {"message": {"deep": 1}, "type": 7, "id": 7}}, None, None, None),
        ({"detail": "x" * 10_000}, "x" * 2000, None, None),
    ],
    ids=[
        "detail",
        "list of details",
        "error object",
        "message",
        "error text",
        "list",
        "text",
        "empty",
        "empty object",
        "null",
        "odd types",
        "long",
    ],
)
def test_p29_message_is_found_in_every_form_of_error_body(
    client: Any,
    server: Server,
    body: Any,
    message: str | None,
    request_id: str | None,
    error_type: str | None,
) -> None:
    server.inject(Fault("list_models", status=400, body=body))
    error = caught_from(client)
    assert error.message == (message or "Validation failed (no message in the response)")
    assert error.request_id == (request_id or server.requests[-1].id)
    assert error.error_type == (error_type or "validation_error")


def test_p29_error_of_a_response_can_be_pickled(client: Any, server: Server) -> None:
    server.inject(Fault("list_models", status=429, headers={"Retry-After": "9"}))
    error = caught_from(client)
    copy = pickle.loads(pickle.dumps(error))
    assert (str(copy), vars(copy)) == (str(error), vars(error))


@pytest.mark.parametrize("status", ["999 Odd", "099 Odd", "abc Odd"])
def test_p30_invalid_status_is_an_api_error(connect: Any, status: str) -> None:
    with raw_server(lambda c: c.send(response(b"{}", status))) as raw:
        assert isinstance(caught_from(connect(base_url=raw.url)), APIError)


@pytest.mark.parametrize(
    "answer",
    [b"\x00\x01\x02 nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", b"HTTP/"],
)
def test_p30_response_that_is_not_http_is_a_network_error(connect: Any, answer: bytes) -> None:
    with raw_server(lambda c: c.send(answer)) as raw:
        error = caught_from(connect(base_url=raw.url))
    assert type(error) is errors.NetworkError
    assert error.http_status is None


@pytest.mark.parametrize("id", [["e1"], {"id": "e1"}, 7])
@pytest.mark.parametrize("batch", [True, False])
def test_p50_job_whose_id_is_not_a_str_is_not_a_success(
    client: Any, server: Server, id: Any, batch: bool
) -> None:
    answer = {"id": id, "name": "reader", "status": "enqueued"}
    server.inject(Fault("execute_agent", status=201, body=answer))
    with pytest.raises(ResponseDecodeError, match="id must be a str") as caught:
        client.agent.execute(prompt="Describe it", response_model={}, batch=batch)
    assert caught.value.raw == answer
    assert caught.value.outcome == "accepted"
    assert "executions.list()" in str(caught.value)
