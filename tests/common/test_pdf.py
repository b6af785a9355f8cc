"""Rendering of PDF pages as images."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from vlmrun.common.pdf import Page, pdf_images
from vlmrun.errors import InputError, MissingFileError


def test_pages_are_rendered_one_at_a_time(pdf: Path) -> None:
    pages = pdf_images(pdf)

    assert isinstance(pages, Iterator)
    first = next(pages)
    assert isinstance(first, Page)
    assert first.page_number == 0
    assert first.image.mode == "RGB"
    assert [page.page_number for page in pages] == [1]


@pytest.mark.parametrize("dpi", [36, 72, 150, 100.5])
def test_the_size_of_an_image_follows_from_points_and_dpi(pdf: Path, dpi: float) -> None:
    width, height = next(pdf_images(pdf, dpi)).image.size

    assert width == pytest.approx(612 * dpi / 72, abs=1)
    assert height == pytest.approx(792 * dpi / 72, abs=1)


def test_only_requested_pages_are_rendered_in_the_requested_order(pdf: Path) -> None:
    assert [page.page_number for page in pdf_images(str(pdf), 20, pages=(1, 0))] == [1, 0]
    assert list(pdf_images(pdf, 20, pages=[])) == []


def test_an_image_is_usable_after_the_pdf_is_closed(pdf: Path) -> None:
    images = [page.image for page in pdf_images(pdf, 20)]

    assert all(len(image.tobytes()) == 3 * image.width * image.height for image in images)
    images[0].putpixel((0, 0), (1, 2, 3))
    assert images[0].getpixel((0, 0)) == (1, 2, 3)


def test_values_of_form_fields_are_rendered(tmp_path: Path) -> None:
    path = tmp_path / "form.pdf"
    path.write_bytes(filled_form("MMMM"))
    filled = next(pdf_images(path, 72)).image
    path.write_bytes(filled_form(""))
    empty = next(pdf_images(path, 72)).image

    darkest: Any = filled.convert("L").getextrema()[0]
    assert darkest < 50
    assert filled.tobytes() != empty.tobytes()


@pytest.mark.parametrize("stop", ["end", "close", "error"])
def test_the_file_is_closed_at_the_end_on_close_and_after_an_error(
    pdf: Path, monkeypatch: pytest.MonkeyPatch, stop: str
) -> None:
    import pypdfium2

    closed = []
    close = pypdfium2.PdfDocument.close

    def close_and_count(document: Any) -> None:
        closed.append(document)
        close(document)

    monkeypatch.setattr(pypdfium2.PdfDocument, "close", close_and_count)
    pages: Any = pdf_images(pdf, 20, pages=[0, 9] if stop == "error" else None)
    next(pages)
    assert closed == []
    if stop == "error":
        with pytest.raises(InputError, match=r"referral\.pdf has no page 9; its last page is 1"):
            next(pages)
    elif stop == "close":
        pages.close()
    else:
        list(pages)
    assert len(closed) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"path": 7}, "path must be a path"),
        ({"path": "image.png"}, r"image.png is not a PDF; its suffix must be \.pdf"),
        ({"dpi": 0}, "dpi must be above 0"),
        ({"dpi": True}, "dpi must be a number"),
        ({"dpi": float("nan")}, "dpi must be above 0"),
        ({"backend": "poppler"}, "backend cannot be 'poppler'"),
        ({"pages": [-1]}, "pages must be 0 or more"),
        ({"pages": ["0"]}, "pages must be an int"),
    ],
)
def test_an_invalid_argument_raises_before_the_first_page(
    pdf: Path, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        pdf_images(**{"path": pdf, **arguments})


def test_a_missing_file_raises_missing_file_error(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="no such file"):
        pdf_images(tmp_path / "none.pdf")


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"not a PDF at all" * 100])
def test_a_file_with_invalid_content_raises_input_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.pdf"
    path.write_bytes(content)

    with pytest.raises(InputError, match=r"broken\.pdf cannot be opened as a PDF"):
        next(pdf_images(path))


def test_a_page_with_too_many_pixels_raises_input_error(tmp_path: Path) -> None:
    writer = PdfWriter()
    writer.add_blank_page(14_400, 14_400)
    writer.write(tmp_path / "wall.pdf")

    with pytest.raises(InputError, match=r"Page 0 of wall\.pdf would have 28800 by 28800 pixels"):
        next(pdf_images(tmp_path / "wall.pdf", dpi=144))
    assert next(pdf_images(tmp_path / "wall.pdf", dpi=1)).image.size == (200, 200)


def filled_form(value: str) -> bytes:
    """Return a PDF whose only form field has this value and no appearance stream.

    Without an appearance stream, the renderer has to draw the value itself.
    """
    writer = PdfWriter()
    page = writer.add_blank_page(200, 100)
    font = writer._add_object(
        _dictionary(Type="/Font", Subtype="/Type1", BaseFont="/Helvetica"),
    )
    field = _dictionary(Type="/Annot", Subtype="/Widget", FT="/Tx")
    field[NameObject("/T")] = TextStringObject("name")
    field[NameObject("/V")] = TextStringObject(value)
    field[NameObject("/DA")] = TextStringObject("/Helv 24 Tf 0 g")
    field[NameObject("/Rect")] = ArrayObject(map(NumberObject, (10, 10, 190, 60)))
    field[NameObject("/F")] = NumberObject(4)
    reference = writer._add_object(field)
    page[NameObject("/Annots")] = ArrayObject([reference])
    fonts = DictionaryObject({NameObject("/Helv"): font})
    form = DictionaryObject(
        {
            NameObject("/Fields"): ArrayObject([reference]),
            NameObject("/DR"): DictionaryObject({NameObject("/Font"): fonts}),
        }
    )
    writer._root_object[NameObject("/AcroForm")] = form
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _dictionary(**names: str) -> DictionaryObject:
    return DictionaryObject(
        {NameObject(f"/{key}"): NameObject(value) for key, value in names.items()}
    )
