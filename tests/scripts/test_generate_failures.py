"""`scripts.generate` on a contract that it must refuse: exit status 2, and nothing is changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.scripts.bad_documents import BAD
from tests.scripts.conftest import Contents

pytestmark = pytest.mark.slow


@pytest.fixture
def refused(
    generate: Any, project: Path, paths: list[str | Path], contents: Contents
) -> Callable[[], str]:
    """Return a function that runs the command, asserts the refusal and returns the message."""

    def run() -> str:
        before = contents(project)
        done = generate(*paths)
        assert done.returncode == 2, done.stdout + done.stderr
        assert done.stderr.endswith("Nothing was changed.\n")
        assert contents(project) == before
        assert sorted(path.name for path in project.iterdir() if path.is_dir()) == ["small_api"]
        return done.stderr

    return run


def unsupported_response(document: dict[str, Any]) -> None:
    """Add a response that the generator leaves out, with a warning."""
    content = document["paths"]["/v1/things"]["post"]["responses"]["201"]["content"]
    content["image/png"] = content.pop("application/json")


def two_request_types(document: dict[str, Any]) -> None:
    """Add a second request body, for which the generated module lacks an import."""
    content = document["paths"]["/v1/things"]["post"]["requestBody"]["content"]
    content["multipart/form-data"] = dict(content["application/json"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (unsupported_response, "image/png"),
        (two_request_types, "Undefined name `Unset`"),
    ],
)
def test_a_contract_that_would_lose_something(
    change: Callable[[dict[str, Any]], None],
    message: str,
    refused: Callable[[], str],
    project: Path,
    small_contract: dict[str, Any],
) -> None:
    change(small_contract)
    (project / "openapi.yaml").write_text(yaml.safe_dump(small_contract), "utf-8")
    assert message in refused()


def test_a_contract_that_cannot_be_used(refused: Callable[[], str], project: Path) -> None:
    path, bad = project / "openapi.yaml", BAD["dangling"]
    path.write_bytes(bad.data)
    assert refused() == f"{path}{bad.message}\nNothing was changed.\n"


def test_a_contract_that_is_not_there(refused: Callable[[], str], project: Path) -> None:
    (project / "openapi.yaml").unlink()
    assert "openapi.yaml: cannot be read: No such file or directory" in refused()


def test_a_sync_client_that_cannot_be_derived_leaves_the_package_alone(
    generate: Any, project: Path, small_contract: dict[str, Any], contents: Contents
) -> None:
    small_contract["info"]["description"] = "Changed."
    small_contract["components"]["schemas"]["Thing"]["description"] = "Changed."
    (project / "openapi.yaml").write_text(yaml.safe_dump(small_contract), "utf-8")
    (project / "_async").mkdir()
    (project / "_async/client.py").write_text("import asyncio\n\ngather = asyncio.gather\n")
    (project / "pyproject.toml").write_text("")
    before = contents(project)
    done = generate(
        f"--contract={project / 'openapi.yaml'}",
        f"--package={project / 'small_api'}",
        f"--async-tree={project / '_async'}",
        f"--sync-tree={project / '_sync'}",
        f"--config={project / 'pyproject.toml'}",
    )
    assert done.returncode == 2
    assert "asyncio" in done.stderr
    assert contents(project) == before
