"""The report of `make update`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class UpdateReport:
    """The points to review before a commit; each entry is a sentence or a name."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """Yield the lines of the report, without empty sections."""
        sections = {
            "New operations, named by rule (rename them in openapi.yaml)": self.added,
            "Changed by the document": self.changed,
            "New schemas whose name was taken": self.renamed,
            "Operations that the document lacks, removed": _one_line(self.removed),
            "Operations that the document lacks, kept (REMOVE=1 removes them)": _one_line(
                self.missing
            ),
            "What else the document lacks, kept (remove by hand what no longer exists)": self.kept,
            "In the document, left out": self.left_out,
            "Overlay actions for other documents, skipped": _one_line(self.skipped),
        }
        for title, entries in sections.items():
            if entries:
                yield f"{title}:"
                yield from (f"  {entry}" for entry in entries)
                yield ""


def _one_line(names: list[str]) -> list[str]:
    return [", ".join(names)] if names else []
