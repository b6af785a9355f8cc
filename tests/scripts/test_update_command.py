"""`make update` in a copy of the project, up to the tests of the derived trees."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.scripts import official_app, third_party_app
from tests.scripts.conftest import ROOT, Contents

MADE = ("generated", "src", "docs", "openapi.yaml")

pytestmark = pytest.mark.slow

Done = subprocess.CompletedProcess[str]

# Kills the command when everything is built and the first target would be replaced.
KILLED = """
import os, runpy, signal
from pathlib import Path
Path.rename = lambda path, target: os.kill(os.getpid(), signal.SIGKILL)
runpy.run_module("scripts.update", run_name="__main__", alter_sys=True)
"""


@pytest.fixture
def update(project_copy: Path) -> Callable[..., Done]:
    """Run the command in the copy of the project."""

    def run(document: Any, *options: str, before: tuple[str, ...] = ()) -> Done:
        spec = project_copy / "spec.json"
        spec.write_text(json.dumps(document), "utf-8")
        command = [sys.executable, *(before or ("-m", "scripts.update")), str(spec)]
        command += ["--cache", str(ROOT / ".codegen"), *options]
        return subprocess.run(
            command, cwd=project_copy, capture_output=True, text=True, check=False
        )

    return run


@pytest.fixture
def made(project_copy: Path, contents: Contents) -> Callable[[], dict[str, bytes]]:
    """Read the files that an update may change, or leave behind."""

    def read() -> dict[str, bytes]:
        files = contents(project_copy).items()
        return {name: data for name, (data, _) in files if name.split("/")[0].lstrip(".") in MADE}

    return read


def test_a_document_is_merged_and_its_trees_pass_the_tests(
    project_copy: Path, update: Callable[..., Done], made: Callable[[], dict[str, bytes]]
) -> None:
    before = made()
    total = sum(len(item) for item in yaml.safe_load(before["openapi.yaml"])["paths"].values())
    checked = update(official_app.document(), "--check")
    assert checked.returncode == 1, checked.stderr
    assert made() == before

    killed = update(official_app.document(), before=("-c", KILLED))
    assert killed.returncode == -signal.SIGKILL
    # What was built stays beside the old files, in hidden folders.
    left = made()
    assert {name: left.get(name) for name in before} == before

    done = update(official_app.document())

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"The document contains 6 of our {total} operations.\n")
    assert "\nNew operations, named by rule" in done.stdout
    after = made()
    assert before.keys() <= after.keys()
    new = {name for name in after.keys() - left.keys() if "/api/" in name}
    modules = ("__init__", "add_remarks", "get_rehearsal", "run_rehearsal")
    assert new == {f"generated/vlmrun_api/api/rehearsals/{name}.py" for name in modules}
    # The report names the Literals that need the new values.
    assert 'vlmrun.types.JobStatus: values added: "cancelled"' in done.stdout
    assert 'vlmrun.types.ElementType: values added: "token"' in done.stdout
    public = project_copy / "src/vlmrun/types/jobs.py"
    text = public.read_text("utf-8")
    for value, added in (("paused", "cancelled"), ("audio", "token")):
        text = text.replace(f'"{value}"', f'"{value}", "{added}"', 1)
    public.write_text(text, "utf-8")
    assert run_tests(project_copy) == ""

    after = made()
    again = update(official_app.document())
    assert again.returncode == 0
    assert "nothing to merge" in again.stdout
    assert made() == after


def test_a_document_of_another_service_needs_no_edits(
    project_copy: Path, update: Callable[..., Done]
) -> None:
    done = update(third_party_app.document())
    assert done.returncode == 0, done.stderr
    # The new operations have no methods yet, but no existing code has to be changed.
    assert re.search(r"src/vlmrun/\S+(?<!/__init__)\.py:\d", done.stdout) is None
    assert run_tests(project_copy) == ""


def run_tests(project: Path) -> str:
    """Run the tests that depend on the contract; return their output if one fails."""
    tests = [
        "contract",
        "public_api/test_operations.py",
        "docs/test_operations.py",
        "client/test_lists.py",
    ]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "not slow"]
    done = subprocess.run(
        [*command, *(f"tests/{name}" for name in tests)],
        cwd=project,
        env={
            "PYTHONPATH": f"{project / 'src'}:{project / 'generated'}",
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else done.stdout[-4000:]


def test_a_finding_of_the_linter_stops_the_update(
    project_copy: Path, update: Callable[..., Done], made: Callable[[], dict[str, bytes]]
) -> None:
    before = made()
    document = yaml.safe_load((project_copy / "openapi.yaml").read_text("utf-8"))
    document["components"]["schemas"]["BoxCoords"]["title"] = "Box"
    output = project_copy / "next.yaml"
    done = update(document, "--output", str(output))
    assert done.returncode == 2
    assert ": #/components/schemas/BoxCoords: no_title: the title replaces" in done.stderr
    assert done.stderr.endswith("Nothing was changed.\n")
    assert made() == before
    assert "title: Box\n" in output.read_text("utf-8")


def test_a_client_that_the_new_package_breaks_is_reported(
    project_copy: Path, update: Callable[..., Done]
) -> None:
    document = yaml.safe_load((project_copy / "openapi.yaml").read_text("utf-8"))
    del document["paths"]["/datasets/{dataset_id}"]
    done = update(document)
    assert done.returncode == 0, done.stderr
    assert "The document is of our own form" in done.stdout
    assert "The client does not work with the new low-level package (" in done.stdout
    assert "get_dataset" in done.stdout
    assert not (project_copy / "generated/vlmrun_api/api/datasets/get_dataset.py").exists()
