"""The example of a new resource in CONTRIBUTING.md, carried out in a copy of the project."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scripts.contributing_examples import carry_out
from tests.scripts.project_copy import ProjectCopy

TESTS: tuple[str, ...] = (
    "client/test_labels.py",
    "client/test_parity.py",
    "contract/test_fields.py",
)
TESTS += ("contract/test_operations.py", "contract/test_seam.py", "contract/test_values.py")
TESTS += ("docs/test_operations.py", "public_api/test_operations.py")
TESTS += ("security/test_ids.py", "types/test_protocol.py")

pytestmark = pytest.mark.slow


@pytest.fixture
def project(tmp_path: Path) -> ProjectCopy:
    """Create a copy of the project."""
    return ProjectCopy(tmp_path)


def test_the_example_is_enough(project: ProjectCopy) -> None:
    files = set(carry_out(project, "Add a resource"))
    assert len(files) == 6
    done = project.generate()
    assert done.returncode == 0, done.stderr
    done = project.run("-m", "scripts.write_docs")
    assert done.returncode == 0, done.stderr
    assert project.failures(*TESTS) == ""
    code = files - {"openapi.yaml"}
    for check in (["ruff", "check", *code], ["ruff", "format", "--check", *code]):
        done = project.run("-m", *check)
        assert done.returncode == 0, done.stdout
    assert project.run("-m", "scripts.lint_spec").stdout == "openapi.yaml: no findings\n"
