"""Parts of PDFs as files to upload."""

from __future__ import annotations

import os
from collections.abc import Sequence
from io import BytesIO
from pathlib import PurePath
from typing import Any

import attrs

from vlmrun._files.page_ranges import describe_pages, select_pages
from vlmrun._files.pdf_cutting import PdfCutter
from vlmrun._files.upload_source import OriginalFile, Source, source_of
from vlmrun._messages import type_and_repr
from vlmrun._validation import is_http_url
from vlmrun.errors import InputError, InputTypeError
from vlmrun.types.pdf_pages import PdfPages


def part_of_pdf(value: PdfPages, name: str) -> Source:
    """Return the file to upload for some pages of a PDF; they are cut now.

    Args:
        value: The file and its pages.
        name: The argument that errors refer to.

    Raises:
        MissingFileError: There is no file at the path.
        InputError: It is not a local PDF, it needs a password, or it lacks a page.
        DependencyError: The extra `pdf` is not installed.
    """
    original = local_pdf(value.file, name)
    cutter = open_pdf(original)
    pages = select_pages(value.ranges, cutter.page_count, original.label, f"{name} pages")
    return cut_part(original, cutter, pages)


def local_pdf(file: Any, name: str) -> Source:
    """Return the source of a local file.

    Raises:
        InputError: It is not local, or cannot be sent.
        MissingFileError: There is no file at the path.
    """
    if isinstance(file, tuple) and len(file) == 2:
        return source_of(BytesIO(file[1]), file[0], name)
    if isinstance(file, (bytes, bytearray, memoryview)):
        return source_of(BytesIO(file), "file.pdf", name)
    if isinstance(file, str) and (is_http_url(file) or not PurePath(file).suffix):
        raise InputError(
            f"{name} must be a local file, so that pages of it can be sent",
            suggestion="For a file that was uploaded, use config.page_indices",
        )
    if not isinstance(file, (str, os.PathLike)) and not hasattr(file, "read"):
        raise InputTypeError(
            f"{name} must be a path, bytes or an open file, got {type_and_repr(file)}"
        )
    return source_of(file, None, name, default_name="file.pdf")


def open_pdf(original: Source) -> PdfCutter:
    """Read a PDF, so that pages of it can be cut."""
    with original.reader() as reader:
        return PdfCutter(reader.read(), original.argument, original.label)


def cut_part(original: Source, cutter: PdfCutter, pages: Sequence[int]) -> Source:
    """Return the file to upload for some pages of a PDF."""
    name = PurePath(original.name)
    # The name is in the results of the service, and says which pages they are of.
    part = f"{name.stem}.pages-{describe_pages(pages).replace(',', '_')[:60]}.pdf"
    source = source_of(BytesIO(cutter.cut(pages)), part, original.argument)
    path = original.origin if isinstance(original.origin, os.PathLike) else None
    known = OriginalFile(original.name, path, original.version, tuple(pages))
    return attrs.evolve(source, original=known)
