"""The whole comparison of two OpenAPI documents, at all levels."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from scripts.api_diff.git import GitError, latest_tag
from scripts.generate.failure import GenerationError
from scripts.openapi.load_document import UnusableError
from scripts.spec_diff.change import Change
from scripts.spec_diff.ergonomic_level import ErgonomicLevel
from scripts.spec_diff.low_level import LowLevel
from scripts.spec_diff.next_version import changelog_section, next_version, version_numbers
from scripts.spec_diff.project_sources import ProjectSources
from scripts.spec_diff.spec import Spec
from scripts.spec_diff.wire_level import Comparison, compare_specs

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".codegen"


@dataclass(frozen=True)
class Report:
    """The result of a comparison.

    Attributes:
        changes: The changes, the breaking ones first.
        documentation: The number of differences in descriptions, titles and examples.
        version: The version of the latest release.
        next_version: The version to release next; the current one if nothing changed.
        changelog: The section for CHANGELOG.md, without the heading that is there already; empty
            if nothing changed.
        problem: Why the low-level packages could not be compared; empty if they were.
    """

    old: Spec
    new: Spec
    changes: list[Change]
    documentation: int
    version: str
    next_version: str
    changelog: str
    problem: str

    @property
    def is_breaking(self) -> bool:
        """Whether anything breaks at any level."""
        return any(change.is_breaking for change in self.changes)


def build_report(old: Spec, new: Spec, project: Path = ROOT, cache: Path | None = CACHE) -> Report:
    """Compare two documents, and classify the changes.

    Args:
        old: The document that the released clients are built from.
        new: The document that the next ones will be built from.
        project: The checkout with the public types and calls.
        cache: The folder with the generator's environment; None skips the low level.

    Raises:
        UnusableError: A document is nested too deeply, or the project has no version.
    """
    try:
        compared = compare_specs(old, new)
        problem = _compare_packages(compared, cache) if cache else ""
    except RecursionError as error:
        raise UnusableError(f"{old.name}, {new.name}: nested too deeply") from error
    if list(compared.changes):
        ErgonomicLevel(ProjectSources(project), compared).mark()
    changes = compared.changes.sorted()
    version = _version(project)
    released = _released_version(project) or version
    proposed = max(version, next_version(released, changes), key=version_numbers)
    section = changelog_section(proposed, changes, has_heading=_is_unreleased(project))
    return Report(old, new, changes, compared.documentation, released, proposed, section, problem)


def _compare_packages(compared: Comparison, cache: Path) -> str:
    """Mark what breaks in the low-level package; returns why that is not possible."""
    old, new = compared.old.root.value, compared.new.root.value
    if old == new:
        return ""
    try:
        LowLevel(compared, cache).mark()
    except GenerationError as error:
        return f"low-level changes are not listed: {error}"
    return ""


def _released_version(project: Path) -> str:
    """Return the version of the latest tag, such as v1.0.0: the current one may be raised."""
    try:
        found = re.fullmatch(r"v?(\d+\.\d+\.\d+)", latest_tag(project))
    except GitError:
        return ""
    return found[1] if found else ""


def _is_unreleased(project: Path) -> bool:
    """Return whether the first section of CHANGELOG.md is about the next release already."""
    path = project / "CHANGELOG.md"
    text = path.read_text("utf-8") if path.is_file() else ""
    found = re.search(r"^## +\[?(\w+)", text, re.M)
    return found is not None and found[1] == "Unreleased"


def _version(project: Path) -> str:
    path = project / "src" / "vlmrun" / "version.py"
    text = path.read_text("utf-8") if path.is_file() else ""
    found = re.search(r'^__version__ = "([^"]+)"', text, re.M)
    if found is None:
        raise UnusableError(f'{path}: no line __version__ = "1.2.3"')
    return found[1]
