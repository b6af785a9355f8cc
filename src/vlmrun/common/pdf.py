"""Rendering of PDF pages as images. Needs the extra `pdf`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from vlmrun._files.paths import check_file
from vlmrun._messages import type_and_repr
from vlmrun._validation import check_choice, check_int, check_positive
from vlmrun.common.dependencies import require_pypdfium2
from vlmrun.errors import InputError, InputTypeError

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["Page", "pdf_images", "require_pypdfium2"]

_POINTS_PER_INCH = 72
# A tiny file can declare a page of 200 by 200 inches, which takes 2.7 GB when rendered at 150 dpi.
# This limit is 600 MB, at three bytes per pixel.
_MAX_PIXELS = 200_000_000


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
    is closed after the last page, or when the iterator is closed. PDFium is not thread-safe: do not
    use two iterators in different threads at the same time.

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
    # A generator of its own, so that the checks above run now, not at the first page.
    return _render_pages(require_pypdfium2(), check_file("path", path), dpi, numbers)


def _render_pages(pdfium: Any, path: Path, dpi: float, numbers: list[int] | None) -> Iterator[Page]:
    try:
        document = pdfium.PdfDocument(path)
    except (pdfium.PdfiumError, OSError) as error:
        raise InputError(f"path: {path} cannot be opened as a PDF: {error}") from None
    try:
        # Must precede the loading of pages, or PDFium does not render the values of form fields:
        # https://pypdfium2-team.github.io/pypdfium2/python_api.html
        document.init_forms()
        count = len(document)
        for number in range(count) if numbers is None else numbers:
            if number >= count:
                raise InputError(
                    f"pages: {path.name} has no page {number}; its last page is {count - 1}"
                )
            name = f"Page {number} of {path.name}"
            try:
                yield Page(_render(document[number], dpi, name), number)
            except pdfium.PdfiumError as error:
                raise InputError(f"{name} cannot be rendered: {error}") from None
    finally:
        document.close()


def _render(page: Any, dpi: float, name: str) -> Any:
    scale = dpi / _POINTS_PER_INCH
    try:
        width, height = (ceil(points * scale) for points in page.get_size())
        if width * height > _MAX_PIXELS:
            raise InputError(
                f"{name} would have {width} by {height} pixels, but the maximum is {_MAX_PIXELS}",
                suggestion="Use a lower dpi",
            )
        bitmap = page.render(scale=scale)
        try:
            # Copied, because `to_pil` may share the memory that `close` frees.
            return bitmap.to_pil().convert("RGB").copy()
        finally:
            bitmap.close()
    finally:
        page.close()
