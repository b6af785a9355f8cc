"""The code, commands and links in README and docs work."""

from __future__ import annotations

import logging
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

import vlmrun.testing

ROOT = Path(__file__).parents[2]
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
DOCS = sorted(ROOT.glob("docs/**/*.md"))
PAGES = [
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "SECURITY.md")),
    CONTRIBUTING,
    *DOCS,
    ROOT / ".github/PULL_REQUEST_TEMPLATE.md",
]
# Derived, with the arguments of each call on a line; test_docstring_examples.py runs its examples.
OPERATIONS = ROOT / "docs/operations.md"
# Paths in backticks that contributors or users create.
EXAMPLE_PATHS = re.compile(r".*labels\.py|tests/client/test_max_retry_after\.py|dist/|.*\.venv/.*")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


every_page = pytest.mark.parametrize("page", PAGES, ids=name_of)


def blocks(page: Path, language: str) -> list[str]:
    return [code for kind, code in BLOCK.findall(page.read_text("utf-8")) if kind == language]


# Users copy single blocks of these pages.
STANDALONE_PAGES = [ROOT / "README.md", *(page for page in DOCS if page.parent.name == "guides")]
STANDALONE_BLOCKS = {
    f"{name_of(page)}-{number}": (page, code)
    for page in STANDALONE_PAGES
    for number, code in enumerate(blocks(page, "python"), 1)
}


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Provide what the pages assume: an API key, a server, a file and a skill directory."""
    shutil.copy(ROOT / "examples/inputs/referral.pdf", tmp_path / "referral.pdf")
    shutil.copytree(ROOT / "examples/skills/patient-referral", tmp_path / "my-skill")
    monkeypatch.chdir(tmp_path)
    with vlmrun.testing.serve(polls=1) as server:
        server.add_skill("patient-referral", "20260219-abc123")
        monkeypatch.setenv("VLMRUN_BASE_URL", server.url)
        monkeypatch.setenv("VLMRUN_GATEWAY_BASE_URL", server.url)
        monkeypatch.setenv("VLMRUN_API_KEY", "test")
        level = logging.getLogger("vlmrun").level
        yield
        logging.getLogger("vlmrun").setLevel(level)


def check_runs(code: str, file_name: str, namespace: dict[str, Any]) -> None:
    """Run code, which raises if it fails."""
    exec(compile(code, file_name, "exec"), namespace)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Provide what README and guides assume: a checkout, and the mock server as a command."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    with vlmrun.testing.serve(strict=False) as server:
        monkeypatch.setenv("VLMRUN_BASE_URL", server.url)
        monkeypatch.setenv("VLMRUN_GATEWAY_URL", server.url)
        monkeypatch.setenv("VLMRUN_API_KEY", "test")
        level = logging.getLogger("vlmrun").level
        yield
        logging.getLogger("vlmrun").setLevel(level)


@pytest.mark.parametrize(("page", "code"), STANDALONE_BLOCKS.values(), ids=STANDALONE_BLOCKS)
@pytest.mark.usefixtures("checkout")
def test_each_block_of_readme_and_guides_runs_alone(
    page: Path, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = ModuleType("page")
    monkeypatch.setitem(sys.modules, "page", module)
    check_runs(code, page.name, vars(module))


@pytest.mark.slow
def test_blocks_of_readme_and_guides_have_correct_types(tmp_path: Path) -> None:
    for number, (_, code) in enumerate(STANDALONE_BLOCKS.values()):
        (tmp_path / f"block_{number}.py").write_text(code, "utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "."]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    pyright = [sys.executable, "-m", "basedpyright", "--level", "error"]
    pyright += ["--pythonpath", sys.executable, "."]
    done = subprocess.run(pyright, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "page", [each for each in PAGES if each not in (*STANDALONE_PAGES, OPERATIONS)], ids=name_of
)
@pytest.mark.usefixtures("environment")
def test_python_blocks_run(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("page")
    monkeypatch.setitem(sys.modules, "page", module)
    for code in blocks(page, "python"):
        check_runs(code, page.name, vars(module))


@every_page
def test_make_targets_and_extras_exist(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    assert set(re.findall(r"(?:`|^)make ([a-z-]+)", page.read_text("utf-8"), re.M)) <= targets
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    table = project.split("[project.optional-dependencies]")[1].split("\n[")[0]
    extras = set(re.findall(r"^(\w+) = ", table, re.MULTILINE))
    assert set(re.findall(r"vlmrun\[(\w+)\]", page.read_text("utf-8"))) <= extras


@every_page
def test_relative_links_have_targets(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8"))
    missing = [link for link in links if not (page.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("page", [CONTRIBUTING, *DOCS], ids=name_of)
def test_paths_in_backticks_exist(page: Path) -> None:
    folders = "src|scripts|tests|docs|examples|benchmarks|generated|\\.github"
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    paths = re.findall(rf"`((?:{folders})/[^`\s]*)`", text)
    missing = [
        path
        for path in paths
        if not (any(ROOT.glob(path.rstrip("/"))) or EXAMPLE_PATHS.fullmatch(path))
    ]
    assert missing == []


@every_page
def test_lines_have_at_most_100_columns(page: Path) -> None:
    lines = page.read_text("utf-8").splitlines()
    too_long = [line for line in lines if len(line) > 100]
    assert too_long == [] or page == OPERATIONS


def test_compatibility_opens_with_the_ten_differences_that_are_met_first() -> None:
    first = (ROOT / "docs/compatibility.md").read_text("utf-8").split("\n## ")[1]
    numbers = re.findall(r"^(\d+)\. \*\*.+\.\*\*", first, re.MULTILINE)
    assert numbers == [str(number) for number in range(1, 11)]


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs/decisions"
    linked = re.findall(r"^- \[\d{4}\]\((.+?)\): ", (folder / "README.md").read_text("utf-8"), re.M)
    assert linked == sorted(path.name for path in folder.glob("[0-9]*.md"))


@pytest.mark.parametrize("form", ["bug_report", "feature_request"])
def test_issue_forms_are_valid(form: str) -> None:
    content = yaml.safe_load((ROOT / f".github/ISSUE_TEMPLATE/{form}.yml").read_text("utf-8"))
    assert content.keys() == {"name", "description", "labels", "body"}
    fields = [field for field in content["body"] if field["type"] != "markdown"]
    assert len({field["id"] for field in fields}) == len(fields)
    assert all(field["attributes"]["label"] for field in fields)
