"""What is derived from a contract, made in a scratch folder, ready to be put in its place."""

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
    """Make the derived trees and the page of operations for a new contract.

    Args:
        root: The project.
        contract: The new contract.
        scratch: An empty folder, or one with the contract in it.
        environment: Where the tools are.

    Returns:
        What comes in the place of each file and folder, and why the page is not among them, if it
        is not.

    Raises:
        GenerationError: A tree cannot be made.
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
    """Have the client itself say what sends each operation, as it is with the new trees."""
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
        said = (done.stdout.strip().splitlines() or ["no reason given"])[-1]
        return None, (
            f"The client does not work with the new low-level package ({said}).\n"
            f"{PAGE} is as it was: mend src/vlmrun, then `make generate docs`."
        )
    return project / PAGE, ""
