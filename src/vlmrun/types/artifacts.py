"""Artifacts: files that an agent has made in a run or in a chat."""

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
    """An artifact, as a list shows it.

    Attributes:
        object_id: Its id; see `vlmrun.types.refs`.
        filename: Its name in the agent's workspace, if it has one.
        source: Where it is kept: "store", "manifest" or "workspace".
    """

    object_id: str
    filename: str | None = None
    source: str | None = None


class ArtifactListResponse(Received):
    """The artifacts of a run or of a chat. Iteration gives the items.

    Attributes:
        namespace_id: The id of the execution or of the session.
        items: The artifacts.
    """

    namespace_id: str
    items: list[ArtifactListItem] = attrs.field(factory=list)

    def __iter__(self) -> Iterator[ArtifactListItem]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)
