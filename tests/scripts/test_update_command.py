"""`make update` in a copy of the project, up to the tests of the derived trees."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.scripts import fastapi_apps, official_app
from tests.scripts.project_copy import ROOT, ProjectCopy

MADE = ("generated", "src", "docs", "openapi.yaml")
# The tests that depend on the contract.
TESTS = [
    *(f"contract/test_{name}.py" for name in ("deprecations", "fields", "known_values")),
    *(f"contract/test_{name}.py" for name in ("operations", "seam", "servers", "values")),
    *("public_api/test_operations.py", "docs/test_operations.py", "client/test_lists.py"),
]

pytestmark = pytest.mark.slow

# Kills the command when everything is built and the first target would be replaced.
KILLED = """
import os, runpy, signal
from pathlib import Path
Path.rename = lambda path, target: os.kill(os.getpid(), signal.SIGKILL)
runpy.run_module("scripts.update", run_name="__main__", alter_sys=True)
"""


class Project(ProjectCopy):
    """A copy of the project whose contract is updated."""

    writes_bytecode = True

    def update(
        self,
        document: Any,
        *options: str | Path,
        program: tuple[str, str] = ("-m", "scripts.update"),
    ) -> subprocess.CompletedProcess[str]:
        """Run the command."""
        (self.folder / "spec.json").write_text(json.dumps(document), "utf-8")
        return self.run(*program, "spec.json", "--cache", ROOT / ".codegen", *options)

    def made(self) -> dict[str, bytes]:
        """Read the files that an update may change, or leave behind."""
        paths = (path for path in self.folder.rglob("*") if path.is_file())
        files = ((path.relative_to(self.folder).parts, path) for path in paths)
        return {
            "/".join(parts): path.read_bytes()
            for parts, path in files
            if parts[0].lstrip(".") in MADE and path.suffix != ".pyc"
        }


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_a_document_is_merged_and_its_trees_pass_the_tests(project: Project) -> None:
    before = project.made()
    total = sum(len(item) for item in yaml.safe_load(before["openapi.yaml"])["paths"].values())
    checked = project.update(official_app.document(), "--check")
    assert checked.returncode == 1, checked.stderr
    assert project.made() == before

    killed = project.update(official_app.document(), program=("-c", KILLED))
    assert killed.returncode == -signal.SIGKILL
    # What was built stays beside the old files, in hidden folders.
    left = project.made()
    assert {name: left.get(name) for name in before} == before

    done = project.update(official_app.document())

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"The document contains 6 of our {total} operations.\n")
    assert "\nNew operations, named by rule" in done.stdout
    after = project.made()
    assert before.keys() <= after.keys()
    new = {name for name in after.keys() - left.keys() if "/api/" in name}
    modules = ("__init__", "add_remarks", "get_rehearsal", "run_rehearsal")
    assert new == {f"generated/vlmrun_api/api/rehearsals/{name}.py" for name in modules}
    # The report names the Literals that need the new values.
    assert 'vlmrun.types.JobStatus: values added: "cancelled"' in done.stdout
    assert 'vlmrun.types.ElementType: values added: "token"' in done.stdout
    public = project.folder / "src/vlmrun/types/jobs.py"
    text = public.read_text("utf-8")
    for value, added in (("paused", "cancelled"), ("audio", "token")):
        text = text.replace(f'"{value}"', f'"{value}", "{added}"', 1)
    public.write_text(text, "utf-8")
    assert project.failures(*TESTS) == ""

    after = project.made()
    again = project.update(official_app.document())
    assert again.returncode == 0
    assert "nothing to merge" in again.stdout
    assert project.made() == after


def test_a_document_of_another_service_needs_no_edits(project: Project) -> None:
    done = project.update(fastapi_apps.document("rules"))
    assert done.returncode == 0, done.stderr
    # The new operations have no methods yet, but no existing code has to be changed.
    assert re.search(r"src/vlmrun/\S+(?<!/__init__)\.py:\d", done.stdout) is None
    assert project.failures(*TESTS) == ""


def test_a_finding_of_the_linter_stops_the_update(project: Project) -> None:
    before = project.made()
    document = yaml.safe_load((project.folder / "openapi.yaml").read_text("utf-8"))
    document["components"]["schemas"]["BoxCoords"]["title"] = "Box"
    output = project.folder / "next.yaml"
    done = project.update(document, "--output", output)
    assert done.returncode == 2
    assert ": #/components/schemas/BoxCoords: no_title: the title replaces" in done.stderr
    assert done.stderr.endswith("Nothing was changed.\n")
    assert project.made() == before
    assert "title: Box\n" in output.read_text("utf-8")


def test_a_client_that_the_new_package_breaks_is_reported(project: Project) -> None:
    document = yaml.safe_load((project.folder / "openapi.yaml").read_text("utf-8"))
    del document["paths"]["/datasets/{dataset_id}"]
    done = project.update(document)
    assert done.returncode == 0, done.stderr
    assert "The document is of our own form" in done.stdout
    assert "The client does not work with the new low-level package (" in done.stdout
    assert "get_dataset" in done.stdout
    assert not (project.folder / "generated/vlmrun_api/api/datasets/get_dataset.py").exists()
