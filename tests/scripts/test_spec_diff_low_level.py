"""`spec_diff`: changes of the generated package; all cases share one pair of documents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from scripts.spec_diff.change import Change
from scripts.spec_diff.diff_report import Report, build_report
from scripts.spec_diff.spec import Spec
from tests.scripts.conftest import ROOT
from tests.scripts.diff_documents import I, N, S, content, document, low_level, obj, operation, ref

SENT, RECEIVED = "sent", "received"
API, MODELS = "vlmrun_api.api.things", "vlmrun_api.models"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


class Case(NamedTuple):
    """A schema before and after, how it travels, and what breaks in its class `{name}`."""

    old: Any
    new: Any
    direction: str
    expected: tuple[str, ...] = ()


def field(old: Any, new: Any, direction: str, *expected: str) -> Case:
    """A required field `a` of another type."""
    texts = tuple(f"{MODELS}.{{name}}.a {each}" for each in expected)
    return Case(obj("a", a=old), obj("a", a=new), direction, texts)


NULLABLE = {"type": ["string", "null"]}
AB, ABC = ({"type": "string", "enum": list(values)} for values in ("ab", "abc"))
REMOVED = f"{MODELS}.{{name}}.class_ was removed"
DEFAULT = f"{MODELS}.{{name}}.a has the default 'x', was UNSET"
REQUIRED = f"{MODELS}.{{name}}.a is now required"

# By the name of the class.
CASES = {
    "FieldRemoved": Case(obj(class_=S), obj(), SENT, (REMOVED,)),
    "FieldAdded": Case(obj(), obj(a=S), SENT),
    "FieldAddedRequired": Case(
        obj(), obj("a", a=S), SENT, (f"{MODELS}.{{name}}.a is a new field, and required",)
    ),
    "FieldAddedRequiredReceived": Case(obj(), obj("a", a=S), RECEIVED),
    "MemberRemoved": Case(ABC, AB, SENT, (f"{MODELS}.{{name}}.C was removed",)),
    "MemberAdded": Case(AB, ABC, SENT),
    "MemberAddedReceived": Case(
        *(AB, ABC, RECEIVED),
        ("the low-level client refuses a response with a value that it does not know",),
    ),
    "NullSent": field(S, NULLABLE, SENT),
    "NullReceived": field(S, NULLABLE, RECEIVED, "is None | str, was str"),
    "NoNullSent": field(NULLABLE, S, SENT, "is str, was None | str"),
    "NoNullReceived": field(NULLABLE, S, RECEIVED),
    "OtherTypeSent": field(S, I, SENT, "is int, was str"),
    "AnythingReceived": field(S, {}, RECEIVED, "is Any, was str"),
    "NumberReceived": field(I, N, RECEIVED, "is float, was int"),
    "RequiredSent": Case(obj(a=S), obj("a", a=S), SENT, (REQUIRED,)),
    "OptionalReceived": Case(
        obj("a", a=S), obj(a=S), RECEIVED, (f"{MODELS}.{{name}}.a is str | Unset, was str",)
    ),
    "DefaultSent": Case(obj(a=S), obj(a={**S, "default": "x"}), SENT, (DEFAULT,)),
    "OtherKind": Case(
        *(AB, obj(a=S), SENT),
        (f"{MODELS}.{{name}}.A was removed", f"{MODELS}.{{name}}.B was removed"),
    ),
}
ARGUMENT = {"name": "p", "in": "query", "schema": S}
# Of operations: by operationId, the parts before and after, and what breaks.
OPERATIONS: dict[str, tuple[dict[str, Any], dict[str, Any], set[str]]] = {
    "get_other_type": (
        {"responses": {"200": content(S), "404": content(I)}},
        {"responses": {"200": content(I), "404": content(N)}},
        {f"{API}.get_other_type: returns int | None, was str | None"},
    ),
    "get_nothing": (
        {"responses": {"200": content(S)}},
        {"responses": {"200": {"description": "Nothing."}}},
        {f"{API}.get_nothing.{name} was removed" for name in ("sync", "asyncio")},
    ),
    "log_in": (
        {},
        {"security": [{"key": []}]},
        {f"{API}.log_in: the parameter client no longer takes Client"},
    ),
    "argument_removed": (
        {"parameters": [ARGUMENT]},
        {},
        {f"{API}.argument_removed: the parameter p was removed"},
    ),
    "argument_required": (
        {"parameters": [ARGUMENT]},
        {"parameters": [{**ARGUMENT, "required": True}]},
        {f"{API}.argument_required: the parameter p is now required"},
    ),
    "argument_of_other_type": (
        {"parameters": [ARGUMENT]},
        {"parameters": [{**ARGUMENT, "schema": I}]},
        {f"{API}.argument_of_other_type: the parameter p no longer takes str"},
    ),
    "new_tag": (
        {},
        {"tags": ["Other Things"]},
        {f"{API}.new_tag was removed"},
    ),
    "inline_class": (
        {"responses": {"200": content(obj("a", a=S, deep=obj("x", x=S)))}},
        {"responses": {"200": content(ref("Named"))}},
        {
            f"{API}.inline_class: returns Named | None, was InlineClassResponse200 | None",
            f"{MODELS}.InlineClassResponse200 was removed",
            f"{MODELS}.InlineClassResponse200Deep was removed",
        },
    ),
}
RENAMED = obj("first", first=S, second=S, third=I)


def side(index: int) -> dict[str, Any]:
    """All cases in one document, the old one (0) or the new one (1)."""
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {"Named": obj("a", a=S, deep=obj("x", x=S))}
    for name, case in CASES.items():
        schemas[name] = case[index]
        body = content(ref(name))
        parts = {"requestBody": body} if case.direction == SENT else {"responses": {"200": body}}
        parts["operationId"] = f"{case.direction}_{name}"
        paths[f"/{name}"] = {"post": operation(**parts)}
    for name, each in OPERATIONS.items():
        paths[f"/operations/{name}"] = {"get": operation(operationId=name, **each[index])}
    new_name = ("Before", "After")[index]
    schemas[new_name] = RENAMED
    renamed = content({"type": "array", "items": ref(new_name)})
    parts = {"operationId": ("do_this", "doThat")[index], "responses": {"200": renamed}}
    paths["/renamed"] = {"get": operation(**parts)}
    value = document(paths=paths, schemas=schemas)
    value["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    for item in paths.values():
        for each in item.values():
            for response in each["responses"].values():
                response.setdefault("description", "")
    return value


@pytest.fixture(scope="module")
def report() -> Report:
    return build_report(Spec(side(0), "old"), Spec(side(1), "new"))


def about(report: Report, pointer: str) -> Iterator[Change]:
    """The changes of a part of the document."""
    for change in report.changes:
        if any(f"{each}/".startswith(f"{pointer}/") for each in (change.old, change.new) if each):
            yield change


@pytest.mark.parametrize("name", CASES)
def test_schema(name: str, report: Report) -> None:
    found = low_level([*about(report, f"/components/schemas/{name}")])
    assert found == {each.format(name=name) for each in CASES[name].expected}


@pytest.mark.parametrize("name", OPERATIONS)
def test_operation(name: str, report: Report) -> None:
    found = low_level([*about(report, f"/paths/~1operations~1{name}")])
    assert found == OPERATIONS[name][2]


def test_the_generator_accepts_both_documents(report: Report) -> None:
    assert report.problem == ""


def test_a_renamed_schema_is_one_change(report: Report) -> None:
    (change,) = about(report, "/components/schemas/Before")
    assert (change.kind, change.guess) == ("schema-renamed", False)
    assert change.levels == ["low-level breaking"]
    assert low_level([change]) == {f"{MODELS}.Before is now {MODELS}.After"}


def test_a_renamed_operation_is_one_change(report: Report) -> None:
    (change,) = about(report, "/paths/~1renamed")
    assert change.kind == "operation-renamed"
    assert low_level([change]) == {f"{API}.do_this is now {API}.do_that"}


@pytest.mark.slow
def test_a_document_that_the_generator_refuses() -> None:
    broken = document(operation(parameters=[{"name": "p", "in": "nowhere", "schema": S}]))
    found = build_report(Spec(document(), "old"), Spec(broken, "new"))
    assert found.problem.startswith("low-level changes are not listed: the generator refuses")
    assert [change.kind for change in found.changes] == ["parameter-added"]


def test_equal_documents_need_no_generator(tmp_path: Path) -> None:
    missing = tmp_path / "cache"
    spec = Spec(side(0), "old")
    assert build_report(spec, spec, ROOT, missing).problem == ""
    assert not missing.exists()
