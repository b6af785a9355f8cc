"""The pages of the documentation site: all of them are listed, and all resources are described."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vlmrun._index import resources_async, resources_sync

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {path.relative_to(DOCS).with_suffix("").as_posix() for path in DOCS.rglob("*.md")}
LISTED = {page for page in PAGES if page != "index" and not page.startswith("decisions/0")}


def test_the_navigation_lists_every_page() -> None:
    text = (DOCS / "index.md").read_text("utf-8")
    entries = re.findall(r"^[a-z][a-z-]*(?:/[A-Za-z-]+)?$", text, re.MULTILINE)
    assert sorted(entries) == sorted(LISTED)


def test_llms_txt_lists_every_page() -> None:
    links = re.findall(r"^- \[.+?\]\((.+?)\.html\)", (DOCS / "llms.txt").read_text("utf-8"), re.M)
    assert sorted(links) == sorted(LISTED)


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_the_reference_describes_every_resource(kind: str) -> None:
    resources = {"sync": resources_sync, "async": resources_async}[kind].Resources
    names = [name for name in vars(resources) if not name.startswith("_")]
    text = (DOCS / f"reference/{kind}-client.md").read_text("utf-8")
    assert re.findall(r"^## client\.(\w+)$", text, re.MULTILINE) == names


def test_the_reference_describes_every_module_of_types() -> None:
    modules = {path.stem for path in (DOCS.parent / "src/vlmrun/types").glob("[a-z]*.py")}
    text = (DOCS / "reference/types.md").read_text("utf-8")
    described = set(re.findall(r"automodule:: vlmrun\.types\.(\w+)", text))
    assert described == modules - {"abstract"}
