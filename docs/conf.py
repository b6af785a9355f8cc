"""Configuration of Sphinx for `make site`."""

from __future__ import annotations

import re
from pathlib import Path

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


def setup(app: Sphinx) -> None:
    """Connect the handlers of events."""
    app.connect("source-read", _replace_links_to_files)
    app.connect("include-read", _replace_links_of_readme)


def _replace_links_to_files(app: Sphinx, name: str, source: list[str]) -> None:
    """Show the text of links to code, tests and CONTRIBUTING without the link."""
    source[0] = _OUTSIDE.sub(r"\1", source[0])


def _replace_links_of_readme(app: Sphinx, path: Path, parent: str, source: list[str]) -> None:
    """Show the text of links to files beside README.md without the link."""
    source[0] = re.sub(r"\[([^\]]+)\]\((?!https?:|docs/|#)[^)]+\)", r"\1", source[0])
