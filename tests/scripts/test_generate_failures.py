"""`generate.py` on a contract that cannot be generated whole: status 2, and no file touched."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.scripts.bad_documents import BAD

pytestmark = pytest.mark.slow

Contents = Callable[[Path], dict[str, tuple[bytes, int]]]


@pytest.fixture
def refused(
    generate: Any, project: Path, paths: list[str | Path], contents: Contents
) -> Callable[[], str]:
    """Run the command; returns its message when it has refused and touched nothing."""

    def run() -> str:
        before = contents(project)
        done = generate(*paths)
        assert done.returncode == 2, done.stdout + done.stderr
        assert done.stderr.endswith("Nothing was changed.\n")
        assert contents(project) == before
        assert sorted(path.name for path in project.iterdir() if path.is_dir()) == ["small_api"]
        return done.stderr

    return run


def picture_response(document: dict[str, Any]) -> None:
    """The generator leaves this response out, with a warning."""
    content = document["paths"]["/v1/things"]["post"]["responses"]["201"]["content"]
    content["image/png"] = content.pop("application/json")


def two_names_alike(document: dict[str, Any]) -> None:
    """The generator writes one module over the other, without a word."""
    document["paths"]["/v1/things"]["get"]["operationId"] = "createThing"


def two_request_types(document: dict[str, Any]) -> None:
    """The generator writes a module that raises NameError at import."""
    content = document["paths"]["/v1/things"]["post"]["requestBody"]["content"]
    content["multipart/form-data"] = dict(content["application/json"])


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (picture_response, "image/png"),
        (two_names_alike, "operationId 'create_thing' is the same as that of"),
        (two_request_types, "create_thing does not load"),
    ],
)
def test_a_contract_that_would_lose_something(
    harm: Callable[[dict[str, Any]], None],
    message: str,
    refused: Callable[[], str],
    project: Path,
    small_contract: dict[str, Any],
) -> None:
    harm(small_contract)
    (project / "openapi.yaml").write_text(yaml.safe_dump(small_contract), "utf-8")
    assert message in refused()


@pytest.mark.parametrize("name", BAD)
def test_a_contract_that_cannot_be_used(
    name: str, refused: Callable[[], str], project: Path
) -> None:
    (project / "openapi.yaml").write_bytes(BAD[name].data)
    said = refused()
    assert said.startswith(f"{project / 'openapi.yaml'}:")
    assert BAD[name].message in said
    assert said.count("\n") == 2


def test_a_contract_that_is_not_there(refused: Callable[[], str], project: Path) -> None:
    (project / "openapi.yaml").unlink()
    assert "openapi.yaml: cannot be read: No such file or directory" in refused()


def test_an_earlier_run_that_was_killed_is_undone(
    generate: Any, project: Path, paths: list[str | Path], contents: Contents
) -> None:
    """It had moved the tree away and not yet put the new one in its place."""
    package = project / "small_api"
    before = contents(package)
    package.rename(project / ".small_api.outgoing")
    shutil.copytree(project / ".small_api.outgoing/models", project / ".small_api.incoming/models")
    (project / "openapi.yaml").unlink()

    assert generate(*paths).returncode == 2

    assert contents(package) == before
    assert [path.name for path in project.iterdir()] == ["small_api"]


def test_a_twin_that_cannot_be_derived_leaves_the_package_alone_too(
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
