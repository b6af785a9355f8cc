"""The examples of CONTRIBUTING.md work; that of a resource is in tests/scripts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scripts.contributing_examples import carry_out
from tests.scripts.project_copy import ProjectCopy


@pytest.fixture
def project(tmp_path: Path) -> ProjectCopy:
    return ProjectCopy(tmp_path)


def is_formatted(project: ProjectCopy, files: list[str]) -> bool:
    code = {file for file in files if file.endswith(".py")}
    return all(
        project.run("-m", "ruff", *command, *code).returncode == 0
        for command in (["check"], ["format", "--check"])
    )


TITLES: tuple[str, ...] = ("Add a resource", "Add a method to a resource")
TITLES += ("Add a lint rule", "Add a client option")


def test_the_examples_fit_the_code(project: ProjectCopy) -> None:
    for title in TITLES:
        assert carry_out(project, title) != []


@pytest.mark.slow
def test_a_new_lint_rule(project: ProjectCopy) -> None:
    files = carry_out(project, "Add a lint rule")
    assert files == ["scripts/lint_spec/operation_rules.py", "tests/scripts/lint_spec_cases.yaml"]
    assert project.failures("scripts/test_lint_spec_rules.py") == ""
    done = project.run("-m", "scripts.lint_spec")
    assert done.stdout == "openapi.yaml: no findings\n"
    assert is_formatted(project, files)


@pytest.mark.slow
def test_a_new_client_option(project: ProjectCopy) -> None:
    files = carry_out(project, "Add a client option")
    assert files[-1] == "tests/client/test_max_retry_after.py"
    # Before `make generate`, only the async client has it.
    failed = project.failures("client/test_max_retry_after.py")
    assert "1 failed, 1 passed" in failed
    done = project.generate()
    assert done.returncode == 0, done.stderr
    tests = ("client/test_max_retry_after.py", "client/test_configuration.py")
    assert project.failures(*tests, "client/test_parity.py", "core") == ""
    assert is_formatted(project, files)
