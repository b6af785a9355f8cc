"""Pictures of evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from vlmrun._files.page_ranges import check_indices, check_pages, select_pages
from vlmrun._files.pdf_file import DEFAULT_DPI, Resolution
from vlmrun._messages import short_repr
from vlmrun._pictures.drawing import Style, draw_marks, field_labels
from vlmrun._pictures.marks import is_inside, rectangle_of
from vlmrun._pictures.sources import Pages, open_pages
from vlmrun._validation import check_bool, check_positive
from vlmrun.errors import InputError, InputTypeError
from vlmrun.viz._marks import as_evidence, choose_page, of_fields, of_source, placed_marks

if TYPE_CHECKING:
    from PIL import Image

    from vlmrun.types.evidence import EvidenceMap

_LONGEST_VIDEO = 10**7  # seconds


def draw(
    source: Any,
    evidence: Any,
    *,
    page: int | None = None,
    fields: Iterable[str] | str | None = None,
    labels: bool = True,
    at: float | None = None,
    dpi: float = DEFAULT_DPI,
) -> Image.Image:
    """Draw evidence on a page: boxes, outlines, keypoints and masks, with the names of fields.

    The color says how certain a field is: green for "hi", orange for "med", red for "low", blue if
    the service sent no confidence. Labels do not overlap; one without room is left out. An item of
    a list that has a `label`, such as a detected object, is labeled with that.

    Args:
        source: A path, bytes, open file or PIL image of an image, a TIFF, a PDF or a video; or a
            list of these. Images are turned upright first, as they are when they are sent.
        evidence: `prediction.evidence` or a part of it, a prediction or execution, or a response as
            a dict.
        page: The page, from 0. It can be left out if there is only one, or evidence on one only.
            A single image can show any page of a document.
        fields: The fields to draw, with all that they contain. Default: all.
        labels: Whether to write the names of the fields.
        at: The position of the frame in a video, in seconds.
        dpi: The resolution of a page of a PDF in pixels per inch (default 150).

    Returns:
        A new RGB image.

    Raises:
        MissingFileError: There is no file at the path (also a `FileNotFoundError`).
        InputError: The source cannot be read, has no such page, or it is not clear which page is
            meant; there is no such field; or the place of a box is not known: which of several
            files it is in, or where its pixels are on a page of a PDF (also a `ValueError`).
        DependencyError: The extra `images`, `pdf` or `video` is not installed.

    Example:
        >>> image = draw("examples/inputs/referral.pdf", prediction, page=0)
        >>> image.save("evidence.png")
    """
    check_positive("dpi", dpi)
    check_bool("labels", labels)
    chosen = of_fields(as_evidence(evidence), fields)
    with open_pages(source, resolution=Resolution(dpi), at=_seconds(at)) as pages:
        chosen = of_source(chosen, pages)
        return _drawn(pages, chosen, choose_page(pages, chosen, page), labels)


def draw_pages(
    source: Any,
    evidence: Any,
    pages: str | None = None,
    *,
    page_indices: Iterable[int] | None = None,
    fields: Iterable[str] | str | None = None,
    labels: bool = True,
    dpi: float = DEFAULT_DPI,
) -> Iterator[Image.Image]:
    """Yield the pages of a document with evidence drawn on them, one at a time, as `draw` does.

    Args:
        source: As for `draw`, except videos.
        evidence: As for `draw`.
        pages: A str such as "1-3,7", which counts from 1 as viewers do. Default: all.
        page_indices: The pages instead as indices, which count from 0, such as
            `prediction.evidence.pages`.
        fields: The fields to draw, with all that they contain. Default: all.
        labels: Whether to write the names of the fields.
        dpi: The resolution of the pages of a PDF in pixels per inch (default 150).

    Raises:
        MissingFileError: There is no file at the path (also a `FileNotFoundError`).
        InputError: The source cannot be read, has no such page, there is no such field, or the
            place of a box is not known, as for `vlmrun.viz.draw` (also a `ValueError`).
        DependencyError: The extra `images` or `pdf` is not installed.

    Example:
        >>> for number, image in enumerate(draw_pages("examples/inputs/referral.pdf", prediction)):
        ...     image.save(f"page-{number}.png")
    """
    check_bool("labels", labels)
    chosen = of_fields(as_evidence(evidence), fields)
    opened, numbers = _open(source, pages, page_indices, dpi)
    try:
        chosen = of_source(chosen, opened)
        if opened.is_one_image:
            choose_page(opened, chosen, None)  # it must be the only page with evidence
    except BaseException:
        opened.close()
        raise
    return _each(opened, numbers, lambda number: _drawn(opened, chosen, number, labels))


def crop(
    source: Any,
    evidence: Any,
    field: str,
    *,
    page: int | None = None,
    padding: float = 0.01,
    at: float | None = None,
    dpi: float = DEFAULT_DPI,
) -> Image.Image:
    """Cut the region of a field out of its page.

    Args:
        source: As for `draw`.
        evidence: As for `draw`.
        field: The path of the field, such as "items[0].total". Of several boxes, and of an object,
            it is the region that contains them all.
        page: The page, from 0. It can be left out if all boxes of the field are on one.
        padding: The space around the region, as a fraction of the page (default 0.01).
        at: The position of the frame in a video, in seconds.
        dpi: The resolution of a page of a PDF in pixels per inch (default 150).

    Returns:
        A new RGB image.

    Raises:
        MissingFileError: There is no file at the path (also a `FileNotFoundError`).
        InputError: There is no such field, it has no box on the page, or the source cannot be read
            (also a `ValueError`).
        DependencyError: The extra `images`, `pdf` or `video` is not installed.

    Example:
        >>> metadata = {"confidence": "hi", "bboxes": [{"xywh": [0.5, 0, 0.5, 0.25]}]}
        >>> response = {"total": 12.5, "total_metadata": metadata}
        >>> crop("examples/inputs/invoice.png", response, "total", padding=0).size
        (400, 150)
    """
    check_positive("dpi", dpi)
    if not isinstance(field, str):
        raise InputTypeError(f"field must be a str, got {short_repr(field)}")
    _check_number("padding", padding, 1, "a number from 0 to 1")
    chosen = of_fields(as_evidence(evidence), [field])
    with open_pages(source, resolution=Resolution(dpi), at=_seconds(at)) as pages:
        chosen = of_source(chosen, pages)
        number = choose_page(pages, chosen, page)
        image = pages.image(0 if pages.is_one_image else number)
        boxes = [mark.box for mark in placed_marks(chosen, pages, number)]
    corners = [rectangle_of(box, image.size) for box in boxes if is_inside(box, image.size)]
    if not corners:
        raise InputError(f"{field} has no box on page {number}")
    margins = round(padding * image.width), round(padding * image.height)
    return image.crop(
        (
            max(min(corner.left for corner in corners) - margins[0], 0),
            max(min(corner.top for corner in corners) - margins[1], 0),
            min(max(corner.right for corner in corners) + margins[0] + 1, image.width),
            min(max(corner.bottom for corner in corners) + margins[1] + 1, image.height),
        )
    )


def pages(
    source: Any,
    pages: str | None = None,
    *,
    page_indices: Iterable[int] | None = None,
    dpi: float = DEFAULT_DPI,
) -> Iterator[Image.Image]:
    """Yield the pages of a source as upright RGB images, one at a time.

    Args:
        source: As for `draw`, except videos.
        pages: A str such as "1-3,7", which counts from 1 as viewers do. Default: all.
        page_indices: The pages instead as indices, which count from 0.
        dpi: The resolution of the pages of a PDF in pixels per inch (default 150).

    Raises:
        MissingFileError: There is no file at the path (also a `FileNotFoundError`).
        InputError: The source cannot be read, or has no such page (also a `ValueError`).
        DependencyError: The extra `images` or `pdf` is not installed.

    Example:
        >>> from vlmrun.viz import pages
        >>> [page.size for page in pages("examples/inputs/referral.pdf", "1-", dpi=72)]
        [(612, 792), (612, 792)]
    """
    opened, numbers = _open(source, pages, page_indices, dpi)
    return _each(opened, numbers, opened.image)


def _each(
    opened: Pages, numbers: Iterable[int], image_of: Callable[[int], Image.Image]
) -> Iterator[Image.Image]:
    """Return an iterator of pages, which closes them at its end, or when it is dropped."""

    # A generator of its own, so that the checks of callers run now, not at the first page.
    def generate() -> Iterator[Any]:
        with opened:
            yield None
            for number in numbers:
                yield image_of(number)

    images = generate()
    next(images)  # a generator that was not started would leave the files open
    return images


def _open(
    source: Any, selection: str | None, indices: Iterable[int] | None, dpi: float
) -> tuple[Pages, Sequence[int]]:
    """Return the pages of a source, and the numbers of those that were selected."""
    check_positive("dpi", dpi)
    if selection is not None and indices is not None:
        raise InputError("Pass pages=... or page_indices=..., not both")
    name = "pages" if indices is None else "page_indices"
    ranges: list[tuple[int, int | None]] | None = None
    if selection is not None:
        ranges = check_pages(selection, "page_indices=[0, 6]")
    elif indices is not None:
        ranges = [(number, number) for number in check_indices(indices)]
    opened = open_pages(source, resolution=Resolution(dpi))
    try:
        numbers: Sequence[int] = range(len(opened))
        return opened, (
            numbers if ranges is None else select_pages(ranges, len(opened), opened.label, name)
        )
    except BaseException:
        opened.close()
        raise


def _drawn(pages: Pages, evidence: EvidenceMap, number: int, labels: bool) -> Image.Image:
    image = pages.image(0 if pages.is_one_image else number)
    marks = placed_marks(evidence, pages, number)
    draw_marks(image, marks, Style(field_labels(marks) if labels else ()))
    return image


def _seconds(at: float | None) -> float | None:
    return None if at is None else _check_number("at", at, _LONGEST_VIDEO, "a number of seconds")


def _check_number(name: str, value: Any, high: int, kind: str) -> float:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not 0 <= value <= high:
        raise InputError(f"{name} must be {kind}, got {short_repr(value)}")
    return float(value)
