"""Drills of docs/maintaining.md: the API changes, and the reports and failing tests are enough.

Each drill asserts what is reported, which files change, what fails until the report is followed,
and that nothing fails afterwards. The parts of the API that change are those of the examples of
CONTRIBUTING.md, so that the drills do not depend on today's contract. Broken documents, manual
edits and left-over files are in `test_drills_broken.py`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.scripts.contributing_examples import carry_out
from tests.scripts.project_copy import ROOT, ProjectCopy

# Tests that a change of the contract concerns.
CONCERNED = ("contract/test_fields.py", "contract/test_values.py", "client/test_labels.py")
SENT, DEPRECATED = "contract/test_operations.py", "contract/test_deprecations.py"
REQUIRED = f"{SENT}::test_required_parameters_are_required_arguments"
LISTED = f"{SENT}::test_both_clients_send_the_same_valid_bytes[list_labels]"
STATUSES = "client/test_wait.py::test_every_status_is_said_to_be_final_or_not"
OPERATIONS = "public_api/test_operations.py"
ALL: tuple[str, ...] = (OPERATIONS, SENT, DEPRECATED)
ALL += ("client/test_parity.py", "contract/test_seam.py")
ALL += ("docs/test_operations.py", "security/test_ids.py", "types/test_protocol.py")
BEFORE = "before.yaml"
LABEL = "        id: {type: string}\n        name: {type: string, description: Its text.}\n"
TYPES, RESOURCE = "src/vlmrun/types/labels.py", "src/vlmrun/_async/resources/labels.py"
HANDLERS, TESTS = "src/vlmrun/testing/handlers/labels.py", "tests/client/test_labels.py"
EXAMPLES = ("Add a resource", "Add a method to a resource")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


class Project(ProjectCopy):
    """A copy of a project whose contract changes."""

    writes_bytecode = True

    def spec_diff(self, before: str = BEFORE) -> str:
        """Return the report of `make spec-diff` about the contract before and now."""
        command = ("-m", "scripts.spec_diff", self._origin / before, "openapi.yaml")
        return self.run(*command, "--cache", ROOT / ".codegen").stdout

    def failures(self, *tests: str) -> str:
        """Run the concerned tests and more; returns the output if any fails."""
        return super().failures(*CONCERNED, *tests)

    def substitute(self, name: str, pattern: str, replacement: str) -> None:
        """Replace what matches a pattern, which must occur once."""
        path = self.folder / name
        text, count = re.subn(pattern, replacement, path.read_text("utf-8"), flags=re.MULTILINE)
        assert count == 1, pattern
        path.write_text(text, "utf-8")


@pytest.fixture(scope="module")
def labels(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy of the project with the examples of CONTRIBUTING.md."""
    project = Project(tmp_path_factory.mktemp("labels"))
    for title, after in zip(EXAMPLES, ("resource.yaml", BEFORE), strict=True):
        carry_out(project, title)
        contract = (project.folder / "openapi.yaml").read_text("utf-8")
        (project.folder / after).write_text(contract, "utf-8")
    assert project.generate().returncode == 0
    assert project.run("-m", "scripts.write_docs").returncode == 0
    return project


@pytest.fixture
def project(labels: Project, tmp_path: Path) -> Project:
    return Project(tmp_path, labels.folder)


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


def test_the_examples_are_enough(project: Project) -> None:
    assert project.failures(*ALL) == ""
    code = (TYPES, RESOURCE, HANDLERS, TESTS, "src/vlmrun/types/abstract.py")
    for check in (["ruff", "check", *code], ["ruff", "format", "--check", *code]):
        done = project.run("-m", *check)
        assert done.returncode == 0, done.stdout
    assert project.run("-m", "scripts.lint_spec").stdout == "openapi.yaml: no findings\n"


def test_an_operation_is_added(project: Project) -> None:
    report = project.spec_diff("resource.yaml")
    assert "create_label: POST /labels was added" in report
    found = edits(report)
    # These are the files of the example.
    assert found.keys() == {"openapi.yaml", RESOURCE, HANDLERS, TESTS}
    assert found[HANDLERS] == ["write a handler of create_label for the mock server"]
    assert found[TESTS] == ["add a call of create_label to CALLS of its resource"]
    assert found[RESOURCE] == [
        "the call of create_label: sent with `_submit`, a POST is never repeated; only if a second "
        "one costs and changes nothing, use `_send_body(..., repeatable=True)`"
    ]


WAITING = """
import pytest
from vlmrun.errors import JobFailedError


def test_a_new_final_status_ends_the_wait(client, server):
    id = server.add_prediction(statuses=["running", "expired"])
    with pytest.raises(JobFailedError, match="ended with the status 'expired'"):
        client.predictions.wait(id, timeout=20)
"""


def test_a_field_a_value_and_a_final_status_are_added(project: Project) -> None:
    field = "        checksum: {type: string, description: Of its content.}\n"
    project.edit("openapi.yaml", (LABEL, LABEL + field), ("[red, green]", "[red, green, blue]"))
    project.substitute(
        "openapi.yaml", r"^(    JobStatus:\n(?:      .*\n)*?      enum: \[)", r"\1expired, "
    )
    report = project.spec_diff()
    assert "Label.checksum: new field (string)" in report
    statuses = "src/vlmrun/types/jobs.py"
    added = 'values added: "expired"'
    found = edits(report)
    assert found.keys() == {TYPES, statuses}
    assert len(found[TYPES]) == 2
    assert (
        f"vlmrun.types.jobs.IS_FINAL: decide it for the new values, too: {added}" in found[statuses]
    )
    assert project.generate("--only", "package").returncode == 0
    models = ("job_status", "label", "label_color")
    assert project.changed() == [model(name) for name in models]
    failed = project.failures()
    assert all(name in failed for name in ("'checksum'", "'blue'", "'expired'"))

    project.edit(TYPES, ("    name: str\n", "    name: str\n    checksum: str | None = None\n"))
    project.edit(TYPES, ('Literal["red", "green"]', 'Literal["red", "green", "blue"]'))
    project.substitute(statuses, r"^JobStatus = Literal\[", r'JobStatus = Literal["expired", ')
    asked = "Add it to IS_FINAL in vlmrun.types.jobs"
    assert asked in project.failures(STATUSES)
    project.substitute(statuses, r"^(IS_FINAL.* = \{\n)", r'\1    "expired": True,\n')
    (project.folder / "tests/client/test_expired.py").write_text(WAITING, "utf-8")
    assert project.failures("client/test_wait.py", "client/test_expired.py") == ""


def test_the_default_server_changes(project: Project) -> None:
    url = "https://api.example.com/v2"
    project.substitute("openapi.yaml", r"^(servers:\n  - \{url: )[^,}]+", rf"\1{url}")
    report = project.spec_diff()
    constants = "src/vlmrun/constants.py"
    change = "vlmrun.constants.DEFAULT_BASE_URL is no longer the default server: change it to "
    assert edits(report) == {constants: [change + url]}
    servers = "contract/test_servers.py"
    assert "Change the URL in src/vlmrun/constants.py" in project.failures(servers)

    project.substitute(constants, r"^(DEFAULT_BASE_URL = )\S+", rf'\1"{url}"')
    # The mock server follows the contract, and the gateway keeps its own URLs.
    concerned = (servers, "client/test_configuration.py", "client/test_systemone.py")
    assert project.failures(*concerned, "client/test_websocket_streams.py") == ""


def test_a_schema_is_renamed(project: Project) -> None:
    project.edit("openapi.yaml", ("    Label:\n", "    Tag:\n"), ("schemas/Label'", "schemas/Tag'"))
    report = project.spec_diff()
    assert "in RENAMED: types.Label: models.Tag" in report
    assert "wire-breaking" not in report
    assert project.generate("--only", "package").returncode == 0
    assert {model("label"), model("tag")} <= set(project.changed())
    assert "Label" in project.failures()

    known = "RENAMED = {"
    project.edit("tests/contract/test_fields.py", (known, f"{known}types.Label: models.Tag, "))
    assert project.failures() == ""


def test_an_operation_is_removed(project: Project) -> None:
    project.cut(
        "openapi.yaml",
        "    post:\n      operationId: create_label",
        "    get:\n      operationId: list_labels",
    )
    project.cut("openapi.yaml", "    LabelColor:\n", "    Label:\n")
    report = project.spec_diff()
    assert (
        "- Breaking (api): `client.labels.create` calls an operation that was removed.\n" in report
    )
    assert edits(report) == {
        RESOURCE: [
            "vlmrun_api.api.labels.create_label was removed: remove the import",
            "client.labels.create calls an operation that was removed: remove it from "
            "`_operations`, and the method, or let that raise UnsupportedError",
        ],
        HANDLERS: ["the mock server's handler of create_label: remove it"],
        TYPES: [
            "vlmrun.types.LabelColor is for a schema that was removed: remove it, or list it in "
            "HERE_ONLY of tests/contract/test_fields.py"
        ],
        TESTS: ["the call of create_label in CALLS: remove it"],
    }
    assert project.generate("--only", "package").returncode == 0
    assert "cannot import name 'create_label'" in project.failures()

    project.edit(RESOURCE, ("create_label, ", ""), (', "create_label": "create"', ""))
    project.cut(RESOURCE, "    async def create(", "    async def list(")
    project.edit(RESOURCE, (", check_str, without_none", ""), (", LabelColor", ""))
    project.edit(HANDLERS, ('"create_label", ', ""))
    project.cut(HANDLERS, "def create_label(", "def list_labels(")
    project.edit(TYPES, (', "LabelColor"', ""), ('LabelColor = Literal["red", "green"]\n', ""))
    project.cut(TESTS, '    "create_label": ', "}\n")
    assert project.generate().returncode == 0
    assert project.run("-m", "scripts.write_docs").returncode == 0
    # Only the test that makes the call is left; it fails with its name.
    assert "client.labels has no attribute 'create'" in project.failures()

    project.cut(TESTS, "def test_a_label_is_created(", "def test_labels_have_names(")
    assert project.failures(OPERATIONS) == ""


def test_an_optional_argument_becomes_required(project: Project) -> None:
    request = (
        "    LabelCreateRequest:\n      type: object\n      description: The label to create.\n"
    )
    project.edit(
        "openapi.yaml",
        (f"{request}      required: [name", f"{request}      required: [name, color"),
    )
    report = project.spec_diff()
    assert "LabelCreateRequest.color: now required  [wire-breaking" in report
    assert edits(report) == {
        RESOURCE: [
            "client.labels.create(color=) is now required: remove its default, or send what the "
            "service used without it, and list it in SENT_ANYWAY of "
            "tests/contract/test_operations.py"
        ]
    }
    assert project.generate("--only", "package").returncode == 0
    assert project.changed() == [model("label_create_request")]
    assert "'client.labels.create(color=)'" in project.failures(REQUIRED)

    project.edit(RESOURCE, ("color: LabelColor | None = None,", "color: LabelColor,"))
    assert project.generate("--only", "sync").returncode == 0
    assert "client.labels.create needs color=..." in project.failures()

    project.edit(TESTS, ('create("overdue").name', 'create("overdue", "red").name'))
    assert project.failures() == ""


def test_a_type_changes(project: Project) -> None:
    number = LABEL.replace("name: {type: string", "name: {type: integer")
    project.edit("openapi.yaml", (LABEL, number))
    report = project.spec_diff()
    assert "Label.name: string → integer  [wire-breaking" in report
    assert edits(report) == {TYPES: ["vlmrun.types.Label.name is str: string → integer"]}
    assert project.generate("--only", "package").returncode == 0
    assert project.changed() == [model("label")]
    failed = project.failures()
    assert "name': \"['text']; the contract says ['integer']\"" in failed
    assert "'name'] Input should be of type integer, not 'overdue'" in failed

    project.edit(TYPES, ("name: str", "name: int"))
    project.edit(HANDLERS, ('"paid"', "1"), ('"unpaid"', "2"), ('request.body["name"]', "3"))
    assert "[1, 2] == ['paid', 'unpaid']" in project.failures()

    project.edit(TESTS, ('["paid", "unpaid"]', "[1, 2]"), ('.name == "overdue"', ".name == 3"))
    assert project.failures() == ""


def test_an_operation_becomes_deprecated(project: Project) -> None:
    id = "      operationId: list_labels\n"
    project.edit("openapi.yaml", (id, f"{id}      deprecated: true\n"))
    mark = 'client.labels.list is deprecated: add @deprecated("..."), see vlmrun._deprecation'
    assert edits(project.spec_diff()) == {RESOURCE: [mark]}
    assert "'client.labels.list'" in project.failures(DEPRECATED)

    imported = "from vlmrun._validation import"
    project.edit(
        RESOURCE,
        ("    async def list(", '    @deprecated("use find()")\n    async def list('),
        (imported, f"from vlmrun._deprecation import deprecated\n{imported}"),
    )
    assert project.generate().returncode == 0
    # Its callers are left, which are warned.
    assert "DeprecationWarning: Labels.list() is deprecated: use find()" in project.failures(LISTED)
    marked = project.run("-m", "pytest", "-q", f"tests/{DEPRECATED}")
    assert marked.returncode == 0, marked.stdout
