"""`spec_diff`, the command: formats of the report, exit status, errors."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.lint_spec.rules import lint
from scripts.openapi.load_document import UnusableError
from scripts.spec_diff.__main__ import main
from scripts.spec_diff.change import LOW_LEVEL, WIRE, Change
from scripts.spec_diff.diff_report import Report, build_report
from scripts.spec_diff.next_version import changelog_section, next_version
from scripts.spec_diff.report_formats import as_json, as_markdown, as_text
from scripts.spec_diff.spec import Spec, load_spec
from tests.scripts.conftest import ROOT
from tests.scripts.conftest import SMALL_CONTRACT as SMALL
from tests.scripts.diff_documents import changes, content, document, operation
from tests.scripts.diff_project import create_project
from tests.scripts.project_copy import git, write_files

COMMAND = ("-m", "scripts.spec_diff")


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small contract with one field removed and one added."""
    contract = yaml.safe_load(SMALL.read_text("utf-8"))
    fields = contract["components"]["schemas"]["Thing"]["properties"]
    del fields["created_at"]
    fields["color"] = {"type": "string", "description": "Its color."}
    fields["id"]["description"] = "The identifier."
    path = tmp_path_factory.mktemp("changed") / "new.yaml"
    path.write_text(yaml.safe_dump(contract), "utf-8")
    return path


@pytest.fixture(scope="module")
def report(changed: Path) -> Report:
    """The report about that change, with the low-level packages."""
    return build_report(load_spec(SMALL), load_spec(changed))


def test_nothing_differs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(SMALL), str(SMALL)]) == 0
    assert "Changes: none." in capsys.readouterr().out


@pytest.mark.slow
def test_make_shows_the_exit_status_of_the_command(changed: Path) -> None:
    ready = ("-o", ".venv/.ready", f"BIN={Path(sys.executable).parent}")
    for old, status in ((SMALL, 1), (changed.with_name("missing.yaml"), 2)):
        command = ["make", *ready, "spec-diff", f"OLD={old}", f"NEW={changed}"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
        assert done.returncode == 2
        message = rf"^make(\[\d+\])?: \*\*\* \[.*spec-diff\] Error {status}$"
        assert re.search(message, done.stderr, re.MULTILINE)


def test_a_revision_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(SMALL, "api.yaml")
    for command in (["init", "-q"], ["add", "api.yaml"], ["commit", "-qm", "One"]):
        git(tmp_path, *command)
    Path("api.yaml").unlink()
    assert main(["HEAD:api.yaml", str(SMALL)]) == 0
    assert capsys.readouterr().out.startswith(f"HEAD:api.yaml → {SMALL}\n")
    assert main(["HEAD:another.yaml", str(SMALL)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("HEAD:another.yaml: git cannot show it: ")
    assert said.endswith("; pass the path of an OpenAPI document\n")


@pytest.mark.parametrize("paths", [{}, {"paths": None}])
def test_documents_of_schemas_alone(paths: dict[str, Any], tmp_path: Path) -> None:
    for kind in ("string", "integer"):
        schemas = {"Thing": {"type": kind}}
        value = {"openapi": "3.1.0", "info": {}, "components": {"schemas": schemas}, **paths}
        (tmp_path / f"{kind}.yaml").write_text(yaml.safe_dump(value), "utf-8")
    old, new = (load_spec(tmp_path / f"{kind}.yaml") for kind in ("string", "integer"))
    found = build_report(old, new, create_project(tmp_path), cache=None)
    assert "Changes: 1 compatible.\n" in as_text(found)


@pytest.mark.slow
def test_text(report: Report) -> None:
    text = as_text(report)
    summary = (
        "Changes: 1 wire-breaking, 1 low-level breaking, 1 compatible, 1 in documentation only."
    )
    assert summary in text
    assert "  Thing.created_at: the field was removed  [wire-breaking, low-level breaking]" in text
    assert "low-level breaking: vlmrun_api.models.Thing.created_at was removed" in text
    assert "in create_thing, list_things" in text
    field = "/components/schemas/Thing/properties/created_at"
    line = next(
        number
        for number, each in enumerate(SMALL.read_text("utf-8").splitlines(), 1)
        if each.lstrip().startswith("created_at:")
    )
    assert f"      at {SMALL}:{line}: #{field}\n" in text
    assert "  Thing.color: new field (string)" in text


@pytest.mark.slow
def test_markdown(report: Report) -> None:
    text = as_markdown(report)
    assert "## Breaking\n\n- **Thing.created_at**: the field was removed — _wire-breaking" in text
    assert "```markdown\n#" in text


RAISED = """# Changelog

## Unreleased

### Added

- A thing.

## 1.0.0 - 2026-01-02

### Added

- All.
"""


def test_versions_count_from_the_release_and_the_section_is_not_repeated(
    changed: Path, tmp_path: Path
) -> None:
    write_files(tmp_path, {"src/vlmrun/__init__.py": "", "CHANGELOG.md": RAISED})
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "One"], ["tag", "v1.0.0"]):
        git(tmp_path, *command)
    # The version was raised after the last release.
    version = tmp_path / "src/vlmrun/version.py"
    version.write_text('__version__ = "1.1.0"\n', "utf-8")
    specs = load_spec(SMALL), load_spec(changed)
    found = build_report(*specs, tmp_path, cache=None)
    assert (found.version, found.next_version) == ("1.0.0", "2.0.0")
    assert found.changelog.startswith("### Changed\n\n- Breaking (service): ")
    assert "For CHANGELOG.md, below `## Unreleased`:\n\n  ### Changed" in as_text(found)

    heading = "## Unreleased\n\n"
    released = RAISED.replace(f"{heading}### Added\n\n- A thing.\n\n", "")
    (tmp_path / "CHANGELOG.md").write_text(released, "utf-8")
    version.write_text('__version__ = "3.0.0"\n', "utf-8")
    found = build_report(*specs, tmp_path, cache=None)
    assert (found.version, found.next_version) == ("1.0.0", "3.0.0")
    assert found.changelog.startswith(heading)


@pytest.mark.parametrize("left", [[], ["src/vlmrun/__init__.py"]])
def test_a_folder_that_is_no_checkout(left: list[str], changed: Path, tmp_path: Path) -> None:
    write_files(tmp_path, dict.fromkeys(left, ""))
    with pytest.raises(UnusableError, match=rf"^{tmp_path}"):
        build_report(load_spec(SMALL), load_spec(changed), tmp_path, cache=None)


def test_new_schemas_are_one_entry(small_contract: dict[str, Any], tmp_path: Path) -> None:
    schemas = small_contract["components"]["schemas"]
    things = {name: dict(schemas["Thing"], description=name) for name in ("Part", "Whole")}
    schemas.update({name: {**thing, "required": []} for name, thing in things.items()})
    specs = load_spec(SMALL), Spec(small_contract, "new")
    found = build_report(*specs, create_project(tmp_path), cache=None)
    for text, entry in (
        (as_text(found), "  new schemas: "),
        (as_markdown(found), "- **new schemas**: "),
    ):
        assert f"\n{entry}Part, Whole\n" in text
        assert "- New: schemas: `Part`, `Whole`.\n" in text


@pytest.mark.slow
def test_json_is_stable_and_sorted(changed: Path, report: Report) -> None:
    command = [sys.executable, *COMMAND, SMALL, changed, "--format", "json"]
    environment = {"PYTHONHASHSEED": "2", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert done.stdout.decode() == as_json(report)
    data = json.loads(done.stdout)
    assert list(data) == [
        *("schema", "old", "new", "breaking", "counts", "documentation_only"),
        *("version", "next_version", "changelog", "changes"),
    ]
    assert data["counts"] == {
        **{"wire-breaking": 1, "low-level breaking": 1},
        **{"ergonomic-breaking": 0, "compatible": 1},
    }
    assert data["changes"][0] == {
        "kind": "field-removed",
        "subject": "Thing.created_at",
        "text": "the field was removed",
        "classes": ["wire-breaking", "low-level breaking"],
        "reasons": {
            "wire-breaking": ["a request that was valid may be refused, or have another effect"],
            "low-level breaking": ["vlmrun_api.models.Thing.created_at was removed"],
        },
        "old": "/components/schemas/Thing/properties/created_at",
        "new": None,
        "directions": ["request", "response"],
        "operations": ["create_thing", "list_things"],
        "guess": False,
        "work": [],
    }


def test_a_schema_of_any_form_is_no_crash() -> None:
    odd: list[Any] = [None, 1, "x", [], True, {"type": 1}, {"type": [1]}, {"enum": 3}]
    odd += [{"properties": []}, {"required": 1}, {"items": 1}, {"allOf": {}}, {"anyOf": [1, None]}]
    odd += [{"type": "string", "format": {}}, {"required": [{}], "properties": {"a": {}}}]
    parts = [{"requestBody": content(each), "parameters": [each, {"schema": each}]} for each in odd]
    documents = [
        document(operation(**part, security=[{"key": schema}]), {"A": schema}, servers=[schema])
        for part, schema in zip(parts, odd, strict=True)
    ]
    documents += [document(operation(security=[{"key": [each]}])) for each in odd]
    for before, after in itertools.product(documents, repeat=2):
        assert isinstance(changes(before, after), list)
    for each in documents:
        assert isinstance(list(lint(each)), list)


def change(kind: str, name: str = "") -> Change:
    value = Change(kind, "Thing", "differs", None, None)
    if name:
        value.add_reason(name, "vlmrun_api.models.Thing was removed")
    return value


@pytest.mark.parametrize(
    ("version", "found", "expected"),
    [
        ("0.1.4", [], "0.1.4"),
        ("0.1.4", [change("field-added")], "0.1.5"),
        ("0.1.4", [change("field-added"), change("x", WIRE)], "0.2.0"),
        ("1.2.3", [change("deprecation-changed")], "1.2.4"),
        ("1.2.3", [change("field-added")], "1.3.0"),
        ("1.2.3", [change("x", LOW_LEVEL)], "2.0.0"),
        ("1.2.3rc1", [change("x", LOW_LEVEL)], "2.0.0"),
    ],
)
def test_next_version(version: str, found: list[Change], expected: str) -> None:
    assert next_version(version, found) == expected


def test_an_invalid_version() -> None:
    with pytest.raises(UnusableError, match=r"1\.2\.3"):
        next_version("soon", [change("x")])


def test_changelog_section() -> None:
    found = [change("x", LOW_LEVEL), change("field-added")]
    found[0].add_reason(LOW_LEVEL, "a value that it does not know")
    assert changelog_section("0.2.0", found) == (
        "## Unreleased\n\nThe API has changed; the next version is 0.2.0.\n"
        "\n### Changed\n\n- Breaking (low level): `vlmrun_api.models.Thing` was removed.\n"
        "- Breaking (low level): `Thing`: a value that it does not know.\n"
        "\n### Added\n\n- New: `Thing`: differs.\n"
    )
