"""The example of a new resource in CONTRIBUTING.md, carried out in a copy of the project."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.scripts.project_copy import ROOT, ProjectCopy

TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
EXAMPLE = TEXT[TEXT.index("### A new resource") : TEXT.index("## Decisions")]
TESTS: tuple[str, ...] = (
    "client/test_labels.py",
    "client/test_parity.py",
    "contract/test_fields.py",
)
TESTS += ("contract/test_operations.py", "contract/test_seam.py", "contract/test_values.py")
TESTS += ("security/test_ids.py",)

pytestmark = pytest.mark.slow


@pytest.fixture
def project(tmp_path: Path) -> ProjectCopy:
    """Create a copy of the project with the files of the example."""
    project = ProjectCopy(tmp_path)
    operation, schema = re.findall(r"^```yaml\n(.*?)^```$", EXAMPLE, re.MULTILINE | re.DOTALL)
    project.edit(
        "openapi.yaml",
        ("\npaths:\n", f"\npaths:\n{operation}"),
        ("\n  schemas:\n", f"\n  schemas:\n{schema}"),
    )
    files = re.findall(r"`([\w/]+\.py)`.*?^```py\n(.*?)^```$", EXAMPLE, re.MULTILINE | re.DOTALL)
    assert len(files) == 4
    for name, code in files:
        (tmp_path / name).write_text(code, "utf-8")
    return project


def test_five_files_are_enough(project: ProjectCopy) -> None:
    done = project.generate()
    assert done.returncode == 0, done.stderr
    assert project.failures(*TESTS) == ""
    done = project.run("-m", "ruff", "check", "--quiet", "src", "tests")
    assert done.returncode == 0, done.stdout
