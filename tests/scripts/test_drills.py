"""Drills of docs/maintaining.md: the API changes, and the reports and failing tests are enough.

Each drill asserts what is reported, which files change, what fails until the report is followed,
and that nothing fails afterwards. A new operation is in `test_new_resource.py`; broken documents,
manual edits and left-over files are in `test_drills_broken.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scripts.project_copy import ROOT, ProjectCopy

# Tests that a change of the contract concerns.
CONCERNED: tuple[str, ...] = (
    "contract/test_fields.py",
    "contract/test_values.py",
    "contract/test_seam.py",
)
CONCERNED += ("public_api/test_operations.py",)

ITEM = "        object_id: {type: string}\n        filename: {type: [string, 'null']}\n"

pytestmark = pytest.mark.slow


class Project(ProjectCopy):
    """A copy of the project whose contract changes."""

    def spec_diff(self) -> str:
        """Return the report of `make spec-diff` about the contract before and now."""
        documents = (ROOT / "openapi.yaml", "openapi.yaml")
        return self.run("-m", "scripts.spec_diff", *documents, "--cache", ROOT / ".codegen").stdout

    def failures(self, *tests: str) -> str:
        """Run the concerned tests and more; returns the output if any fails."""
        return super().failures(*CONCERNED, *tests)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def edits(report: str) -> dict[str, list[str]]:
    """Return the edits that a report lists, by file."""
    found: dict[str, list[str]] = {}
    for line in report.partition("To edit\n")[2].partition("Next version")[0].split("\n"):
        file, _, rest = line.strip().partition(":")
        if file:
            found.setdefault(file, []).append(rest.partition(": ")[2])
    return found


def model(name: str) -> str:
    return f"generated/vlmrun_api/models/{name}.py"


def test_a_field_is_added_to_a_response(project: Project) -> None:
    new = "        checksum: {type: string, description: Of its content.}\n"
    project.edit("openapi.yaml", (ITEM, ITEM + new))
    report = project.spec_diff()
    assert "ArtifactListItem.checksum: new field (string)" in report
    assert "src/vlmrun/types/artifacts.py" in report
    assert project.generate().returncode == 0
    assert project.changed() == [model("artifact_list_item")]
    assert "checksum" in project.failures()

    field = "    filename: str | None = None\n"
    project.edit(
        "src/vlmrun/types/artifacts.py", (field, field + "    checksum: str | None = None\n")
    )
    assert project.failures() == ""


def test_an_enum_gets_a_value(project: Project) -> None:
    tiers = "[auto, default, standard, flex, priority"
    project.edit("openapi.yaml", (f"enum: {tiers}]", f"enum: {tiers}, batch]"))
    report = project.spec_diff()
    assert 'ServiceTier: values added: "batch"' in report
    assert "src/vlmrun/types/agent.py" in report
    assert project.generate().returncode == 0
    assert project.changed() == [model("service_tier")]
    assert "['batch']" in project.failures()

    project.edit(
        "src/vlmrun/types/agent.py", ('"flex", "priority"]', '"flex", "priority", "batch"]')
    )
    assert project.failures() == ""


def test_a_schema_is_renamed(project: Project) -> None:
    project.edit(
        "openapi.yaml",
        ("    ArtifactListItem:\n", "    ArtifactEntry:\n"),
        ("schemas/ArtifactListItem'", "schemas/ArtifactEntry'"),
    )
    report = project.spec_diff()
    assert "in RENAMED: types.ArtifactListItem: models.ArtifactEntry" in report
    assert "wire-breaking" not in report
    assert project.generate().returncode == 0
    assert {model("artifact_entry"), model("artifact_list_item")} <= set(project.changed())
    assert "ArtifactListItem" in project.failures()

    known = "RENAMED = {"
    project.edit(
        "tests/contract/test_fields.py",
        (known, f"{known}types.ArtifactListItem: models.ArtifactEntry, "),
    )
    assert project.failures() == ""


DOMAIN_TESTS = "tests/client/test_domains.py"
EDITS_WITHOUT_LIST_HUB_DOMAINS = {
    "src/vlmrun/_async/resources/hub.py": [
        "vlmrun_api.api.hub.list_hub_domains was removed: remove the import",
        "client.hub.list_domains calls an operation that was removed: remove it from "
        "`operations`, and the method, or let that raise UnsupportedError",
    ],
    "src/vlmrun/testing/handlers/domains.py": [
        "the mock server's handler of list_hub_domains: remove it"
    ],
    "src/vlmrun/types/domains.py": [
        "vlmrun.types.HubDomainInfo is for a schema that was removed: remove it, or list it in "
        "HERE_ONLY of tests/contract/test_fields.py"
    ],
    "tests/client/test_domains.py": ["the call of list_hub_domains in CALLS: remove it"],
}


def remove_list_hub_domains(project: Project) -> None:
    """Follow the edits that spec_diff lists, but for the tests that make the call."""
    hub = "src/vlmrun/_async/resources/hub.py"
    project.edit(
        hub, (", list_hub_domains", ""), ('        "list_hub_domains": "list_domains",\n', "")
    )
    project.cut(hub, "    async def list_domains(", "    async def get_schema(")
    project.edit(hub, ("HubDomainInfo, ", ""), ("from vlmrun.types.page import Page\n", ""))
    handlers = "src/vlmrun/testing/handlers/domains.py"
    project.edit(handlers, ('    "list_hub_domains",\n', ""))
    project.cut(handlers, "def list_hub_domains(", "def get_hub_schema(")
    project.edit(
        "tests/contract/test_fields.py", ("HERE_ONLY = {", "HERE_ONLY = {types.HubDomainInfo, ")
    )
    project.cut(DOMAIN_TESTS, '    "list_hub_domains": ', '    "get_hub_schema": ')


def test_an_operation_is_removed(project: Project) -> None:
    project.cut("openapi.yaml", "  /hub/domains:\n", "  /hub/schema:\n")
    project.cut("openapi.yaml", "    HubDomainInfo:\n", "    HubInfoResponse:\n")
    report = project.spec_diff()
    assert "Next version: 1.0.0 → 2.0.0" in report
    assert (
        "- Breaking (api): `client.hub.list_domains` calls an operation that was removed.\n"
        in report
    )
    assert edits(report) == EDITS_WITHOUT_LIST_HUB_DOMAINS
    assert project.generate().returncode == 0
    assert project.changed() == [
        "generated/vlmrun_api/api/hub/list_hub_domains.py",
        model("__init__"),
        model("hub_domain_info"),
    ]
    assert "cannot import name 'list_hub_domains'" in project.failures()

    remove_list_hub_domains(project)
    assert project.generate().returncode == 0
    assert project.run("-m", "scripts.write_docs").returncode == 0
    more: tuple[str, ...] = ("client/test_domains.py", "client/test_documented_signatures.py")
    more += ("contract/test_operations.py", "testing/test_contract.py", "docs/test_operations.py")
    # Only the tests that make the call are left; they fail with its name.
    assert "'Hub' object has no attribute 'list_domains'" in project.failures(*more)

    project.cut(DOMAIN_TESTS, "    domains = {each", "    schema = client.hub.get_schema")
    project.edit(
        "tests/client/test_documented_signatures.py", ('        "list_domains": "",\n', "")
    )
    assert project.failures(*more) == ""


def test_an_optional_parameter_becomes_required(project: Project) -> None:
    optional = "        - name: type\n          in: query\n"
    project.edit("openapi.yaml", (optional, f"{optional}          required: true\n"))
    report = project.spec_diff()
    assert "query type: now required  [wire-breaking" in report
    resource = "src/vlmrun/_async/resources/feedback.py"
    assert edits(report) == {
        resource: [
            "client.feedback.get(type=) is now required: remove its default, or send what the "
            "service used without it, and list it in SENT_ANYWAY of "
            "tests/contract/test_operations.py"
        ]
    }
    assert project.generate().returncode == 0
    assert project.changed() == ["generated/vlmrun_api/api/feedback/list_feedback.py"]
    tests = "contract/test_operations.py"
    failed = project.failures(tests)
    assert "'client.feedback.get(type=)'" in failed
    assert "1 failed" in failed

    project.edit(resource, ('{"request_id": None,', '{"request_id": "request",'))
    waived = '    "client.feedback.get(type=)": "the kind of the id that is given",\n'
    project.edit(f"tests/{tests}", ("SENT_ANYWAY = {\n", "SENT_ANYWAY = {\n" + waived))
    assert project.generate().returncode == 0
    more = (tests, "client/test_feedback.py")
    assert "{'type': 'request'} == {}" in project.failures(*more)

    expected = '{} if field == "request_id" else {"type": field.removesuffix("_id")}'
    project.edit("tests/client/test_feedback.py", (expected, '{"type": field.removesuffix("_id")}'))
    assert project.failures(*more) == ""


def test_a_type_changes(project: Project) -> None:
    old, new = (f"        expires_in: {{type: [{kind}, 'null']" for kind in ("integer", "string"))
    project.edit("openapi.yaml", (old, new))
    report = project.spec_diff()
    assert "SkillDownloadResponse.expires_in: integer → string  [wire-breaking" in report
    public = "src/vlmrun/types/skills.py"
    assert edits(report) == {
        public: ["vlmrun.types.SkillDownloadResponse.expires_in is int | None: integer → string"]
    }
    assert project.generate().returncode == 0
    assert project.changed() == [model("skill_download_response")]
    more = ("client/test_skills.py", "contract/test_operations.py", "testing/test_stored_skills.py")
    failed = project.failures(*more)
    assert "expires_in': \"['integer']; the contract says ['text']\"" in failed
    assert "download_skill 200: ['response', 'expires_in'] Input should be of type string" in failed

    project.edit(public, ("expires_in: int | None", "expires_in: str | None"))
    project.edit(
        "src/vlmrun/testing/handlers/skills.py",
        (
            'request.parameter("expires", _DEFAULT_LIFETIME)',
            'str(request.parameter("expires", _DEFAULT_LIFETIME))',
        ),
    )
    assert "assert '60' == 60" in project.failures(*more)

    project.edit("tests/client/test_skills.py", ("expires_in == 60", 'expires_in == "60"'))
    project.edit("tests/testing/test_stored_skills.py", ("== 604_800", '== "604800"'))
    assert project.failures(*more) == ""
