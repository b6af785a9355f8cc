"""Rendering of PDF pages as images. Needs the extra `pdf`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from vlmrun._files.paths import check_file
from vlmrun._files.pdf_file import PdfFile, Resolution
from vlmrun._messages import type_and_repr
from vlmrun._validation import check_choice, check_int, check_positive
from vlmrun.common.dependencies import require_pypdfium2
from vlmrun.errors import InputError, InputTypeError

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["Page", "pdf_images", "require_pypdfium2"]


@dataclass(frozen=True)
class Page:
    """A rendered page of a PDF; `page_number` counts from 0."""

    image: Image.Image
    page_number: int


def pdf_images(
    path: str | os.PathLike[str],
    dpi: float = 150,
    pages: Iterable[int] | None = None,
    backend: Literal["pypdfium2"] = "pypdfium2",
) -> Iterator[Page]:
    """Render the pages of a PDF as images, one at a time.

    Each page is rendered when the iterator reaches it, with the values of its form fields. The file
    is closed after the last page, or when the iterator is closed.

    Args:
        path: The path of the file; its suffix must be `.pdf`.
        dpi: The resolution in pixels per inch (default 150).
        pages: The numbers of the pages to render, counting from 0, in this order. Default: all.
        backend: The renderer; "pypdfium2" is the only one.

    Raises:
        MissingFileError: There is no file at the path (also a `FileNotFoundError`).
        InputError: The file is not a PDF or cannot be opened, it has no page with a requested
            number, or a page would be too large at this `dpi` (also a `ValueError`).
        DependencyError: The extra `pdf` is not installed.

    Example:
        >>> for page in pdf_images("examples/inputs/referral.pdf", dpi=72):
        ...     print(page.page_number, page.image.size)
        0 (612, 792)
        1 (612, 792)
    """
    check_choice("backend", backend, ("pypdfium2",))
    check_positive("dpi", dpi)
    if not isinstance(path, (str, os.PathLike)):
        raise InputTypeError(f"path must be a path, got {type_and_repr(path)}")
    if Path(path).suffix.lower() != ".pdf":
        raise InputError(f"path: {Path(path).name} is not a PDF; its suffix must be .pdf")
    numbers = None if pages is None else [check_int("pages", number) for number in pages]
    require_pypdfium2()
    # A generator of its own, so that the checks above run now, not at the first page.
    return _render_pages(check_file("path", path), dpi, numbers)


def _render_pages(path: Path, dpi: float, numbers: list[int] | None) -> Iterator[Page]:
    document = PdfFile(path, "path", path.name)
    try:
        count = document.page_count
        for number in range(count) if numbers is None else numbers:
            if number >= count:
                raise InputError(
                    f"pages: {path.name} has no page {number}; its last page is {count - 1}"
                )
            yield Page(document.render(number, Resolution(dpi)), number)
    finally:
        document.close()
