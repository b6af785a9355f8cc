"""The changes that a comparison of two OpenAPI documents finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from scripts.openapi.relations import Relation

WIRE = "wire-breaking"
LOW_LEVEL = "low-level breaking"
ERGONOMIC = "ergonomic-breaking"
COMPATIBLE = "compatible"
LEVELS = (WIRE, LOW_LEVEL, ERGONOMIC)


@dataclass(frozen=True, order=True)
class Edit:
    """An edit that a change requires of a maintainer."""

    file: str
    line: int
    text: str


@dataclass
class Change:
    """A difference between the documents.

    Attributes:
        kind: A short name for its kind, such as "field-removed".
        subject: What differs, such as "FileResponse.bytes" or "list_files".
        text: A sentence about it.
        old: The JSON pointer into the old document; None for what is added.
        new: The JSON pointer into the new document; None for what is removed.
        relation: The relation of the values that are valid now to those that were.
        only: The direction of the messages that it matters for; None for both.
        reached: The directions and operationIds (of the new document) of the affected messages.
        reasons: Why something breaks, by level; empty if the change is compatible.
        edits: The edits that it requires.
        guess: Whether the two are only paired because they are similar.
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
    edits: list[Edit] = field(default_factory=list)
    guess: bool = False

    @property
    def operations(self) -> list[str]:
        """The affected operations, sorted."""
        return sorted({operation for _, operation in self.reached})

    @property
    def directions(self) -> set[str]:
        """Whether requests or responses or both are affected."""
        found = {direction for direction, _ in self.reached}
        return found & {self.only} if self.only else found

    @property
    def levels(self) -> list[str]:
        """The levels at which it breaks something, or that it is compatible."""
        return [name for name in LEVELS if name in self.reasons] or [COMPATIBLE]

    @property
    def is_breaking(self) -> bool:
        """Whether it breaks something at any level."""
        return bool(self.reasons)

    @property
    def key(self) -> tuple[str, ...]:
        """The sort key, and the identity: changes with the same key are the same."""
        return (self.kind, self.subject, self.old or "", self.new or "", self.text)

    def reaching(self, *reached: tuple[str, str]) -> Change:
        """Return the same change for messages, by direction and operationId."""
        return replace(self, reached=set(reached), reasons={}, edits=[])

    def add_reason(self, level: str, reason: str) -> None:
        """Note that it breaks something at a level."""
        reasons = self.reasons.setdefault(level, [])
        if reason not in reasons:
            reasons.append(reason)


class Changes:
    """The changes, each once even if it is found several times.

    Attributes:
        reached: The messages, by direction and operationId, that contain a schema that is in both
            documents, by its pointer in the new one.
    """

    def __init__(self) -> None:
        self.reached: dict[str, set[tuple[str, str]]] = {}
        self._found: dict[tuple[str, ...], Change] = {}

    def add(self, change: Change) -> Change:
        """Add a change; if it is known already, only the affected messages are added."""
        known = self._found.setdefault(change.key, change)
        known.reached |= change.reached
        return known

    def __iter__(self) -> Iterator[Change]:
        return iter(self._found.values())

    def sorted(self) -> list[Change]:
        """Return the breaking changes, then the others, each by subject."""
        return sorted(self, key=lambda change: (not change.is_breaking, change.subject, change.key))
