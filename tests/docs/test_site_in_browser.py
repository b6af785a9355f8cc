"""The documentation site is accessible, in light and dark, and no page is wider than its window."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sync_api = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")

CHROMIUM = shutil.which("chromium")
ROOT = Path(__file__).parents[2]

# Indexes without content of ours, and two of the pages of the reference: they are made as the
# others are, and so long that checking them takes a minute each.
LEFT_OUT = {f"{name}.html" for name in ("genindex", "py-modindex", "search")} | {
    f"{kind}-client.html" for kind in ("sync", "async")
}

# The rules of WCAG, without the best practices of axe's authors, some of which the theme ignores.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium"),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    options = ["--quiet", "--fail-on-warning", "--builder", "html"]
    command = [sys.executable, "-m", "sphinx", *options, str(ROOT / "docs"), str(folder)]
    subprocess.run(command, check=True)
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible(site: Path, browser: Any, scheme: str) -> None:
    pages = [path for path in sorted(site.rglob("*.html")) if path.name not in LEFT_OUT]
    # As narrow as a telephone.
    page = browser.new_page(color_scheme=scheme, viewport={"width": 390, "height": 800})
    found = {path.name: problems(page, path) for path in pages}
    page.close()
    assert len(pages) > 20
    assert {name: each for name, each in found.items() if each} == {}


def problems(page: Any, path: Path) -> list[str]:
    """Return what is wrong with a page, in words."""
    page.goto(path.as_uri())
    results = axe.Axe().run(page, options=RULES)
    found = [f"{each['id']}: {each['help']}" for each in results.response["violations"]]
    too_wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    return [*found, *(["wider than the window"] if too_wide else [])]
