"""Parts of a long document."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from vlmrun._files.page_ranges import describe_pages

if TYPE_CHECKING:
    from vlmrun.types.predictions import PredictionResponse

__all__ = ["DocumentPart"]


@attrs.frozen(eq=False)
class DocumentPart:
    """A part of a document, with its prediction or its error: exactly one of them is set.

    Attributes:
        indices: Its pages in the document, from 0.
        prediction: The completed prediction of the part, whose evidence has these pages, too.
        error: Why there is none.
    """

    indices: tuple[int, ...]
    prediction: PredictionResponse | None = None
    error: Exception | None = None

    @property
    def pages(self) -> str:
        """Its pages as `pages=` takes them, counting from 1, such as "21-40"."""
        return describe_pages(self.indices)
