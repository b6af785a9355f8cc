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

from scripts.openapi.load_document import UnusableError
from scripts.spec_diff.__main__ import main
from scripts.spec_diff.next_version import changelog_section, next_version
from scripts.spec_diff.spec_changes import LOW_LEVEL, WIRE, Change
from tests.scripts.conftest import ROOT
from tests.scripts.conftest import SMALL_CONTRACT as SMALL
from tests.scripts.diff_documents import changes, content, document, operation
from tests.scripts.project_copy import git, write_files

COMMAND = ("-m", "scripts.spec_diff")


@pytest.fixture
def changed(small_contract: dict[str, Any], tmp_path: Path) -> Path:
    """The small contract with one field removed and one added."""
    fields = small_contract["components"]["schemas"]["Thing"]["properties"]
    del fields["created_at"]
    fields["color"] = {"type": "string", "description": "Its color."}
    fields["id"]["description"] = "The identifier."
    path = tmp_path / "new.yaml"
    path.write_text(yaml.safe_dump(small_contract), "utf-8")
    return path


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


@pytest.mark.slow
def test_a_revision_of_a_file(
    changed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(changed.parent)
    changed.rename("api.yaml")
    for command in (["init", "-q"], ["add", "api.yaml"], ["commit", "-qm", "One"]):
        git(changed.parent, *command)
    shutil.copy(SMALL, "api.yaml")
    assert main(["HEAD:api.yaml", "api.yaml"]) == 1
    assert capsys.readouterr().out.startswith("HEAD:api.yaml → api.yaml\n")
    assert main(["HEAD:another.yaml", "api.yaml"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("HEAD:another.yaml: git cannot show it: ")
    assert said.endswith("; pass the path of an OpenAPI document\n")


@pytest.mark.slow
@pytest.mark.parametrize("paths", [{}, {"paths": None}])
def test_documents_of_schemas_alone(
    paths: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, kind in (("old", "string"), ("new", "integer")):
        schemas = {"Thing": {"type": kind}}
        value = {"openapi": "3.1.0", "info": {}, "components": {"schemas": schemas}, **paths}
        (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(value), "utf-8")
    assert main([str(tmp_path / "old.yaml"), str(tmp_path / "new.yaml")]) == 0
    assert "Changes: 1 compatible.\n" in capsys.readouterr().out


def test_text(changed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(SMALL), str(changed)]) == 1
    text = capsys.readouterr().out
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
def test_markdown(changed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(SMALL), str(changed), "--format", "markdown"]) == 1
    text = capsys.readouterr().out
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


@pytest.fixture
def raised(tmp_path: Path) -> Path:
    """A project whose version was raised after its last release, 1.0.0."""
    project = tmp_path / "project"
    write_files(project, {"src/vlmrun/__init__.py": "", "CHANGELOG.md": RAISED})
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "One"], ["tag", "v1.0.0"]):
        git(project, *command)
    (project / "src/vlmrun/version.py").write_text('__version__ = "1.1.0"\n', "utf-8")
    return project


@pytest.mark.slow
def test_versions_count_from_the_release_and_the_section_is_not_repeated(
    changed: Path, raised: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [str(SMALL), str(changed), "--project", str(raised), "--format", "json"]
    assert main(arguments) == 1
    data = json.loads(capsys.readouterr().out)
    assert (data["version"], data["next_version"]) == ("1.0.0", "2.0.0")
    heading = "## Unreleased\n\n"
    assert data["changelog"].startswith("### Changed\n\n- Breaking (service): ")
    assert main(arguments[:-2]) == 1
    assert "For CHANGELOG.md, below `## Unreleased`:\n\n  ### Changed" in capsys.readouterr().out

    new = RAISED.replace(heading + "### Added\n\n- A thing.\n\n", "")
    (raised / "CHANGELOG.md").write_text(new, "utf-8")
    (raised / "src/vlmrun/version.py").write_text('__version__ = "3.0.0"\n', "utf-8")
    assert main(arguments) == 1
    data = json.loads(capsys.readouterr().out)
    assert (data["version"], data["next_version"]) == ("1.0.0", "3.0.0")
    assert data["changelog"].startswith(heading)


@pytest.mark.slow
@pytest.mark.parametrize("left", [[], ["src/vlmrun/__init__.py"]])
def test_a_folder_that_is_no_checkout(
    left: list[str], changed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_files(tmp_path, dict.fromkeys(left, ""))
    assert main([str(SMALL), str(changed), "--project", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith(str(tmp_path))


@pytest.mark.slow
def test_new_schemas_are_one_entry(
    small_contract: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    schemas = small_contract["components"]["schemas"]
    things = {name: dict(schemas["Thing"], description=name) for name in ("Part", "Whole")}
    schemas.update({name: {**thing, "required": []} for name, thing in things.items()})
    path = tmp_path / "new.yaml"
    path.write_text(yaml.safe_dump(small_contract), "utf-8")
    for format, entry in (("text", "  new schemas: "), ("markdown", "- **new schemas**: ")):
        assert main([str(SMALL), str(path), "--format", format]) == 0
        said = capsys.readouterr().out
        assert f"\n{entry}Part, Whole\n" in said
        assert "- New: schemas: `Part`, `Whole`.\n" in said


@pytest.mark.slow
def test_json_is_stable_and_sorted(changed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outputs = []
    for seed in ("1", "2"):
        command = [sys.executable, *COMMAND, SMALL, changed, "--format", "json"]
        environment = {"PYTHONHASHSEED": seed, "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(command, env=environment, capture_output=True, check=False)
        outputs.append(done.stdout)
    assert outputs[0] == outputs[1]
    data = json.loads(outputs[0])
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
    parts = [{"requestBody": content(each), "parameters": [each, {"schema": each}]} for each in odd]
    documents = [
        document(operation(**part, security=[{"key": schema}]), {"A": schema}, servers=[schema])
        for part, schema in zip(parts, odd, strict=True)
    ]
    documents += [document(operation(security=[{"key": [each]}])) for each in odd]
    for before, after in itertools.product(documents, repeat=2):
        assert isinstance(changes(before, after), list)


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
