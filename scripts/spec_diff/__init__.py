"""Comparison of two OpenAPI documents: what differs, and for whom that breaks something."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from scripts.generate.failure import GenerationError
from scripts.openapi.load_document import UnusableError
from scripts.spec_diff.changes import Report
from scripts.spec_diff.compare import Compared, compare_documents
from scripts.spec_diff.document import Document, load
from scripts.spec_diff.ergonomic import Ergonomic
from scripts.spec_diff.generated_packages import build_packages
from scripts.spec_diff.low_level import LowLevel
from scripts.spec_diff.proposal import next_version, stanza
from scripts.spec_diff.sources import Sources

__all__ = ["Report", "compare", "compare_files"]

_PROJECT = Path(__file__).resolve().parents[2]


def compare(
    old: dict[str, Any] | Document,
    new: dict[str, Any] | Document,
    project: Path = _PROJECT,
    cache: Path | None = _PROJECT / ".codegen",
) -> Report:
    """Compare two documents, and classify what differs.

    Args:
        old: The document that the released clients are built from.
        new: The document that the next ones will be built from.
        project: The checkout with the public types and calls.
        cache: The folder with the generator's environment; None leaves the low level out.

    Raises:
        UnusableError: A document is nested too deeply, or the project has no version.
    """
    before = old if isinstance(old, Document) else Document(old, "old document")
    after = new if isinstance(new, Document) else Document(new, "new document")
    try:
        compared = compare_documents(before, after)
        problem = _compare_packages(compared, cache) if cache else ""
    except RecursionError as error:
        raise UnusableError(f"{before.name}, {after.name}: nested too deeply") from error
    Ergonomic(Sources(project), compared).mark(compared.findings)
    changes = compared.findings.sorted()
    version = _version(project)
    proposal = next_version(version, changes)
    return Report(
        before.name,
        after.name,
        changes,
        compared.documentation,
        version,
        proposal,
        stanza(proposal, changes),
        problem,
    )


def _compare_packages(compared: Compared, cache: Path) -> str:
    """Mark what breaks in the low-level package; return why that is not possible, if so."""
    old, new = compared.old.root.value, compared.new.root.value
    if old == new:
        return ""
    try:
        packages = build_packages(old, new, cache)
    except GenerationError as error:
        return f"low-level changes are not listed: {error}"
    LowLevel(compared, packages).mark(compared.findings)
    return ""


def compare_files(
    old: Path, new: Path, project: Path = _PROJECT, cache: Path | None = _PROJECT / ".codegen"
) -> Report:
    """Compare two files; see `compare`.

    Raises:
        UnusableError: One of them cannot be used.
    """
    return compare(load(old), load(new), project, cache)


def _version(project: Path) -> str:
    path = project / "src" / "vlmrun" / "version.py"
    found = re.search(r'^__version__ = "([^"]+)"', path.read_text("utf-8"), re.M)
    if found is None:
        raise UnusableError(f'{path}: no line __version__ = "1.2.3"')
    return found[1]
