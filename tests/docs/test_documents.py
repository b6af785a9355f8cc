"""README and docs say what is so: their code runs, their commands and links exist."""

from __future__ import annotations

import logging
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import vlmrun.testing

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/**/*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(document: Path, language: str) -> list[str]:
    return [code for kind, code in BLOCK.findall(document.read_text("utf-8")) if kind == language]


@pytest.fixture
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What the documents take for granted: a key, a service, a file and a skill directory."""
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


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
@pytest.mark.usefixtures("surroundings")
def test_its_code_runs(document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("document")
    monkeypatch.setitem(sys.modules, "document", module)
    for code in blocks(document, "python"):
        exec(compile(code, document.name, "exec"), vars(module))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_its_commands_exist(document: Path) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    assert set(re.findall(r"(?:`|^)make ([a-z-]+)", document.read_text("utf-8"), re.M)) <= targets
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    table = project.split("[project.optional-dependencies]")[1].split("\n[")[0]
    extras = set(re.findall(r"^(\w+) = ", table, re.MULTILINE))
    assert set(re.findall(r"vlmrun\[(\w+)\]", document.read_text("utf-8"))) <= extras


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_its_links_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text("utf-8"))
    missing = [link for link in links if not (document.parent / link).exists()]
    assert missing == []
