"""Some pages of a PDF, where a whole file could be passed."""

from __future__ import annotations

import os
from typing import Any, BinaryIO

import attrs

from vlmrun._files.page_ranges import PageSelection, check_pages
from vlmrun._messages import short_repr

__all__ = ["PdfPages"]


@attrs.frozen(eq=False)
class PdfPages:
    """Some pages of a PDF, to be sent instead of the whole file.

    They are cut out before anything is sent. The pages in `prediction.evidence` are those of the
    original, while `prediction.response` is as the service sent it.

    Args:
        file: A path, bytes, an open file, or a tuple of a file name and bytes.
        pages: A str such as "1-3,7", which counts from 1; or indices, which count from 0.

    Raises:
        InputError: `pages` is not a valid selection (also a `ValueError`).

    Example:
        >>> execution = client.agent.execute(
        ...     prompt="Summarize", inputs={"file": PdfPages("referral.pdf", "1")}, batch=False
        ... )
    """

    file: str | os.PathLike[str] | bytes | BinaryIO | tuple[str, bytes] = attrs.field(
        repr=short_repr
    )
    pages: PageSelection

    @property
    def ranges(self) -> list[tuple[int, int | None]]:
        """The first and last index of each range; None is the last page."""
        return check_pages(self.pages)

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.pages, (str, int)):
            kept: Any = list(self.pages)  # an iterator can be read only once
            object.__setattr__(self, "pages", kept)
        _ = self.ranges
