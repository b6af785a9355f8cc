"""Configuration of Sphinx for `make site`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from vlmrun.version import __version__

project = "vlmrun"
author = "the authors of vlmrun"
copyright = "2026, the authors of vlmrun"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
html_theme = "furo"
html_title = f"vlmrun {release}"
html_copy_source = False
html_extra_path = ["llms.txt"]
html_static_path = ["_static"]
html_css_files = ["site.css"]

myst_heading_anchors = 4

# The sync and the async client have the same names.
suppress_warnings = ["ref.python"]

add_module_names = False
autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
napoleon_numpy_docstring = False
# As a list, not as objects, which the members of a NamedTuple would be a second time.
napoleon_use_ivar = True
# Docstrings use single backticks for code, as Markdown does.
default_role = "code"

# A link to a file of the repository that is not a page of the site.
_OUTSIDE = re.compile(r"\[([^\]]+)\]\((?:\.\./)+(?!docs/)[^)]+\)")


# A block that is wider than the page must be reachable by keyboard, to be scrolled.
_FOCUS_SCROLLING = """\
addEventListener("load", () => {
  for (const block of document.querySelectorAll("pre, .table-wrapper"))
    if (block.scrollWidth > block.clientWidth) block.tabIndex = 0;
});"""


def setup(app: Sphinx) -> None:
    """Connect the handlers of events."""
    app.add_js_file(None, body=_FOCUS_SCROLLING)
    app.connect("html-page-context", _add_level_of_captions, priority=1000)
    app.connect("source-read", _replace_links_to_files)
    app.connect("include-read", _replace_links_of_readme)


def _replace_links_to_files(app: Sphinx, name: str, source: list[str]) -> None:
    """Show the text of links to code, tests and CONTRIBUTING without the link."""
    source[0] = _OUTSIDE.sub(r"\1", source[0])


def _replace_links_of_readme(app: Sphinx, path: Path, parent: str, source: list[str]) -> None:
    """Show the text of links to files beside README.md without the link."""
    source[0] = re.sub(r"\[([^\]]+)\]\((?!https?:|docs/|#)[^)]+\)", r"\1", source[0])


def _add_level_of_captions(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Add the level of the headings in the navigation, which Sphinx leaves out."""
    tree = context.get("furo_navigation_tree")
    if tree:
        heading = 'role="heading"'
        context["furo_navigation_tree"] = tree.replace(heading, f'{heading} aria-level="2"')
