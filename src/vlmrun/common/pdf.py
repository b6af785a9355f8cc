"""The pages of a PDF as images. Needs the extra `pdf`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from vlmrun._messages import type_and_repr
from vlmrun._validation import check_choice, check_file, check_int, check_positive
from vlmrun.common.dependencies import require_pypdfium2
from vlmrun.errors import InputError, InputTypeError

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["Page", "pdf_images", "require_pypdfium2"]

_POINTS_PER_INCH = 72
# A page can claim to be 200 inches wide and high; at three bytes a pixel this is 600 MB.
_MOST_PIXELS = 200_000_000


@dataclass(frozen=True)
class Page:
    """A page of a PDF: its image, and its number, which counts from 0."""

    image: Image.Image
    page_number: int


def pdf_images(
    path: str | os.PathLike[str],
    dpi: float = 150,
    pages: Iterable[int] | None = None,
    backend: Literal["pypdfium2"] = "pypdfium2",
) -> Iterator[Page]:
    """The pages of a PDF, one by one: a page is drawn when it is asked for.

    What was filled into the document's forms is drawn too. The document is closed after the last
    page, or when the iterator is closed. PDFium is not thread-safe: use it in one thread at a time.

    Args:
        path: The file; its suffix must be `.pdf`.
        dpi: Pixels per inch; a point of the page, 1/72 inch, has `dpi` / 72 of them.
        pages: Numbers of the only pages to draw, counting from 0, in the order to draw them.
        backend: What draws them; there is one.

    Raises:
        MissingFileError: There is no such file (a `FileNotFoundError`).
        InputError: It is no PDF or cannot be opened, a page that is asked for is not in it, or a
            page would be too large at this `dpi` (a `ValueError`).
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
        raise InputError(f"path: {Path(path).name} is no PDF; its suffix must be .pdf")
    numbers = None if pages is None else [check_int("pages", number) for number in pages]
    return _drawn(require_pypdfium2(), check_file("path", path), dpi, numbers)


def _drawn(pdfium: Any, path: Path, dpi: float, numbers: list[int] | None) -> Iterator[Page]:
    try:
        document = pdfium.PdfDocument(path)
    except (pdfium.PdfiumError, OSError) as error:
        raise InputError(f"path: {path} cannot be opened as a PDF: {error}") from None
    try:
        document.init_forms()
        count = len(document)
        for number in range(count) if numbers is None else numbers:
            if number >= count:
                raise InputError(
                    f"pages: {path.name} has no page {number}; its last is {count - 1}"
                )
            try:
                yield Page(_image(document[number], dpi, f"Page {number} of {path.name}"), number)
            except pdfium.PdfiumError as error:
                raise InputError(f"Page {number} of {path.name} cannot be drawn: {error}") from None
    finally:
        document.close()


def _image(page: Any, dpi: float, name: str) -> Any:
    scale = dpi / _POINTS_PER_INCH
    try:
        width, height = (ceil(points * scale) for points in page.get_size())
        if width * height > _MOST_PIXELS:
            raise InputError(
                f"{name} would have {width} by {height} pixels", suggestion="Give a lower dpi"
            )
        bitmap = page.render(scale=scale)
        try:
            return bitmap.to_pil().convert("RGB").copy()  # of its own: the bitmap's memory goes
        finally:
            bitmap.close()
    finally:
        page.close()
