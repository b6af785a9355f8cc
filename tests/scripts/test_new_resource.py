"""CONTRIBUTING.md's example of a new resource, carried out in a copy of the project."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
EXAMPLE = TEXT[TEXT.index("### A new resource") : TEXT.index("## Decisions")]

pytestmark = pytest.mark.slow


@pytest.fixture
def copy(project_copy: Path) -> Path:
    """The project, with the example's files in their places."""
    operation, schema = re.findall(r"^```yaml\n(.*?)^```$", EXAMPLE, re.MULTILINE | re.DOTALL)
    contract = project_copy / "openapi.yaml"
    text = contract.read_text("utf-8")
    text = re.sub(r"(?m)^paths:\n", lambda found: found[0] + operation, text)
    text = re.sub(r"(?m)^  schemas:\n", lambda found: found[0] + schema, text)
    contract.write_text(text, "utf-8")
    files = re.findall(r"`([\w/]+\.py)`.*?^```py\n(.*?)^```$", EXAMPLE, re.MULTILINE | re.DOTALL)
    assert len(files) == 4
    for name, code in files:
        (project_copy / name).write_text(code, "utf-8")
    return project_copy


def test_five_files_are_enough(copy: Path, generate: Callable[..., Any]) -> None:
    paths = {
        "--contract": "openapi.yaml",
        "--package": "generated/vlmrun_api",
        "--async-tree": "src/vlmrun/_async",
        "--sync-tree": "src/vlmrun/_sync",
        "--types": "src/vlmrun/types",
        "--index": "src/vlmrun/_index",
        "--config": "pyproject.toml",
    }
    done = generate(*(part for name, path in paths.items() for part in (name, copy / path)))
    assert done.returncode == 0, done.stderr
    tests = ["client/test_labels.py", "client/test_parity.py", "contract", "security/test_ids.py"]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command += ["-m", "not slow", "--deselect", "tests/contract/test_documents.py"]
    done = subprocess.run(
        [*command, *(f"tests/{name}" for name in tests)],
        cwd=copy,
        env={"PYTHONPATH": f"{copy / 'src'}:{copy / 'generated'}", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    checked = [sys.executable, "-m", "ruff", "check", ".", "--quiet"]
    assert subprocess.run(checked, cwd=copy, check=False).returncode == 0
