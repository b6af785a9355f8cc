"""Both clients have the same names and signatures; test_operations.py compares their bytes."""

from __future__ import annotations

import asyncio
import inspect
from functools import cached_property
from operator import attrgetter
from typing import Any
from unittest.mock import create_autospec

import pytest

from vlmrun import AsyncVLMRun, VLMRun
from vlmrun._index.resources_sync import Resources

ASYNC_ONLY = {"aclose"}
ASYNC_WITH, SYNC_WITH = {"__aenter__", "__aexit__"}, {"__enter__", "__exit__"}
RESOURCES = sorted(
    name
    for name, member in vars(Resources).items()
    if isinstance(member, cached_property) and name != "low_level"
)


def public(cls: type[Any]) -> set[str]:
    return {name for name in dir(cls) if not name.startswith("_")}


def pairs() -> list[tuple[str, type[Any], type[Any]]]:
    one, other = AsyncVLMRun("key"), VLMRun("key")
    resources = [(name, type(getattr(one, name)), type(getattr(other, name))) for name in RESOURCES]
    return [("client", AsyncVLMRun, VLMRun), *resources]


@pytest.mark.parametrize(("name", "one", "other"), pairs(), ids=str)
def test_same_names_with_the_same_signatures(name: str, one: type[Any], other: type[Any]) -> None:
    assert public(one) - ASYNC_ONLY == public(other)
    for member in sorted(public(one) - ASYNC_ONLY):
        asynchronous, synchronous = getattr(one, member), getattr(other, member)
        if not inspect.isfunction(asynchronous):
            assert type(asynchronous) is type(synchronous), member
            continue
        in_words = str(inspect.signature(asynchronous)).replace("Async", "")
        assert in_words == str(inspect.signature(synchronous)).replace("Async", ""), member
        assert not inspect.iscoroutinefunction(synchronous), member


def test_each_client_explains_the_with_statement_of_the_other() -> None:
    # Those that raise an error are there too, and type checkers do not see them.
    assert {*dir(AsyncVLMRun)} >= ASYNC_WITH | SYNC_WITH
    assert {*dir(VLMRun)} >= ASYNC_WITH | SYNC_WITH
    remedy = r"AsyncVLMRun is used with `async with`.*with VLMRun\(\)"
    with pytest.raises(TypeError, match=remedy), AsyncVLMRun("key"):  # type: ignore[attr-defined]
        pass

    async def enter() -> None:
        async with VLMRun("key"):  # type: ignore[attr-defined]
            pass

    with pytest.raises(TypeError, match=r"VLMRun is used with `with`.*async with AsyncVLMRun\(\)"):
        asyncio.run(enter())


@pytest.mark.parametrize("name", RESOURCES)
@pytest.mark.parametrize("client", [AsyncVLMRun("key"), VLMRun("key")], ids=["async", "sync"])
def test_a_resource_can_be_created_from_a_client_as_in_the_official_sdk(
    client: Any, name: str
) -> None:
    resource = getattr(client, name)

    created = type(resource)(client=client)

    assert repr(created) == repr(resource)
    assert created._client_context is client._context


@pytest.mark.parametrize("client_class", [VLMRun, AsyncVLMRun])
def test_a_specified_mock_has_the_methods_of_the_resources(client_class: type[Any]) -> None:
    double = create_autospec(client_class, instance=True)
    for name in RESOURCES:
        methods = {each for each in dir(getattr(client_class("key"), name)) if each[0] != "_"}
        assert methods <= set(dir(getattr(double, name)))
    result = double.agent.execute(prompt="Read it")
    if inspect.iscoroutine(result):
        asyncio.run(result)
    with pytest.raises(TypeError, match="promt"):
        double.agent.execute(promt="Read it")
    with pytest.raises(AttributeError, match="exectue"):
        double.agent.exectue()


NESTED = {
    "agent.skills": {"list", "get", "create"},
    "agent.completions": {"create", "parse", "stream"},
    "agent.async_completions": {"create", "parse", "stream"},
    "gateway.completions": {"create", "parse", "stream"},
    "gateway.async_completions": {"create", "parse", "stream"},
    "gateway.embeddings": {"create"},
    "gateway.transcriptions": {"create"},
}


@pytest.mark.parametrize("client_class", [VLMRun, AsyncVLMRun])
@pytest.mark.parametrize("instance", [True, False])
def test_a_specified_mock_has_the_methods_below_the_resources(
    client_class: type[Any], instance: bool
) -> None:
    double = create_autospec(client_class, instance=instance)
    for path, methods in NESTED.items():
        nested = attrgetter(path)(double)
        assert methods <= set(dir(nested)), path
        with pytest.raises(AttributeError, match="exectue"):
            nested.exectue()
    messages = [{"role": "user", "content": "Hello"}]
    result = double.agent.completions.create(model="vlmrun-orion-1:auto", messages=messages)
    if inspect.iscoroutine(result):
        asyncio.run(result)
    if instance:
        with pytest.raises(TypeError, match="messages"):
            double.agent.completions.create(model="vlmrun-orion-1:auto")


def test_a_specified_mock_does_without_the_openai_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vlmrun._sync.resources._chat.find_spec", lambda name: None)
    double = create_autospec(VLMRun, instance=True)
    double.agent.execute(prompt="Read it")
    assert double.agent.completions
