"""The docstrings of public methods, which editors show on hover, are complete by themselves."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest

import vlmrun.skills
import vlmrun.testing
import vlmrun.webhooks
from vlmrun import AsyncVLMRun, VLMRun, types
from vlmrun._index.resources_async import Resources as AsyncResources
from vlmrun._index.resources_sync import Resources
from vlmrun.types._base import Model, Received

# "As for `get`", "so are the next three": nobody who hovers a call sees another docstring.
ELSEWHERE = re.compile(r"\b[Aa]s for\b|\bso (?:is|are) (?:the|all)\b|\bsee `|\bAs in\b")


def functions_of(cls: type[Any]) -> Iterator[tuple[str, Callable[..., Any]]]:
    for name in dir(cls):
        member = inspect.getattr_static(cls, name)
        function = getattr(member, "__func__", member)
        if not name.startswith("_") and inspect.isfunction(function):
            yield f"{cls.__name__}.{name}", function


def public_functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    for client, resources in ((VLMRun("key"), Resources), (AsyncVLMRun("key"), AsyncResources)):
        yield from functions_of(type(client))
        for name in vars(resources):
            if not name.startswith("_"):
                for method, function in functions_of(type(getattr(client, name))):
                    yield f"{type(client).__name__}.{name}.{method.partition('.')[2]}", function
    for module in (vlmrun.skills, vlmrun.webhooks, vlmrun.testing):
        for name in module.__all__:
            value = getattr(module, name)
            if inspect.isfunction(value):
                yield f"{module.__name__}.{name}", value
    inherited = {function for cls in (Model, Received) for _, function in functions_of(cls)}
    for name in types.__all__:
        value = getattr(types, name)
        if isinstance(value, type):
            found = dict(functions_of(value))
            yield from ((each, found[each]) for each in found if found[each] not in inherited)


PUBLIC = dict(public_functions())


SENT = {
    name: value
    for name in types.__all__
    if isinstance(value := getattr(types, name), type)
    and issubclass(value, Model)
    and not issubclass(value, Received)
}


def described_in(doc: str, section_name: str) -> set[str]:
    """The names in a section of a docstring."""
    pattern = rf"^{section_name}:\n((?:    .*\n|\n)*)"
    section = re.search(pattern, f"{doc}\n", re.MULTILINE)
    return set(re.findall(r"^    \**(\w+): \S", section[1], re.MULTILINE)) if section else set()


@pytest.mark.parametrize("name", PUBLIC)
def test_every_argument_is_described(name: str) -> None:
    doc = inspect.getdoc(PUBLIC[name]) or ""
    arguments = [each for each in inspect.signature(PUBLIC[name]).parameters if each[0] != "_"]
    described = {"self", "cls", *described_in(doc, "Args")}
    assert [each for each in arguments if each not in described] == []


@pytest.mark.parametrize("name", SENT)
def test_every_field_that_is_sent_is_described(name: str) -> None:
    doc = inspect.getdoc(SENT[name]) or ""
    fields = [field.name for field in attrs.fields(SENT[name])]
    assert [each for each in fields if each not in described_in(doc, "Attributes")] == []
    assert ELSEWHERE.findall(doc) == []


@pytest.mark.parametrize("name", PUBLIC)
def test_nothing_is_described_elsewhere(name: str) -> None:
    assert ELSEWHERE.findall(inspect.getdoc(PUBLIC[name]) or "") == []
