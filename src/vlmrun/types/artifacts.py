"""Artifacts: files that an agent has created in an execution or a chat."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import attrs

from vlmrun.types._base import Received

__all__ = [
    "ArtifactListItem",
    "ArtifactListResponse",
    "ArtifactSource",
]

ArtifactSource = Literal["store", "manifest", "workspace"]


class ArtifactListItem(Received):
    """An artifact in a list.

    Attributes:
        object_id: The id; see `vlmrun.types.refs`.
        filename: The name in the agent's workspace, if it has one.
        source: Where it is stored: "store", "manifest" or "workspace".
    """

    object_id: str
    filename: str | None = None
    source: ArtifactSource | str | None = None


class ArtifactListResponse(Received):
    """The artifacts of an execution or a chat. Iterating over it yields the items.

    Attributes:
        namespace_id: The id of the execution or the session.
        items: The artifacts.
    """

    namespace_id: str
    items: list[ArtifactListItem] = attrs.field(factory=list)

    def __iter__(self) -> Iterator[ArtifactListItem]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)
