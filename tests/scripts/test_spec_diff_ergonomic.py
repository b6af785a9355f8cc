"""`spec_diff`: what a change means for the public types and calls, and where to edit."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from scripts.spec_diff.diff_report import Report, build_report
from scripts.spec_diff.spec import Spec
from scripts.spec_diff.spec_changes import ERGONOMIC
from vlmrun._contract import load_document

CONTRACT = load_document()
Edit = Callable[[dict[str, Any], dict[str, Any]], object]


def after(edit: Edit) -> Report:
    """The report of the project's own contract, before and after an edit of paths and schemas."""
    new = copy.deepcopy(CONTRACT)
    edit(new["paths"], new["components"]["schemas"])
    return build_report(Spec(CONTRACT, "old"), Spec(new, "new"), cache=None)


def broken(report: Report) -> list[str]:
    return [each for change in report.changes for each in change.reasons.get(ERGONOMIC, [])]


def work(report: Report) -> list[str]:
    return [f"{each.file}: {each.text}" for change in report.changes for each in change.edits]


def fields(schemas: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = schemas[name]["properties"]
    return found


BREAKING: dict[str, tuple[Edit, str, str]] = {
    "a field is removed": (
        lambda paths, schemas: fields(schemas, "FileResponse").pop("bytes"),
        "vlmrun.types.FileResponse.bytes was removed from the API",
        "src/vlmrun/types/files.py",
    ),
    "a field of a type that has another name than its schema": (
        lambda paths, schemas: fields(schemas, "MarkdownTableCell").pop("span"),
        "vlmrun.types.TableCell.span was removed from the API",
        "src/vlmrun/types/tables.py",
    ),
    "a field of a base class": (
        lambda paths, schemas: fields(schemas, "AgentExecutionResponse").update(
            usage={"type": "string"}
        ),
        "vlmrun.types.AgentExecutionResponse.usage is CreditUsage",
        "src/vlmrun/types/executions.py",
    ),
    "a required field becomes optional": (
        lambda paths, schemas: schemas["AgentInfo"]["required"].remove("name"),
        "vlmrun.types.AgentInfo.name may now be missing, and has no default",
        "src/vlmrun/types/agent.py",
    ),
    "an argument becomes required": (
        lambda paths, schemas: schemas["SkillUpdateRequest"].update(required=["file_id"]),
        "client.skills.update(file_id=) is now required",
        "src/vlmrun/_async/resources/skills.py",
    ),
    "a value is removed": (
        lambda paths, schemas: schemas["AgentToolset"]["enum"].remove("web"),
        "vlmrun.types.AgentToolset has values that were removed",
        "src/vlmrun/types/agent.py",
    ),
    "a value of an enum that has no public name": (
        lambda paths, schemas: schemas["ContentPartType"]["enum"].remove("text"),
        "vlmrun.types.MessageContent.type has values that were removed",
        "src/vlmrun/types/content.py",
    ),
    "an operation is removed": (
        lambda paths, schemas: paths.pop("/hub/info"),
        "client.hub.info calls an operation that was removed",
        "src/vlmrun/_async/resources/hub.py",
    ),
    "an operation that the client itself calls": (
        lambda paths, schemas: paths["/domains"].pop("get"),
        "client.list_domains calls an operation that was removed",
        "src/vlmrun/_async/client.py",
    ),
    "a parameter is removed": (
        lambda paths, schemas: paths["/files"]["get"]["parameters"].pop(0),
        "client.files.list(skip=) was removed from the API",
        "src/vlmrun/_async/resources/files.py",
    ),
    "a new required field of a request": (
        lambda paths, schemas: (
            fields(schemas, "PresignedUrlRequest").update(size={"type": "integer"}),
            schemas["PresignedUrlRequest"]["required"].append("size"),
        ),
        "vlmrun.types.PresignedUrlRequest.size has to be sent, and cannot be passed",
        "src/vlmrun/types/files.py",
    ),
}


@pytest.fixture(scope="module")
def breaking() -> Report:
    """The report of all breaking edits."""

    def edit(paths: dict[str, Any], schemas: dict[str, Any]) -> None:
        for each, _, _ in BREAKING.values():
            each(paths, schemas)

    return after(edit)


@pytest.mark.parametrize(("reason", "file"), [case[1:] for case in BREAKING.values()], ids=BREAKING)
def test_breaking(breaking: Report, reason: str, file: str) -> None:
    report = breaking
    assert [each for each in broken(report) if each.startswith(reason) and f"({file}:" in each]
    assert [each for each in work(report) if each.startswith(f"{file}: {reason}")]
    name = reason.partition(" ")[0]
    assert f"- Breaking (api): `{name}`" in report.changelog


COMPATIBLE: dict[str, tuple[Edit, str]] = {
    "a new field": (
        lambda paths, schemas: fields(schemas, "FileResponse").update(digest={"type": "string"}),
        "src/vlmrun/types/files.py: add the field to FileResponse, or waive it in "
        "tests/contract/test_fields.py",
    ),
    "a new value": (
        lambda paths, schemas: schemas["JobStatus"]["enum"].append("lost"),
        'src/vlmrun/types/jobs.py: vlmrun.types.JobStatus: values added: "lost"',
    ),
    "a new operation": (
        lambda paths, schemas: paths.update(
            {"/labels": {"get": {"operationId": "list_labels", "responses": {"204": {}}}}}
        ),
        "openapi.yaml: write a call for list_labels in src/vlmrun/_async/resources/, or give "
        "the reason why it has none as its x-low-level-only",
    ),
    "a new parameter": (
        lambda paths, schemas: paths["/files"]["get"]["parameters"].append(
            {"name": "since", "in": "query", "schema": {"type": "string"}}
        ),
        "src/vlmrun/_async/resources/files.py: add an argument for since to client.files.list, or "
        "leave it to low_level",
    ),
    "an operation of another name": (
        lambda paths, schemas: paths["/files"]["get"].update(operationId="get_files"),
        "src/vlmrun/_async/resources/files.py: name it get_files in `operations`",
    ),
}


def test_edits_that_break_nothing() -> None:
    def edit(paths: dict[str, Any], schemas: dict[str, Any]) -> None:
        for each, _ in COMPATIBLE.values():
            each(paths, schemas)

    report = after(edit)
    assert broken(report) == []
    assert {expected for _, expected in COMPATIBLE.values()} <= set(work(report))


def test_imports_of_a_renamed_schema_are_listed() -> None:
    old = {"$ref": "#/components/schemas/FileUploadRequest"}
    new = {"$ref": "#/components/schemas/FileUpload"}

    def rename(paths: dict[str, Any], schemas: dict[str, Any]) -> None:
        schemas["FileUpload"] = schemas.pop("FileUploadRequest")
        body = paths["/files"]["post"]["requestBody"]["content"]
        assert body["multipart/form-data"]["schema"] == old
        body["multipart/form-data"]["schema"] = new

    report = after(rename)
    assert broken(report) == []
    assert (
        "src/vlmrun/_async/http/uploader.py: vlmrun_api.models.FileUploadRequest was renamed: "
        "update the import"
    ) in work(report)


def test_changes_that_public_types_tolerate() -> None:
    def edit(paths: dict[str, Any], schemas: dict[str, Any]) -> None:
        fields(schemas, "ModelCapabilities")["max_images"] = {"type": "integer", "maximum": 9}
        fields(schemas, "ArtifactListItem")["filename"] = {
            "anyOf": [{"type": "string"}, {"type": "null"}],
            "description": "Its name.",
        }

    assert broken(after(edit)) == []
