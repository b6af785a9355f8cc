"""The derived trees and docs/operations.md of a new contract, built in a scratch folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.generate import __main__ as generate
from scripts.generate.environment import Environment

PAGE = Path("docs/operations.md")
_WRITER = Path("scripts/write_docs/__main__.py")


def build_project(
    root: Path, contract: Path, scratch: Path, environment: Environment
) -> tuple[dict[Path, Path], str]:
    """Build the derived trees and the page of operations.

    Args:
        root: The project.
        contract: The new contract.
        scratch: A folder that is empty or contains the contract only.
        environment: The environment with the tools.

    Returns:
        The replacement of each file and folder, and why the page is not among them, if it is not.

    Raises:
        GenerationError: A tree cannot be built.
    """
    options = generate.parse(["--contract", str(contract)])
    new = generate.build(generate.derived_trees(options), scratch, environment)
    page, problem = _write_page(root, contract, scratch / "project", new)
    new[root / "openapi.yaml"] = contract
    if page:
        new[root / PAGE] = page
    return new, problem


def _write_page(
    root: Path, contract: Path, project: Path, new: dict[Path, Path]
) -> tuple[Path | None, str]:
    """Write the page with the client itself, which has to work with the new trees for that."""
    shutil.copytree(root / "src", project / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for target, made in new.items():
        copy = project / target.relative_to(root)
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(made, copy)
    for name in (_WRITER, PAGE):
        (project / name).parent.mkdir(parents=True)
    shutil.copy(contract, project / "openapi.yaml")
    shutil.copy(root / _WRITER, project / _WRITER)
    done = subprocess.run(
        [sys.executable, project / _WRITER],
        env={**os.environ, "PYTHONPATH": f"{project / 'src'}{os.pathsep}{project / 'generated'}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        message = (done.stdout.strip().splitlines() or ["no reason"])[-1]
        return None, (
            f"The client does not work with the new low-level package ({message}).\n"
            f"{PAGE} is unchanged: fix src/vlmrun, then run `make generate docs`."
        )
    return project / PAGE, ""
