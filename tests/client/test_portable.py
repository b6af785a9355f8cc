"""P92: results, errors and settings cross processes, without the API key."""

from __future__ import annotations

import copy
import functools
import multiprocessing
import pickle
import ssl
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import BaseModel, ConfigDict

from vlmrun import AsyncVLMRun, VLMRun
from vlmrun.errors import ConfigurationError, InputError, InputTypeError, ResourceNotFoundError
from vlmrun.testing import Fault, Server
from vlmrun.types import JobHandle

KEY = "test-key-0123456789"
OTHER_KEY = "sk-other-9876543210"


class Anything(BaseModel):
    model_config = ConfigDict(extra="allow")


def key_from_a_vault() -> str:
    return OTHER_KEY


def refuse(event: Any) -> bool:
    return False


def copies(value: Any) -> list[Any]:
    pickled = pickle.dumps(value)
    assert KEY.encode() not in pickled
    return [pickle.loads(pickled), copy.copy(value), copy.deepcopy(value)]


def in_another_process(function: Callable[..., Any], *args: Any) -> Any:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as executor:
        return executor.submit(function, *args).result(60)


def test_p92_results_keep_everything(client: Any, pdf: Path, skill_directory: Path) -> None:
    prediction = client.document.generate(file=pdf, domain="healthcare.patient-referral")
    skill = client.skills.create_from_directory(skill_directory)
    values = [
        client.agent.execute(prompt="Read", batch=False),
        prediction,
        prediction.usage,
        client.files.list(),
        client.files.upload(pdf),
        skill,
        client.executions.list(),
        client.list_domains(),
        client.get_schema("document.invoice"),
    ]
    for value in values:
        for copied in copies(value):
            assert type(copied) is type(value)
            assert copied == value
            for name in ("raw", "request_id", "attempts", "response_headers", "unreadable"):
                assert getattr(copied, name, None) == getattr(value, name, None)


def test_p92_response_is_parsed_after_a_copy(client: Any) -> None:
    execution = client.agent.execute(prompt="Read", response_model=Anything, batch=False)
    for state in ("not parsed yet", "parsed"):
        for copied in copies(execution):
            assert isinstance(copied.parsed, Anything), state
            assert copied.parsed == execution.parsed


def test_p92_response_model_that_cannot_be_imported_is_lost_and_named(client: Any) -> None:
    class Local(Anything):
        pass

    execution = client.agent.execute(prompt="Read", response_model=Local, batch=False)
    lost = pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(execution))))
    assert lost == execution
    assert lost.response == execution.response
    with pytest.raises(InputError, match=r"response_model Local was lost.*with_response_model"):
        _ = lost.parsed
    assert isinstance(lost.with_response_model(Anything).parsed, Anything)
    assert isinstance(copy.deepcopy(execution).parsed, Local)
    assert isinstance(copy.copy(execution).parsed, Local)


def test_p92_errors_keep_everything(client: Any, server: Server) -> None:
    with pytest.raises(ResourceNotFoundError) as caught:
        client.executions.get("unknown-1")
    for copied in copies(caught.value):
        assert type(copied) is ResourceNotFoundError
        assert vars(copied) == vars(caught.value)
        assert str(copied) == str(caught.value)
        assert copied.attempts


def test_p92_page_with_unreadable_items(client: Any, server: Server) -> None:
    server.inject(Fault("list_files", body=[{"id": "a"}, 7]))
    with pytest.warns(UserWarning, match="left out"):
        page = client.files.list()
    for copied in copies(page):
        assert (list(copied), copied.received) == (list(page), 2)
        assert copied.unreadable[0].raw == 7


def work(client: VLMRun, handle: JobHandle, failing: str) -> tuple[Any, ...]:
    """Use in another process what a test has passed to it."""
    with client:
        done = handle.wait(client, timeout=30, response_model=Anything)
        try:
            client.executions.get(failing)
        except ResourceNotFoundError as error:
            return done, error, handle.get(client).status, client.files.list(), client
    raise AssertionError


@pytest.mark.slow
def test_p92_everything_crosses_a_process(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    client = VLMRun(KEY, server.url, timeout=77).with_options(headers={"x-team": "a"})
    client.files.list()
    handle = client.executions.handle(client.agent.execute(prompt="Read").id)
    client.close()
    monkeypatch.setenv("VLMRUN_API_KEY", OTHER_KEY)
    done, error, status, page, returned = in_another_process(work, client, handle, "unknown-1")
    assert isinstance(done.parsed, Anything)
    assert (error.http_status, status, page) == (404, "completed", [])
    assert (returned.timeout, returned.api_key) == (77, OTHER_KEY)
    received = server.requests[-1].headers
    assert (received["authorization"], received["x-team"]) == (f"Bearer {OTHER_KEY}", "a")


def test_p92_client_is_pickled_with_its_settings(
    connect: Callable[..., Any], server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for cls in (VLMRun, AsyncVLMRun):
        client = cls(
            KEY,
            server.url,
            timeout=7,
            deadline=8,
            max_retries=2,
            gateway_url="http://127.0.0.1:9/v1",
            rate_limit="10/minute",
            max_in_flight=3,
            on_retry=refuse,
            proxy="http://127.0.0.1:3128",
            verify="/missing.pem",
        )
        _ = client.agent, client.files
        pickled = pickle.dumps(client)
        monkeypatch.delenv("VLMRUN_API_KEY", raising=False)
        with pytest.raises(ConfigurationError, match=r"without its API key.*VLMRUN_API_KEY"):
            pickle.loads(pickled)
        monkeypatch.setenv("VLMRUN_API_KEY", OTHER_KEY)
        copied: Any = pickle.loads(pickled)
        assert type(copied) is cls
        assert copied.api_key == OTHER_KEY
        mine, its = copied._context, client._context
        assert mine.settings._replace(api_key=None) == its.settings._replace(api_key=None)
        assert mine.shared.connection == its.shared.connection
        assert mine.shared.limits.arguments == ("10/minute", 3)
        assert mine.shared is not its.shared


def test_p92_client_without_a_key_stays_without(monkeypatch: pytest.MonkeyPatch) -> None:
    pickled = pickle.dumps(VLMRun(require_api_key=False))
    monkeypatch.setenv("VLMRUN_API_KEY", OTHER_KEY)
    assert pickle.loads(pickled).api_key is None


def test_p92_function_is_pickled_by_its_name(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pickle.loads(pickle.dumps(VLMRun(key_from_a_vault, server.url))) as client:
        client.models.list()
    assert server.requests[0].headers["authorization"] == f"Bearer {OTHER_KEY}"
    # Other callables may have a secret in them.
    for function in (lambda: KEY, functools.partial(str, KEY)):
        pickled = pickle.dumps(VLMRun(function, server.url))
        assert KEY.encode() not in pickled
        with pytest.raises(ConfigurationError, match="VLMRUN_API_KEY"):
            pickle.loads(pickled)


def test_p92_authorization_of_the_headers_is_not_pickled(
    connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = VLMRun(require_api_key=False).with_options(
        headers={"Authorization": f"Bearer {KEY}", "Cookie": KEY, "x-team": "a"}
    )
    pickled = pickle.dumps(client)
    assert KEY.encode() not in pickled
    monkeypatch.setenv("VLMRUN_API_KEY", OTHER_KEY)
    assert pickle.loads(pickled)._context.settings.headers == {"x-team": "a"}


def test_p92_what_cannot_be_pickled_is_named() -> None:
    password = "hunter2-hunter2"
    with httpx.Client() as http:
        for settings, name in (
            ({"http_client": http}, "http_client"),
            ({"verify": ssl.create_default_context()}, "SSLContext"),
            ({"proxy": f"http://user:{password}@proxy"}, "a proxy with a password"),
            ({"on_retry": lambda event: None}, "on_retry"),
        ):
            client = VLMRun(KEY, **settings)  # type: ignore[arg-type]
            with pytest.raises(InputTypeError, match=rf"{name} cannot be pickled") as caught:
                pickle.dumps(client)
            assert password not in str(caught.value)


def test_p92_copies_of_a_client_share_its_connections(server: Server) -> None:
    with VLMRun(KEY, server.url) as client:
        client.models.list()
        for copied in (copy.copy(client), copy.deepcopy(client), copy.deepcopy(client.files)):
            resource = copied if hasattr(copied, "upload") else copied.files
            resource.list()
    assert len({request.connection for request in server.requests}) == 1


def test_p92_subclass_keeps_its_attributes(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Tenant(KEY)
    client.tenant = "a"
    monkeypatch.setenv("VLMRUN_API_KEY", OTHER_KEY)
    copied = pickle.loads(pickle.dumps(client))
    assert (type(copied), copied.tenant) == (Tenant, "a")


class Tenant(VLMRun):
    tenant: str


def test_p92_handle_continues_with_a_job(client: Any, server: Server, pdf: Path) -> None:
    execution = client.agent.execute(prompt="Read")
    prediction = client.document.generate(file=pdf, domain="document.invoice", batch=True)
    for handle, resource in (
        (client.executions.handle(execution.id), client.executions),
        (client.predictions.handle(prediction.id), client.predictions),
    ):
        assert copies(handle) == [handle] * 3
        assert JobHandle.model_validate_json(handle.to_json()) == handle
        assert handle.base_url == server.url
        done = handle.wait(client, timeout=30)
        assert (done.id, done.status) == (handle.id, "completed")
        assert handle.get(client) == resource.get(handle.id)


def test_p92_handle_of_another_service_is_refused(client: Any, server: Server) -> None:
    handle = JobHandle(id="e1", kind="execution", base_url="https://api.vlm.run/v1")
    with pytest.raises(InputError, match=r"e1 is at https://api\.vlm\.run/v1, but the client"):
        handle.wait(client)
    with pytest.raises(InputError, match="id"):
        client.executions.handle("a/b")
    with pytest.raises(InputError, match="kind"):
        JobHandle(id="e1", kind="dataset", base_url="x")  # type: ignore[arg-type]
    assert server.requests == []
