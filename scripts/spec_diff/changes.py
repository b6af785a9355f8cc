"""What a comparison finds: changes, and the report of all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from scripts.openapi.containment import Relation

WIRE = "wire-breaking"
LOW_LEVEL = "low-level breaking"
ERGONOMIC = "ergonomic-breaking"
COMPATIBLE = "compatible"
CLASSES = (WIRE, LOW_LEVEL, ERGONOMIC)


@dataclass(frozen=True, order=True)
class Work:
    """Something that a maintainer has to edit because of a change."""

    file: str
    line: int
    text: str


@dataclass
class Change:
    """One thing that differs between the documents.

    Attributes:
        kind: A word for its kind, such as "field-removed".
        subject: What differs, such as "FileResponse.bytes" or "list_files".
        text: One sentence about it.
        old: JSON pointer into the old document; None for what is new.
        new: JSON pointer into the new document; None for what is gone.
        reasons: Why it is in a class of breaking changes, by class; empty if it is compatible.
        operations: The operations that are touched, by the new document's operationIds.
        work: What has to be edited, although nobody's code breaks, or because it does.
        guess: Whether the two were taken for each other because they are much alike.
    """

    kind: str
    subject: str
    text: str
    old: str | None
    new: str | None
    relation: Relation = Relation.EQUAL
    only: str | None = None
    detail: object = None
    reached: set[tuple[str, str]] = field(default_factory=set)
    reasons: dict[str, list[str]] = field(default_factory=dict)
    work: list[Work] = field(default_factory=list)
    guess: bool = False

    @property
    def operations(self) -> list[str]:
        """The operations that are touched, in the order of the alphabet."""
        return sorted({operation for _, operation in self.reached})

    @property
    def directions(self) -> set[str]:
        """Whether requests or responses or both are touched, as far as `only` lets them."""
        found = {direction for direction, _ in self.reached}
        return found & {self.only} if self.only else found

    @property
    def classes(self) -> list[str]:
        """The classes of breaking changes that it is in; or that it is compatible."""
        return [name for name in CLASSES if name in self.reasons] or [COMPATIBLE]

    @property
    def is_breaking(self) -> bool:
        """Whether it is in a class of breaking changes."""
        return bool(self.reasons)

    @property
    def key(self) -> tuple[str, ...]:
        """Where it stands in a report; what has the same key is the same change."""
        return (self.kind, self.subject, self.old or "", self.new or "", self.text)

    def touching(self, *reached: tuple[str, str]) -> Change:
        """The same change, of operations that are named with the direction of their messages."""
        return replace(self, reached=set(reached), reasons={}, work=[])

    def because(self, name: str, reason: str) -> None:
        """Put it into a class of breaking changes."""
        reasons = self.reasons.setdefault(name, [])
        if reason not in reasons:
            reasons.append(reason)


class Findings:
    """The changes, each once however often it is met."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, ...], Change] = {}

    def add(self, change: Change) -> Change:
        """Keep a change; if it is known already, only who is touched is new."""
        known = self._found.setdefault(change.key, change)
        known.reached |= change.reached
        return known

    def __iter__(self) -> Iterator[Change]:
        return iter(self._found.values())

    def sorted(self) -> list[Change]:
        """The breaking ones first, then by what they are about."""
        return sorted(self, key=lambda change: (not change.is_breaking, change.subject, change.key))


@dataclass(frozen=True)
class Report:
    """All that a maintainer is told.

    Attributes:
        changes: What differs, the breaking changes first.
        documentation: How many descriptions, titles and examples differ.
        version: The version of the package before.
        proposal: The version to release next; the same if nothing changed.
        stanza: What to put on top of CHANGELOG.md; empty if nothing changed.
        problem: Why the low-level packages could not be compared; empty if they were.
    """

    old: str
    new: str
    changes: list[Change]
    documentation: int
    version: str
    proposal: str
    stanza: str
    problem: str = ""

    @property
    def is_breaking(self) -> bool:
        """Whether anything breaks for anybody."""
        return any(change.is_breaking for change in self.changes)
