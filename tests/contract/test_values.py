"""Fields of public types match the contract: their type, their values, whether they are required.

Tests of names alone are in `test_fields.py`.
"""

from __future__ import annotations

import datetime as dt
import enum
import sys
import types as builtin
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import attrs
import pytest
from vlmrun_api import models
from vlmrun_api.types import Unset

from tests.contract.test_fields import PAIRS
from vlmrun import types
from vlmrun.types._base import Received

# Examples of the contract that are all values the service knows, although it has no enum of them.
EXAMPLES = {
    "AgentModel": ("AgentExecutionRequest", "model"),
    "ExecutionPriority": ("AgentExecutionRequest", "priority"),
    "PredictionModel": ("FileGenerateRequest", "model"),
}

# Words of the documentation in responses that the contract leaves open.
NOT_IN_CONTRACT = {"ConfidenceLevel"}

# Words that callers write, by the name of the contract's enum.
WORDS: dict[str, Any] = {
    name: value
    for name in types.__all__
    if get_origin(value := getattr(types, name)) is Literal
    and name not in {*EXAMPLES, *NOT_IN_CONTRACT}
}

# Public types of what is sent: what the contract requires there has to be given.
SENT = [public for public in PAIRS if not issubclass(public, Received)]

_KINDS = {
    "truth value": (bool,),
    "integer": (int,),
    "number": (float,),
    "text": (str, dt.date, enum.Enum, UUID),
    "object": (Mapping,),
    "list": (Sequence,),
}


def hints(cls: type[Any]) -> dict[str, Any]:
    """The types of a class's fields, by their names on the wire."""
    modules = (models, types, sys.modules[cls.__module__])
    known = {
        name: getattr(module, name)
        for module in modules
        for name in (*getattr(module, "__all__", ()), *vars(module))
    }
    return {name.rstrip("_"): hint for name, hint in get_type_hints(cls, None, known).items()}


def kinds(hint: Any) -> set[str]:
    """The kinds of JSON that a type stands for, less null."""
    if get_origin(hint) in (Union, builtin.UnionType):
        return set().union(*map(kinds, get_args(hint)))
    if get_origin(hint) is Literal:
        return {_kind(type(word)) for word in get_args(hint)}
    if hint in (type(None), Unset):
        return set()
    kind = _kind(get_origin(hint) or hint)
    if kind == "list":
        return {f"list of {each}" for each in kinds(get_args(hint)[0])}
    return {kind}


def _kind(cls: Any) -> str:
    if cls is Any:
        return "anything"
    if attrs.has(cls):
        return "object"
    found = (kind for kind, classes in _KINDS.items() if issubclass(cls, classes))
    return next(found, cls.__name__)


def words(hint: Any) -> set[str]:
    """The values that a type lists."""
    if get_origin(hint) is Literal:
        return set(get_args(hint))
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return {each.value for each in hint}
    return set().union(*map(words, get_args(hint)))


def both(public: type[Any]) -> Iterator[tuple[str, Any, Any]]:
    """Each field that a public type and its model have, with both types."""
    ours, theirs = hints(public), hints(PAIRS[public])
    for field in attrs.fields(public):
        if field.name in theirs:
            yield field.name, ours[field.name], theirs[field.name]


@pytest.mark.parametrize("public", PAIRS, ids=lambda cls: cls.__name__)
def test_field_has_the_type_of_the_contract(public: type[Any]) -> None:
    found = {name: (kinds(ours), kinds(theirs)) for name, ours, theirs in both(public)}
    other = {
        f"{public.__name__}.{name}": f"{sorted(ours)}; the contract says {sorted(theirs)}"
        for name, (ours, theirs) in found.items()
        if ours != theirs and not any("anything" in kind for kind in ours | theirs)
    }
    assert other == {}


@pytest.mark.parametrize("public", PAIRS, ids=lambda cls: cls.__name__)
def test_field_lists_the_values_of_the_contract(public: type[Any]) -> None:
    found = {name: (words(ours), words(theirs)) for name, ours, theirs in both(public)}
    other = {
        f"{public.__name__}.{name}": sorted(ours ^ theirs)
        for name, (ours, theirs) in found.items()
        if ours != theirs
    }
    assert other == {}


@pytest.mark.parametrize("name", WORDS)
def test_literal_type_lists_the_values_of_the_contract(name: str) -> None:
    assert words(WORDS[name]) == words(getattr(models, name))


@pytest.mark.parametrize("public", SENT, ids=lambda cls: cls.__name__)
def test_field_that_the_contract_requires_of_a_request_has_no_default(public: type[Any]) -> None:
    required = {
        field.name.rstrip("_")
        for field in attrs.fields(PAIRS[public])
        if field.init and field.default is attrs.NOTHING
    }
    # A type with one possible value needs no value from the caller.
    constant = {name for name, hint in hints(PAIRS[public]).items() if len(words(hint)) == 1}
    optional = {field.name for field in attrs.fields(public) if field.default is not attrs.NOTHING}
    optional -= constant
    assert required & optional == set()
