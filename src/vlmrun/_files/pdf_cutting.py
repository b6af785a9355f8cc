"""PDFs of some pages of another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any, TypeVar

from vlmrun._files.media_types import HEAD, sniff
from vlmrun._files.pdf_file import PdfFile
from vlmrun._optional_imports import import_optional
from vlmrun.errors import InputError, VLMRunError

T = TypeVar("T")


class PdfCutter:
    """A PDF, from which pages are cut.

    Args:
        content: The PDF.
        argument: The name of the argument, for error messages.
        label: What error messages call the file.

    Raises:
        InputError: It is not a PDF, it is damaged, or it needs a password.
        DependencyError: The extra `pdf` is not installed.
    """

    def __init__(self, content: bytes, argument: str, label: str) -> None:
        self._pypdf: Any = import_optional("pypdf", "pdf", "Choosing pages of a PDF")
        self._label = f"{argument}: {label}"
        if sniff(content[:HEAD]) != "application/pdf":
            raise InputError(
                f"{self._label} is not a PDF, and only a PDF has pages to choose from",
                suggestion="Leave out the pages, or choose images with vlmrun.viz.pages",
            )
        self._reader = self._checked(lambda: self._pypdf.PdfReader(BytesIO(content)))
        if self._reader.is_encrypted:
            # Many need no password, and restrict printing only. pypdf decrypts AES with another
            # package only, while PDFium has it.
            content = _without_encryption(content, argument, label)
            self._reader = self._checked(lambda: self._pypdf.PdfReader(BytesIO(content)))
        self.page_count: int = self._checked(lambda: len(self._reader.pages))

    def cut(self, pages: Sequence[int]) -> bytes:
        """Return a PDF of these pages, from 0, in this order.

        Raises:
            InputError: The PDF is damaged.
        """
        return self._checked(lambda: self._cut(pages))

    def _cut(self, pages: Sequence[int]) -> bytes:
        writer = self._pypdf.PdfWriter()
        writer.append(self._reader, pages=list(pages), import_outline=False)
        target = BytesIO()
        writer.write(target)
        return target.getvalue()

    def _checked(self, read: Callable[[], T]) -> T:
        try:
            return read()
        except VLMRunError:
            raise
        except Exception as error:  # pypdf raises many types for a damaged file
            raise InputError(f"{self._label} cannot be read as a PDF: {error}") from None


def _without_encryption(content: bytes, argument: str, label: str) -> bytes:
    document = PdfFile(content, argument, label)
    try:
        return document.without_encryption()
    finally:
        document.close()
