"""`spec_diff`: what a change means for the public types and calls, and where to edit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts.spec_diff.change import ERGONOMIC
from scripts.spec_diff.diff_report import Report, build_report
from scripts.spec_diff.spec import Spec
from tests.scripts.diff_documents import I, S, content, obj, operation, ref
from tests.scripts.diff_project import (
    CALLS,
    CLIENT,
    CONSTANTS,
    FIELDS,
    HANDLERS,
    RESOURCE,
    TYPES,
    contract,
    create_project,
)

Edit = Callable[[dict[str, Any], dict[str, Any]], object]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return create_project(tmp_path_factory.mktemp("project"))


def after(project: Path, *edits: Edit) -> Report:
    """The report of the small project's contract, before and after edits of paths and schemas."""
    new = contract()
    for edit in edits:
        edit(new["paths"], new["components"]["schemas"])
    return build_report(Spec(contract(), "old"), Spec(new, "new"), project, cache=None)


def broken(report: Report) -> list[str]:
    return [each for change in report.changes for each in change.reasons.get(ERGONOMIC, [])]


def work(report: Report) -> list[str]:
    return [f"{each.file}: {each.text}" for change in report.changes for each in change.edits]


def fields(schemas: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = schemas[name]["properties"]
    return found


BREAKING: dict[str, tuple[Edit, str, str]] = {
    "a field is removed": (
        lambda paths, schemas: fields(schemas, "Thing").pop("size"),
        "vlmrun.types.Thing.size was removed from the API",
        TYPES,
    ),
    "a field of a type that has another name than its schema": (
        lambda paths, schemas: fields(schemas, "TableCell").pop("span"),
        "vlmrun.types.Cell.span was removed from the API",
        TYPES,
    ),
    "a field of a base class": (
        lambda paths, schemas: fields(schemas, "Thing").update(usage=S),
        "vlmrun.types.Thing.usage is Usage",
        TYPES,
    ),
    "a required field becomes optional": (
        lambda paths, schemas: schemas["Thing"]["required"].remove("id"),
        "vlmrun.types.Thing.id may now be missing, and has no default",
        TYPES,
    ),
    "an argument becomes required": (
        lambda paths, schemas: schemas["ThingUpdate"].update(required=["name"]),
        "client.things.update(name=) is now required",
        RESOURCE,
    ),
    "a value is removed": (
        lambda paths, schemas: schemas["State"]["enum"].remove("new"),
        "vlmrun.types.State has values that were removed",
        TYPES,
    ),
    "a value of an enum that has no public name": (
        lambda paths, schemas: fields(schemas, "Thing")["kind"]["enum"].remove("a"),
        "vlmrun.types.Thing.kind has values that were removed",
        TYPES,
    ),
    "an operation that the client itself calls": (
        lambda paths, schemas: paths.pop("/domains"),
        "client.list_domains calls an operation that was removed",
        CLIENT,
    ),
    "a parameter is removed": (
        lambda paths, schemas: paths["/things"]["get"]["parameters"].pop(0),
        "client.things.list(skip=) was removed from the API",
        RESOURCE,
    ),
    "a new required field of a request": (
        lambda paths, schemas: (
            fields(schemas, "Upload").update(size=I),
            schemas["Upload"]["required"].append("size"),
        ),
        "vlmrun.types.Upload.size has to be sent, and cannot be passed",
        TYPES,
    ),
}


@pytest.fixture(scope="module")
def breaking(project: Path) -> Report:
    """The report of all breaking edits."""
    return after(project, *(each for each, _, _ in BREAKING.values()))


@pytest.mark.parametrize(("reason", "file"), [case[1:] for case in BREAKING.values()], ids=BREAKING)
def test_breaking(breaking: Report, reason: str, file: str) -> None:
    report = breaking
    assert [each for each in broken(report) if each.startswith(reason) and f"({file}:" in each]
    assert [each for each in work(report) if each.startswith(f"{file}: {reason}")]
    name = reason.partition(" ")[0]
    assert f"- Breaking (api): `{name}`" in report.changelog


def added(method: str, **parts: Any) -> Edit:
    """The edit that adds an operation with the tag of the others."""
    new = operation(operationId="find_things", **parts)
    return lambda paths, schemas: paths.update({"/things/find": {method: new}})


HANDLER = f"{HANDLERS}: write a handler of find_things for the mock server"
CALL = f"{CALLS}: add a call of find_things to CALLS of its resource"
RETRIES = (
    f"{RESOURCE}: the call of find_things: sent with `_submit`, a POST is never repeated; only if "
    "a second one costs and changes nothing, use `_send_body(..., repeatable=True)`"
)
DEPRECATED = "is deprecated: add"
SEE = "see vlmrun._deprecation"
# Edits that break nothing, and what there is to do.
COMPATIBLE: dict[str, tuple[Edit, list[str]]] = {
    "a new field": (
        lambda paths, schemas: fields(schemas, "Thing").update(digest=S),
        [f"{TYPES}: add the field to Thing, or waive it in {FIELDS}"],
    ),
    "a field that is waived is removed": (
        lambda paths, schemas: fields(schemas, "TableCell").pop("width"),
        [f"{FIELDS}: Cell.width was removed from the API: remove its waiver, and its use"],
    ),
    "a new value": (
        lambda paths, schemas: schemas["State"]["enum"].append("lost"),
        [
            f'{TYPES}: vlmrun.types.State: values added: "lost"',
            f"{TYPES}: vlmrun.types.things.IS_OVER: decide it for the new values, too: "
            'values added: "lost"',
        ],
    ),
    "a new operation": (
        added("get"),
        [
            "openapi.yaml: write a call for find_things in src/vlmrun/_async/resources/, or give "
            "the reason why it has none as its x-low-level-only",
            CALL,
            HANDLER,
        ],
    ),
    "a new operation, of the low-level client only": (
        added("get", **{"x-low-level-only": "It has no method yet."}),
        [
            "openapi.yaml: find_things has a call in low_level only; write one in "
            "src/vlmrun/_async/resources/ and remove its x-low-level-only",
            CALL,
            HANDLER,
        ],
    ),
    "a new POST, with a new type": (
        lambda paths, schemas: (
            added("post", responses={"200": content(ref("Found"))})(paths, schemas),
            schemas.update(Found=obj(count=I)),
        ),
        [
            "openapi.yaml: write a call for find_things in src/vlmrun/_async/resources/, or give "
            "the reason why it has none as its x-low-level-only",
            "openapi.yaml: write a public type for Found in src/vlmrun/types/",
            CALL,
            HANDLER,
            RETRIES,
        ],
    ),
    "a new parameter": (
        lambda paths, schemas: paths["/things"]["get"]["parameters"].append(
            {"name": "since", "in": "query", "schema": S}
        ),
        [f"{RESOURCE}: add an argument for since to client.things.list, or leave it to low_level"],
    ),
    "an operation of another name": (
        lambda paths, schemas: paths["/things"]["get"].update(operationId="get_things"),
        [
            f"{RESOURCE}: name it get_things in `_operations`",
            f"{RESOURCE}: vlmrun_api.api.things.list_things was renamed: update the import",
            f"{HANDLERS}: the mock server's handler of list_things: name it get_things",
            f"{CALLS}: the call of list_things in CALLS: name it get_things",
        ],
    ),
    "a deprecated operation": (
        lambda paths, schemas: paths["/things"]["get"].update(deprecated=True),
        [f'{RESOURCE}: client.things.list {DEPRECATED} @deprecated("..."), {SEE}'],
    ),
    "a deprecated parameter": (
        lambda paths, schemas: paths["/things"]["get"]["parameters"][0].update(deprecated=True),
        [f'{RESOURCE}: client.things.list(skip=) {DEPRECATED} @deprecated(skip="..."), {SEE}'],
    ),
    "a deprecated field of a request": (
        lambda paths, schemas: fields(schemas, "ThingUpdate")["name"].update(deprecated=True),
        [f'{RESOURCE}: client.things.update(name=) {DEPRECATED} @deprecated(name="..."), {SEE}'],
    ),
    "a deprecated field of a response": (
        lambda paths, schemas: fields(schemas, "Thing")["size"].update(deprecated=True),
        [
            f"{TYPES}: vlmrun.types.Thing.size {DEPRECATED} an entry in `_deprecated` of its "
            f"class, {SEE}"
        ],
    ),
    "changes that public types tolerate": (
        lambda paths, schemas: fields(schemas, "Thing").update(
            size={**I, "maximum": 8}, anything={"anyOf": [I, {"type": "null"}]}
        ),
        [],
    ),
    "a renamed schema": (
        lambda paths, schemas: (
            schemas.update(ThingChange=schemas.pop("ThingUpdate")),
            paths["/things/{id}"]["put"].update(requestBody=content(ref("ThingChange"))),
        ),
        [f"{RESOURCE}: vlmrun_api.models.ThingUpdate was renamed: update the import"],
    ),
}


@pytest.mark.parametrize(("edit", "expected"), COMPATIBLE.values(), ids=COMPATIBLE)
def test_edits_that_break_nothing(project: Path, edit: Edit, expected: list[str]) -> None:
    report = after(project, edit)
    assert broken(report) == []
    assert sorted(work(report)) == sorted(expected)


def test_a_prefix_that_moves_from_the_server_to_the_paths(project: Path) -> None:
    new = contract()
    new["servers"] = [{"url": "https://a"}]
    new["paths"] = {f"/v1{path}": item for path, item in new["paths"].items()}
    report = build_report(Spec(contract(), "old"), Spec(new, "new"), project, cache=None)
    assert [(each.kind, each.levels) for each in report.changes] == [
        ("paths-moved", ["ergonomic-breaking"])
    ]
    assert work(report) == [
        f"{CONSTANTS}: vlmrun.constants.DEFAULT_BASE_URL is no longer the default server: change "
        "it to https://a"
    ]


def test_another_default_server(project: Path) -> None:
    old, new = contract(), contract()
    name = "vlmrun.constants.DEFAULT_BASE_URL"
    reason = f"{name} is no longer the default server ({CONSTANTS}:1)"
    other = {"url": "https://b/v2"}
    for servers, reasons in (([other], [reason]), ([other, *old["servers"]], [])):
        new["servers"] = servers
        report = build_report(Spec(old, "old"), Spec(new, "new"), project, cache=None)
        assert broken(report) == reasons
        assert work(report) == [
            f"{CONSTANTS}: {name} is no longer the default server: change it to https://b/v2"
        ]
