"""What an update did, for the one who has to answer for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Report:
    """What a maintainer should look at before the next commit; a sentence or a name an entry."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """The report as text; nothing of what is empty."""
        parts = {
            "New operations, named by rule (rename them in openapi.yaml)": self.added,
            "Changed by the document": self.changed,
            "New schemas under another name than the document's": self.renamed,
            "Operations that it does not have, removed": _on_one_line(self.removed),
            "Operations that it does not have, kept (REMOVE=1 removes them)": _on_one_line(
                self.missing
            ),
            "What else it does not have, kept (remove by hand what is gone)": self.kept,
            "In the document, left out": self.left_out,
            "Actions of the overlay that are for other documents": _on_one_line(self.passed),
        }
        for title, entries in parts.items():
            if entries:
                yield f"{title}:"
                yield from (f"  {entry}" for entry in entries)
                yield ""


def _on_one_line(names: list[str]) -> list[str]:
    return [", ".join(names)] if names else []
