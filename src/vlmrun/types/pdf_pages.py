"""Some pages of a PDF, where a whole file could be passed."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import BinaryIO

import attrs

from vlmrun._files.page_ranges import check_indices, check_pages, describe_pages
from vlmrun._messages import short_repr

__all__ = ["PdfPages"]


@attrs.frozen(eq=False)
class PdfPages:
    """Some pages of a PDF, to be sent instead of the whole file.

    They are cut out before anything is sent. The pages in `prediction.evidence` are those of the
    original, while `prediction.response` is as the service sent it.

    Args:
        file: A path, bytes, an open file, or a tuple of a file name and bytes.
        pages: A str such as "1-3,7", which counts from 1 as viewers do. For indices, which count
            from 0, see `of_indices`.

    Raises:
        InputTypeError: `pages` is not a str (also a `TypeError`).
        InputError: `pages` is not a valid selection (also a `ValueError`).

    Example:
        >>> execution = client.agent.execute(
        ...     prompt="Summarize", inputs={"file": PdfPages("referral.pdf", "1")}, batch=False
        ... )
    """

    file: str | os.PathLike[str] | bytes | BinaryIO | tuple[str, bytes] = attrs.field(
        repr=short_repr
    )
    pages: str

    @classmethod
    def of_indices(
        cls,
        file: str | os.PathLike[str] | bytes | BinaryIO | tuple[str, bytes],
        indices: Iterable[int],
    ) -> PdfPages:
        """Return pages by their indices, which count from 0, as those of evidence do.

        Args:
            file: A path, bytes, an open file, or a tuple of a file name and bytes.
            indices: Such as [0, 6], or `prediction.evidence.pages`.

        Raises:
            InputError: They are not ints from 0, there are none, or one is there twice (also a
                `ValueError`).

        Example:
            >>> PdfPages.of_indices("referral.pdf", [0, 6]).pages
            '1,7'
        """
        return cls(file, describe_pages(check_indices(indices, "indices")))

    @property
    def ranges(self) -> list[tuple[int, int | None]]:
        """The first and last index of each range; None is the last page."""
        return check_pages(self.pages, "PdfPages.of_indices(file, [0, 6])")

    def __attrs_post_init__(self) -> None:
        _ = self.ranges
