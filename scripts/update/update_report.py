"""The report of `make update`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

Entries = dict[str, list[str]]

_MAX_EXAMPLES = 3


@dataclass
class UpdateReport:
    """The points to review before a commit: names, or names by what to say about them.

    Attributes:
        found: How many of our operations the document contains.
        total: How many operations we have.
    """

    found: int = 0
    total: int = 0
    moved: str = ""
    added: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    left_out: Entries = field(default_factory=dict)
    looser: Entries = field(default_factory=dict)
    kept: Entries = field(default_factory=dict)
    converted: Entries = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)

    def add(self, section: str, text: str, subject: str) -> None:
        """Add a name to an entry of one of the sections that are dictionaries."""
        names: list[str] = getattr(self, section).setdefault(text, [])
        if subject not in names:
            names.append(subject)

    def lines(self) -> Iterator[str]:
        """Yield the lines of the report, without empty sections."""
        yield f"The document contains {self.found} of our {self.total} operations."
        yield from filter(None, [self.moved])
        yield ""
        sections = {
            "New operations, named by rule (rename them in openapi.yaml)": self.added,
            "New schemas whose name was taken": self.renamed,
            "Operations that the document lacks, removed": _one_line(self.removed),
            "Operations that the document lacks, kept (REMOVE=1 removes them)": _one_line(
                self.missing
            ),
            "In the document, left out or changed": _entries(self.left_out),
            "Requests that openapi.yaml allows, and the document does not": _entries(self.looser),
            "What else the document lacks, kept (remove by hand what no longer exists)": _entries(
                self.kept
            ),
            "Converted, as docs/maintaining.md describes": [
                f"{len(names)} {text}, such as {', '.join(names[:_MAX_EXAMPLES])}"
                for text, names in self.converted.items()
            ],
            "Overlay actions for other documents, skipped": _one_line(self.skipped),
        }
        for title, entries in sections.items():
            if entries:
                yield f"{title}:"
                yield from (f"  {entry}" for entry in entries)
                yield ""


def _entries(entries: Entries) -> list[str]:
    return [f"{text}: {', '.join(names)}" for text, names in entries.items()]


def _one_line(names: list[str]) -> list[str]:
    return [", ".join(names)] if names else []
