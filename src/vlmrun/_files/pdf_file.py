"""PDFs, opened and rendered with PDFium."""

from __future__ import annotations

from io import BytesIO
from math import ceil, inf
from pathlib import Path
from typing import Any, NamedTuple

from vlmrun._fork_safe_locks import ForkSafeLock
from vlmrun._optional_imports import import_optional
from vlmrun.errors import InputError

# PDFium is not thread-safe: https://pypdfium2.readthedocs.io/en/stable/python_api.html
PDFIUM_LOCK = ForkSafeLock()

DEFAULT_DPI = 150.0
_POINTS_PER_INCH = 72
# A tiny file can declare a page of 200 by 200 inches, which takes 2.7 GB when rendered at 150 dpi.
# This limit is 600 MB, at three bytes per pixel.
_MAX_PIXELS = 200_000_000


class Resolution(NamedTuple):
    """The resolution that a page is rendered in.

    Attributes:
        dpi: Pixels per inch.
        max_side: The largest width or height in pixels; `dpi` is lower where it would be exceeded.
    """

    dpi: float = DEFAULT_DPI
    max_side: float = inf


class PdfFile:
    """An open PDF, whose pages are rendered one at a time.

    Args:
        content: The path of the file, or its bytes.
        argument: The name of the argument, for error messages.
        label: What error messages call the file.

    Raises:
        InputError: It is not a PDF, it is damaged, or it needs a password.
        DependencyError: The extra `pdf` is not installed.
    """

    def __init__(self, content: Path | bytes, argument: str, label: str) -> None:
        self._pdfium: Any = import_optional("pypdfium2", "pdf", "Rendering a PDF")
        self._label = label
        with PDFIUM_LOCK.held:
            try:
                self._document = self._pdfium.PdfDocument(content)
                # Must precede the loading of pages, or PDFium does not render the values of form
                # fields: https://pypdfium2-team.github.io/pypdfium2/python_api.html
                self._document.init_forms()
            except (self._pdfium.PdfiumError, OSError) as error:
                raise _cannot_be_opened(error, content, argument, label) from None
            self.page_count = len(self._document)

    def render(self, page: int, resolution: Resolution) -> Any:
        """Return a page, from 0, as an RGB image.

        Raises:
            InputError: The page is damaged, or has too many pixels at this resolution.
        """
        name = f"Page {page} of {self._label}"
        with PDFIUM_LOCK.held:
            try:
                return _render(self._document[page], resolution, name)
            except self._pdfium.PdfiumError as error:
                raise InputError(f"{name} cannot be rendered: {error}") from None

    def without_encryption(self) -> bytes:
        """Return the file without its encryption, if it has one.

        It can be opened, so that it needs no password: the encryption only restricts its use.
        """
        raw: Any = import_optional("pypdfium2.raw", "pdf", "Choosing pages of a PDF")
        target = BytesIO()
        with PDFIUM_LOCK.held:
            self._document.save(target, flags=raw.FPDF_REMOVE_SECURITY)
        return target.getvalue()

    def close(self) -> None:
        """Close the file; closing it again has no effect."""
        with PDFIUM_LOCK.held:
            self._document.close()


def _cannot_be_opened(
    error: Exception, content: Path | bytes, argument: str, label: str
) -> InputError:
    reason = str(error)
    if "password" in reason.lower():
        # For a document without pages, PDFium returns its last error, which may be of another one.
        if b"/Encrypt" in (content if isinstance(content, bytes) else content.read_bytes()):
            return InputError(
                f"{argument}: {label} needs a password",
                suggestion="Save a copy without a password",
            )
        reason = "it has no pages"
    return InputError(
        f"{argument}: {label} cannot be opened as a PDF: "
        + reason.replace("Failed to load document (PDFium: Success).", "it has no pages")
    )


def _render(page: Any, resolution: Resolution, name: str) -> Any:
    try:
        size = page.get_size()
        if not min(size) > 0:  # the CropBox is outside of the MediaBox
            raise InputError(f"{name} cannot be rendered: it has no area")
        scale = min(resolution.dpi / _POINTS_PER_INCH, resolution.max_side / max(size))
        width, height = (ceil(points * scale) for points in size)
        if width * height > _MAX_PIXELS:
            raise InputError(
                f"{name} would have {width} by {height} pixels, but the maximum is {_MAX_PIXELS}",
                suggestion="Use a lower dpi",
            )
        bitmap = page.render(scale=scale)
        try:
            # In mode RGB, `to_pil` copies; in others it may share the memory that `close` frees.
            image = bitmap.to_pil()
            return image if image.mode == "RGB" else image.convert("RGB")
        finally:
            bitmap.close()
    finally:
        page.close()
