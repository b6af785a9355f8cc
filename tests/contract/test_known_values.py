"""Values that the service knows are listed where callers write them, and others are accepted."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from functools import reduce
from typing import Any, Literal, Union, get_args, get_origin

import attrs
import pytest

import vlmrun
from tests.contract.test_fields import PAIRS
from tests.contract.test_values import EXAMPLES, hints, words
from vlmrun import types
from vlmrun._operations import Operation
from vlmrun.testing.contract.openapi import load_contract

CONTRACT = load_contract()
LITERALS = {
    frozenset(get_args(value)): name
    for name in types.__all__
    if get_origin(value := getattr(types, name)) is Literal
}

# Fields whose value decides which other fields there are, so that a new one could not be built.
STRUCTURAL = {
    "AgentSkill.type",
    "BoxQuestion.type",
    "ChoiceQuestion.type",
    "InlineSkillSource.media_type",
    "InlineSkillSource.type",
    "MessageContent.type",
    "NoulQuestion.type",
    "ScoreQuestion.type",
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_literal_type_lists_the_examples_of_the_contract(name: str) -> None:
    schema, field = EXAMPLES[name]
    examples = dict(properties({"$ref": f"#/components/schemas/{schema}"}))[field]["examples"]
    assert list(get_args(getattr(types, name))) == examples


@pytest.mark.parametrize("public", PAIRS, ids=lambda cls: cls.__name__)
def test_fields_accept_values_that_are_not_listed(public: type[Any]) -> None:
    found = {name: hint for name, hint in hints(public).items() if words(hint)}
    closed = {
        f"{public.__name__}.{name}"
        for name, hint in found.items()
        if str not in get_args(hint) and name in attrs.fields_dict(public)
    }
    assert closed <= STRUCTURAL


# Arguments that accept nothing else, because much would be done in vain before the service refuses.
CLOSED = {"client.datasets.create(dataset_type=)"}


def properties(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The properties of an object, with those of its `allOf`."""
    schema, _ = CONTRACT.resolve(schema, "")
    yield from schema.get("properties", {}).items()
    for each in schema.get("allOf", ()):
        yield from properties(each)


def listed(schema: dict[str, Any]) -> set[str]:
    """The values that a schema of the contract lists, in an enum or as all there are."""
    schema, _ = CONTRACT.resolve(schema, "")
    found = set(schema.get("enum", ()))
    if frozenset(schema.get("examples", ())) in map(frozenset, map(get_args, example_types())):
        found |= set(schema["examples"])
    inner = [*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else [])]
    return found.union(*map(listed, inner))


def example_types() -> list[Any]:
    return [getattr(types, name) for name in EXAMPLES]


def sent_by(operation: Operation) -> Iterator[tuple[str, dict[str, Any]]]:
    """The parameters and fields of a request, and their schemas."""
    node = CONTRACT.document["paths"][operation.path][operation.method.lower()]
    for each in node.get("parameters", ()):
        parameter, _ = CONTRACT.resolve(each, "")
        yield parameter["name"], parameter["schema"]
    body, _ = CONTRACT.resolve(node.get("requestBody", {}), "")
    for content in body.get("content", {}).values():
        yield from properties(content["schema"])


def arguments_with_values() -> Iterator[tuple[str, str, str]]:
    """Arguments of calls for which the contract lists values: call, annotation, literal type."""
    client = vlmrun.VLMRun("key")
    for operation in vlmrun.operations():
        fields = dict(sent_by(operation))
        for call in operation.calls:
            method: Any = reduce(getattr, call.split("."), client)
            for name, argument in inspect.signature(method).parameters.items():
                values = listed(fields[name]) if name in fields else set()
                if values:
                    literal = LITERALS.get(frozenset(values), f"Literal{sorted(values)}")
                    yield f"client.{call}({name}=)", str(argument.annotation), literal


ARGUMENTS = list(arguments_with_values())


@pytest.mark.parametrize(
    ("argument", "annotation", "literal"), ARGUMENTS, ids=[each[0] for each in ARGUMENTS]
)
def test_arguments_list_the_values_and_accept_others(
    argument: str, annotation: str, literal: str
) -> None:
    accepted = literal if argument in CLOSED else rf"{literal} \| str"
    assert re.search(rf"\b{accepted}\b", annotation), annotation


def test_the_arguments_are_found() -> None:
    names = {name.partition("(")[2][:-2] for name, _, _ in ARGUMENTS}
    assert names == {
        *("dataset_type", "model", "order_by", "priority", "purpose", "reasoning_effort"),
        *("toolsets", "type"),
    }


def test_unions_list_the_literal_first() -> None:
    """The rules of fields, and editors, take the first variant of a union for its main one."""
    for public in PAIRS:
        for name, hint in hints(public).items():
            variants = get_args(hint) if get_origin(hint) is Union or "|" in str(hint) else ()
            if words(hint) and str in variants:
                assert get_origin(variants[0]) is Literal, f"{public.__name__}.{name}"
