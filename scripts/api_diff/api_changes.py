"""The changes of the public names of two versions: what breaks callers, and what is new."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scripts.api_diff.public_names import CLIENTS, PublicNames
from scripts.api_diff.source_changes import SourceChange, compare_sources


@dataclass(frozen=True, order=True)
class ApiChange:
    """A difference of something public, and where that is in the sources.

    Attributes:
        also: The other public names of the same thing.
    """

    name: str
    text: str
    place: str
    breaking: bool
    also: tuple[str, ...] = ()


def compare(old: PublicNames, new: PublicNames) -> list[ApiChange]:
    """Return all differences, in the order of the names."""
    removed = tuple(path for path in old.modules if path not in new.modules)
    found = {
        ApiChange(path, "the module was removed", old.modules[path], breaking=True)
        for path in removed
        if path.rpartition(".")[0] not in removed
    }
    for each in compare_sources(old.surface, new.surface):
        side = old if each.text == "was removed" else new
        names = sorted(_shown_names(side, each), key=_by_length)
        if names and not names[0].startswith(tuple(f"{path}." for path in removed)):
            place = side.place(each.obj)
            also = tuple(sorted(names[1:]))
            found.add(ApiChange(names[0], each.text, place, each.is_breaking, also))
    # A new field that is required is reported as what it breaks.
    breaking = {each.name for each in found if each.breaking}
    return sorted(each for each in found if each.text != "is new" or each.name not in breaking)


def _shown_names(side: PublicNames, change: SourceChange) -> set[str]:
    """Return the names that users write: what a client has, both clients have."""
    shown = set()
    for name in side.names_of(change.obj):
        shown |= set(_written(name))
    return shown


def _written(name: str) -> Iterator[str]:
    for client in CLIENTS:
        if name.startswith(f"{client}.") and "__init__" not in name:
            yield "client" + name.removeprefix(client)
            return
    yield name


def _by_length(name: str) -> tuple[int, int, str]:
    return name.count("."), len(name), name
