"""Creating a client: API key, base URL, options, repr, and closing."""

from __future__ import annotations

import gc
import pickle
from collections.abc import Callable
from typing import Any
from weakref import ref

import httpx
import pytest

from tests.faults.connection_counter import count_connections
from tests.sync_async import AsyncClientFactory, ClientFactory
from vlmrun import AsyncVLMRun, VLMRun
from vlmrun.constants import DEFAULT_BASE_URL
from vlmrun.errors import (
    AuthenticationError,
    ConfigurationError,
    InputError,
    InputTypeError,
    ServerError,
)
from vlmrun.testing import Fault, Server

CALLS = {"check_health": lambda client, data: (client.healthcheck(), client.gateway.health())}

KEY = "sk-secret-0123456789"


@pytest.fixture(params=[VLMRun, AsyncVLMRun])
def cls(request: pytest.FixtureRequest) -> Any:
    return request.param


def test_key_and_base_url_from_arguments(cls: Any) -> None:
    client = cls(KEY, "https://agent.vlm.run/v1/", 30, 2)
    assert client.api_key == KEY
    assert client.base_url == "https://agent.vlm.run/v1"
    assert (client.timeout, client.max_retries, client.deadline) == (30, 2, None)


def test_key_and_base_url_from_the_environment(cls: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VLMRUN_API_KEY", KEY)
    monkeypatch.setenv("VLMRUN_BASE_URL", "http://127.0.0.1:9/v1")
    assert cls().api_key == KEY
    assert cls(api_key="").api_key == KEY
    assert cls().base_url == "http://127.0.0.1:9/v1"


def test_p38_empty_base_url_in_the_environment_is_ignored(
    cls: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VLMRUN_BASE_URL", "")
    assert cls(KEY).base_url == DEFAULT_BASE_URL


def test_missing_api_key_is_an_error_that_names_the_variable(cls: Any) -> None:
    with pytest.raises(ConfigurationError, match="VLMRUN_API_KEY") as caught:
        cls()
    assert isinstance(caught.value, ValueError)


def test_client_without_an_api_key_if_require_api_key_is_false(
    connect: Callable[..., Any], server: Server
) -> None:
    client = connect(api_key=None, require_api_key=False)
    assert client.api_key is None
    assert client.healthcheck() is True
    assert "authorization" not in server.requests[0].headers
    with pytest.raises(AuthenticationError):
        client.models.list()


@pytest.mark.parametrize(
    "settings",
    [
        {"base_url": "api.vlm.run/v1"},
        {"base_url": "ftp://api.vlm.run"},
        {"base_url": "https://"},
        {"base_url": "https://user:word@api.vlm.run"},
        {"base_url": "https://api.vlm.run/v1?x=1"},
        {"base_url": "https://api.vlm.run:99999"},
        {"base_url": "https://api.vlm.run:0/v1"},
        {"base_url": "https://api..run"},
        {"base_url": "https://[::1"},
        {"base_url": 7},
        {"api_key": "two\nlines"},
        {"api_key": "schlüssel"},
        {"timeout": -1},
        {"timeout": "soon"},
        {"timeout": float("nan")},
        {"deadline": -0.5},
        {"max_retries": -1},
        {"max_retries": 1.5},
        {"max_retries": True},
        {"http_client": ...},
    ],
    ids=str,
)
def test_invalid_setting_is_refused_by_name_without_showing_the_api_key(
    cls: Any, settings: dict[str, Any]
) -> None:
    with pytest.raises((ValueError, TypeError), match=next(iter(settings))) as caught:
        cls(**{"api_key": KEY, **settings})
    assert KEY not in str(caught.value)
    assert "word" not in str(caught.value)


def test_wrong_kind_of_http_client_is_refused() -> None:
    with httpx.Client() as http, pytest.raises(InputTypeError, match=r"httpx\.AsyncClient"):
        AsyncVLMRun(KEY, http_client=http)
    with pytest.raises(InputTypeError, match=r"httpx\.Client"):
        VLMRun(KEY, http_client=httpx.AsyncClient())


def test_p23_reprs_do_not_show_the_api_key(cls: Any) -> None:
    client = cls(KEY)
    for text in (repr(client), str(vars(client)), repr(client.agent), str(vars(client.agent))):
        assert KEY not in text
    assert "sk-s" in repr(client)
    assert KEY.encode() not in pickle.dumps(client)


def test_p33_constructor_sends_nothing(connect: Callable[..., Any], server: Server) -> None:
    client = connect()
    assert client.agent is not None
    assert server.requests == []


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_p09_p33_any_2xx_status_is_healthy(
    connect: Callable[..., Any], server: Server, status: int
) -> None:
    server.inject(Fault("check_health", status=status, body=b""))
    assert connect().healthcheck() is True


def test_wrong_api_key_raises_at_the_first_call(
    connect: Callable[..., Any], factory_type: type[ClientFactory]
) -> None:
    import vlmrun.testing

    with vlmrun.testing.serve(api_key="the-right-key") as server:
        client = connect(base_url=server.url)
        with pytest.raises(AuthenticationError) as caught:
            client.models.list()
    assert caught.value.http_status == 401
    assert caught.value.request_id


def test_options_of_a_copy_do_not_change_the_original(connect: Callable[..., Any]) -> None:
    client = connect()
    copy = client.with_options(timeout=1, deadline=5, max_retries=0, headers={"x-team": "a"})
    assert (copy.timeout, copy.deadline, copy.max_retries) == (1, 5, 0)
    assert (client.timeout, client.deadline, client.max_retries) == (120, None, 5)
    assert copy.with_options(timeout=None).timeout is None


@pytest.mark.parametrize("name", ["max_connections", "keep_alive", "aiohttp", "rate_limit"])
def test_what_copies_share_cannot_be_changed(connect: Callable[..., Any], name: str) -> None:
    client = connect()
    message = f"{name} cannot be changed. Pass it when the client is created"
    with pytest.raises(TypeError, match=message):
        client.with_options(**{name: 1})
    with pytest.raises(TypeError, match=message):
        client.models.list(options={name: 1})


def test_copies_share_the_connection_pool(connect: Callable[..., Any], server: Server) -> None:
    client = connect()
    client.healthcheck()
    client.with_options(timeout=5).healthcheck()
    client.with_options(max_retries=0).models.list()
    assert len({request.connection for request in server.requests}) == 1


def test_headers_of_a_copy_and_of_a_call_are_sent(
    connect: Callable[..., Any], server: Server
) -> None:
    client = connect().with_options(headers={"x-team": "a", "x-run": "1"})
    client.models.list(options={"headers": {"x-run": "2"}})
    headers = server.requests[0].headers
    assert (headers["x-team"], headers["x-run"]) == ("a", "2")


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"time_out": 1}, "timeout"),
        ({"timeout": -1}, "timeout"),
        ({"max_retries": "3"}, "max_retries"),
        ({"headers": {"a": 1}}, "headers"),
        ({"headers": {"a": "b\r\nc: d"}}, "headers"),
        ({"headers": {"a": "naïve"}}, "headers"),
        ({"headers": {"a b": "c"}}, "headers"),
        ({"headers": {"": "c"}}, "headers"),
        ([1], "options"),
    ],
)
def test_invalid_option_is_refused_before_sending(
    client: Any, server: Server, options: Any, word: str
) -> None:
    with pytest.raises(InputError, match=word):
        client.models.list(options=options)
    assert server.requests == []


def test_closed_client_raises(
    connect: Callable[..., Any], factory_type: type[ClientFactory]
) -> None:
    client = connect()
    client.healthcheck()
    client.close()
    client.close()
    with pytest.raises(ConfigurationError, match="closed"):
        client.healthcheck()


def test_context_manager_closes(server: Server, run: Callable[[Any], Any]) -> None:
    with VLMRun(KEY, server.url) as client:
        client.healthcheck()
    with pytest.raises(ConfigurationError, match="closed"):
        client.healthcheck()

    async def body() -> None:
        async with AsyncVLMRun(KEY, server.url) as client:
            await client.healthcheck()
        with pytest.raises(ConfigurationError, match="closed"):
            await client.healthcheck()

    run(body())


def test_http_client_of_the_user_is_used_and_stays_open(server: Server) -> None:
    with httpx.Client(headers={"x-proxy": "mine"}) as http:
        with VLMRun(KEY, server.url, http_client=http) as client:
            client.healthcheck()
        assert server.requests[0].headers["x-proxy"] == "mine"
        assert not http.is_closed


def test_p38_client_works_in_a_second_event_loop(server: Server, run: Callable[[Any], Any]) -> None:
    client = AsyncVLMRun(KEY, server.url)

    async def look() -> bool:
        return await client.healthcheck()

    async def end() -> None:
        await client.healthcheck()
        await client.aclose()

    assert run(look())
    assert run(look())
    run(end())


def test_p38_close_of_the_async_client_calls_an_overridden_aclose(
    server: Server, run: Callable[[Any], Any]
) -> None:
    closed = []

    class Client(AsyncVLMRun):
        async def aclose(self) -> None:
            closed.append(self)
            await super().aclose()

    client = Client(KEY, server.url)
    run(client.close())
    assert closed == [client]


def test_p38_client_is_freed_without_the_garbage_collector(server: Server) -> None:
    client = VLMRun(KEY, server.url)
    gc.disable()
    try:
        # The service does not have this content, so the first response is an error.
        client.files.upload(b"of no other test", filename="a.txt")
        freed = [ref(each) for each in (client._context, client._context.uploader, client.files)]
        client.close()
        del client
        assert [each() for each in freed] == [None] * len(freed)
    finally:
        gc.enable()


def test_p38_trailing_slash_of_the_base_url_is_removed(
    connect: Callable[..., Any], server: Server
) -> None:
    connect(base_url=server.url + "/").healthcheck()
    assert f"http://{server.requests[0].headers['host']}{server.requests[0].path}" == (
        f"{server.url}/health"
    )


def test_max_retries_zero_sends_one_request(connect: Callable[..., Any], server: Server) -> None:
    server.inject(Fault("list_models", status=500, times=None))
    with pytest.raises(ServerError):
        connect(max_retries=0).models.list()
    assert len(server.requests) == 1


def test_version_is_the_package_s(cls: Any) -> None:
    import vlmrun
    import vlmrun.version

    assert cls(KEY).version == vlmrun.__version__ == vlmrun.version.__version__


def test_fixture_client_is_of_the_requested_kind(
    factory_type: type[ClientFactory], client: Any
) -> None:
    name = "AsyncVLMRun" if factory_type is AsyncClientFactory else "VLMRun"
    assert repr(client).startswith(f"{name}(")


def test_client_that_nobody_closes_leaves_no_connection_open() -> None:
    with count_connections() as connections:
        client = VLMRun(KEY, connections.url)
        client.healthcheck()
        del client
        gc.collect()
        connections.assert_all_closed()
