"""Plans of a batch: what each item would send and cost, without sending anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from vlmrun._files.pdf_file import PdfFile
from vlmrun._files.upload_source import Source
from vlmrun.errors import DependencyError, InputError
from vlmrun.types.batches import BatchPlan

_PDF = "application/pdf"
# Formats whose files have one image each; others may have pages or frames.
_ONE_PAGE = ("image/jpeg", "image/png", "image/bmp")


def plan_of(
    sources: Sequence[Source],
    fields: dict[str, Any],
    page_indices: Sequence[int] | None,
    price: Callable[[int], float | None] | None,
    is_done: bool | None,
) -> BatchPlan:
    """Return what an item would send.

    Args:
        sources: The files to upload.
        fields: The fields of its body; images are in them, not among the files.
        page_indices: The pages of each document to read; None for all.
        price: Returns the credits for a number of pages.
        is_done: Whether the journal has its result.
    """
    images = fields.get("images")
    if isinstance(images, list):
        local = [image for image in images if image.startswith("data:")]
        size = sum(_size_of_data_url(image) for image in local)
        pages: int | None = len(images)
        files = len(local)
    else:
        size, files = sum(source.size for source in sources), len(sources)
        pages = _pages_of_all(sources, page_indices)
    credits = None if pages is None or price is None else price(pages)
    return BatchPlan(files, size, pages, 0.0 if is_done else credits, is_done)


def _pages_of_all(sources: Sequence[Source], page_indices: Sequence[int] | None) -> int | None:
    total = 0
    for source in sources:
        pages = _pages_of(source)
        if pages is None:
            return None
        if page_indices is not None:
            pages = len({index for index in page_indices if index < pages})
        total += pages
    return total if sources else None


def _pages_of(source: Source) -> int | None:
    if source.media_type in _ONE_PAGE:
        return 1
    if source.media_type != _PDF:
        return None
    with source.reader() as reader:
        content = reader.read()
    try:
        document = PdfFile(content, source.argument, source.label)
    except (DependencyError, InputError):  # damaged, or encrypted: the service decides what to do
        return None
    document.close()
    return document.page_count


def _size_of_data_url(url: str) -> int:
    _, _, data = url.partition(",")
    return len(data) * 3 // 4 - data.count("=", -2)
