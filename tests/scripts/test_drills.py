"""Drills of docs/maintaining.md: the API changes, and what a maintainer is told is enough.

Each says what is reported, which files change, what fails until somebody has done what the report
asks for, and that nothing fails then. A new operation is in `test_new_resource.py`; broken
documents, edits by hand and left-over files are in `test_drills_broken.py`.
"""

from __future__ import annotations

import filecmp
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COPIED = ("src", "generated", "scripts", "tests", "examples", "docs", "openapi.yaml")
COPIED += ("pyproject.toml", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "Makefile")

# Tests that a change of the contract concerns.
CONCERNED = ("contract/test_fields.py", "contract/test_values.py", "contract/test_seam.py")
CONCERNED += ("core/test_operations.py",)

ITEM = "        object_id: {type: string}\n        filename: {type: [string, 'null']}\n"

pytestmark = pytest.mark.slow


class Project:
    """A copy of the project, to be changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in COPIED:
            source, target = ROOT / name, folder / name
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, target)

    def edit(self, name: str, *changes: tuple[str, str]) -> None:
        """Replace texts of a file, each of which must be there."""
        path = self.folder / name
        text = path.read_text("utf-8")
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        path.write_text(text, "utf-8")

    def cut(self, name: str, first: str, end: str) -> None:
        """Remove what stands from one text to before another."""
        text = (self.folder / name).read_text("utf-8")
        self.edit(name, (text[text.index(first) : text.index(end)], ""))

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-B", *command],
            cwd=self.folder,
            env={"PYTHONPATH": f"{self.folder / 'src'}:{self.folder / 'generated'}", "PATH": ""},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    def generate(self, *options: str) -> subprocess.CompletedProcess[str]:
        return self.run("-m", "scripts.generate", "--cache", ROOT / ".codegen", *options)

    def differs(self) -> str:
        """What `make spec-diff` says of the contract before and now."""
        documents = (ROOT / "openapi.yaml", "openapi.yaml")
        return self.run("-m", "scripts.spec_diff", *documents, "--cache", ROOT / ".codegen").stdout

    def failures(self, *more: str) -> str:
        """What the tests say that a change of the contract concerns; empty if they pass."""
        options = ["-q", "-p", "no:cacheprovider", "-p", "no:schemathesis"]
        tests = (f"tests/{name}" for name in (*CONCERNED, *more))
        done = self.run("-m", "pytest", *options, *tests)
        return done.stdout if done.returncode else ""

    def changed(self) -> Iterator[str]:
        """The files below the derived trees that differ from the original's."""
        for tree in ("generated", "src/vlmrun/_sync", "src/vlmrun/_index"):
            names = {
                path.relative_to(root)
                for root in (ROOT, self.folder)
                for path in (root / tree).rglob("*.py")
            }
            for name in sorted(names):
                one, other = ROOT / name, self.folder / name
                is_same = one.is_file() and other.is_file()
                if not (is_same and filecmp.cmp(one, other, shallow=False)):
                    yield name.as_posix()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def edits(said: str) -> dict[str, list[str]]:
    """What a report says is to be edited, by file."""
    found: dict[str, list[str]] = {}
    for line in said.partition("To edit\n")[2].partition("Next version")[0].split("\n"):
        file, _, rest = line.strip().partition(":")
        if file:
            found.setdefault(file, []).append(rest.partition(": ")[2])
    return found


def model(name: str) -> str:
    return f"generated/vlmrun_api/models/{name}.py"


def test_a_field_is_added_to_a_response(project: Project) -> None:
    new = "        checksum: {type: string, description: Of its content.}\n"
    project.edit("openapi.yaml", (ITEM, ITEM + new))
    said = project.differs()
    assert "ArtifactListItem.checksum: new field (string)" in said
    assert "src/vlmrun/types/artifacts.py" in said
    assert project.generate().returncode == 0
    assert list(project.changed()) == [model("artifact_list_item")]
    assert "checksum" in project.failures()

    field = "    filename: str | None = None\n"
    project.edit(
        "src/vlmrun/types/artifacts.py", (field, field + "    checksum: str | None = None\n")
    )
    assert project.failures() == ""


def test_an_enum_gets_a_value(project: Project) -> None:
    tiers = "[auto, default, standard, flex, priority"
    project.edit("openapi.yaml", (f"enum: {tiers}]", f"enum: {tiers}, batch]"))
    said = project.differs()
    assert 'ServiceTier: values added: "batch"' in said
    assert "src/vlmrun/types/common.py" in said
    assert project.generate().returncode == 0
    assert list(project.changed()) == [model("service_tier")]
    assert "['batch']" in project.failures()

    project.edit(
        "src/vlmrun/types/common.py", ('"flex", "priority"]', '"flex", "priority", "batch"]')
    )
    assert project.failures() == ""


def test_a_schema_is_renamed(project: Project) -> None:
    project.edit(
        "openapi.yaml",
        ("    ArtifactListItem:\n", "    ArtifactEntry:\n"),
        ("schemas/ArtifactListItem'", "schemas/ArtifactEntry'"),
    )
    said = project.differs()
    assert "in RENAMED: types.ArtifactListItem: models.ArtifactEntry" in said
    assert "wire-breaking" not in said
    assert project.generate().returncode == 0
    assert {model("artifact_entry"), model("artifact_list_item")} <= {*project.changed()}
    assert "ArtifactListItem" in project.failures()

    known = "RENAMED = {"
    project.edit(
        "tests/contract/test_fields.py",
        (known, f"{known}types.ArtifactListItem: models.ArtifactEntry, "),
    )
    assert project.failures() == ""


def test_an_operation_is_removed(project: Project) -> None:
    project.cut("openapi.yaml", "  /hub/domains:\n", "  /hub/schema:\n")
    project.cut("openapi.yaml", "    HubDomainInfo:\n", "    HubInfoResponse:\n")
    said = project.differs()
    assert "0.2.0" in said
    assert "- Breaking (api): `client.hub.list_domains` has nothing to call any more.\n" in said
    assert edits(said) == {
        "src/vlmrun/_async/hub.py": [
            "vlmrun_api.api.hub.list_hub_domains was removed: remove the import",
            "client.hub.list_domains has nothing to call any more: take it out of `operations`; "
            "remove it, or let it raise UnsupportedError",
        ],
        "src/vlmrun/testing/handlers/domains.py": [
            "the stand-in serves list_hub_domains by it: remove it"
        ],
        "src/vlmrun/types/domains.py": [
            "vlmrun.types.HubDomainInfo stands for a schema that is gone: remove it, or list it in "
            "HERE_ONLY of tests/contract/test_fields.py"
        ],
        "tests/client/test_domains.py": ["the call of list_hub_domains in CALLS: remove it"],
    }
    assert project.generate().returncode == 0
    assert [*project.changed()] == [
        "generated/vlmrun_api/api/hub/list_hub_domains.py",
        model("__init__"),
        model("hub_domain_info"),
    ]
    assert "cannot import name 'list_hub_domains'" in project.failures()

    hub = "src/vlmrun/_async/hub.py"
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
    tests = "tests/client/test_domains.py"
    project.cut(tests, '    "list_hub_domains": ', '    "get_hub_schema": ')
    assert project.generate().returncode == 0
    assert project.run("-m", "scripts.write_docs").returncode == 0
    more = ("client/test_domains.py", "client/test_documented_signatures.py")
    more += ("contract/test_operations.py", "testing/test_contract.py", "docs/test_operations.py")
    # What is left are the tests that make the call, which say so by its name.
    assert "'Hub' object has no attribute 'list_domains'" in project.failures(*more)

    project.cut(tests, "    domains = {each", "    schema = client.hub.get_schema")
    project.edit(
        "tests/client/test_documented_signatures.py", ('        "list_domains": "",\n', "")
    )
    assert project.failures(*more) == ""
    done = project.run("scripts/operation_coverage.py")
    assert done.stdout.endswith(" 0 holes\n")


def test_an_optional_parameter_becomes_required(project: Project) -> None:
    optional = "        - name: type\n          in: query\n"
    project.edit("openapi.yaml", (optional, f"{optional}          required: true\n"))
    said = project.differs()
    assert "query type: required now  [wire-breaking" in said
    resource = "src/vlmrun/_async/feedback.py"
    assert edits(said) == {
        resource: [
            "client.feedback.get(type=) has to be given: take its default away, or send what the "
            "service took without it, and list it in SENT_ANYWAY of "
            "tests/contract/test_operations.py"
        ]
    }
    assert project.generate().returncode == 0
    assert [*project.changed()] == ["generated/vlmrun_api/api/feedback/list_feedback.py"]
    # The call in CALLS gives it, so that it is still sent with success.
    assert project.run("scripts/operation_coverage.py").stdout.endswith(" 0 holes\n")
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
    said = project.differs()
    assert "SkillDownloadResponse.expires_in: integer → string  [wire-breaking" in said
    public = "src/vlmrun/types/skills.py"
    assert edits(said) == {
        public: ["vlmrun.types.SkillDownloadResponse.expires_in is int | None: integer → string"]
    }
    assert project.generate().returncode == 0
    assert [*project.changed()] == [model("skill_download_response")]
    more = ("client/test_skills.py", "contract/test_operations.py", "testing/test_stored_skills.py")
    failed = project.failures(*more)
    assert "expires_in': \"['integer']; the contract says ['text']\"" in failed
    assert "download_skill 200: ['response', 'expires_in'] Input should be of type string" in failed

    project.edit(public, ("expires_in: int | None", "expires_in: str | None"))
    project.edit(
        "src/vlmrun/testing/handlers/skills.py",
        (
            'call.parameter("expires", _DEFAULT_LIFETIME)',
            'str(call.parameter("expires", _DEFAULT_LIFETIME))',
        ),
    )
    assert "assert '60' == 60" in project.failures(*more)

    project.edit("tests/client/test_skills.py", ("expires_in == 60", 'expires_in == "60"'))
    project.edit("tests/testing/test_stored_skills.py", ("== 604_800", '== "604800"'))
    assert project.failures(*more) == ""
