"""What differs between two OpenAPI documents, and for whom. `spec_diff.py` is the command."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from scripts.openapi.load_document import UnusableError
from scripts.spec_diff.changes import Report
from scripts.spec_diff.compare import compare_documents
from scripts.spec_diff.document import Document, load
from scripts.spec_diff.ergonomic import Ergonomic
from scripts.spec_diff.lowlevel import LowLevel
from scripts.spec_diff.proposal import next_version, stanza
from scripts.spec_diff.sources import Sources
from scripts.spec_diff.surface import Surface

__all__ = ["Report", "compare", "compare_files"]

_PROJECT = Path(__file__).resolve().parents[2]


def compare(
    old: dict[str, Any] | Document, new: dict[str, Any] | Document, project: Path = _PROJECT
) -> Report:
    """All that differs between two documents, classified.

    Args:
        old: The document that released clients were made from.
        new: The document that the next ones will be made from.
        project: The checkout whose public types and calls are meant.

    Raises:
        UnusableError: They are nested too deeply, or the project has no version.
    """
    before = old if isinstance(old, Document) else Document(old, "old document")
    after = new if isinstance(new, Document) else Document(new, "new document")
    try:
        compared = compare_documents(before, after)
        LowLevel(Surface(before), Surface(after), compared).mark(compared.findings)
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
    )


def compare_files(old: Path, new: Path, project: Path = _PROJECT) -> Report:
    """The same, of two files; see `compare`.

    Raises:
        UnusableError: One of them cannot be used.
    """
    return compare(load(old), load(new), project)


def _version(project: Path) -> str:
    path = project / "src" / "vlmrun" / "version.py"
    found = re.search(r'^__version__ = "([^"]+)"', path.read_text("utf-8"), re.M)
    if found is None:
        raise UnusableError(f'{path}: no line __version__ = "1.2.3"')
    return found[1]
