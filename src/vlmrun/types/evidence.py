"""Evidence: where on the page the fields of a response come from, and how certain they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import attrs

from vlmrun._displayed import Displayed
from vlmrun._messages import closest, short_repr, type_and_repr
from vlmrun._optional_imports import import_optional
from vlmrun.errors import InputError, InputTypeError

if TYPE_CHECKING:
    from pandas import DataFrame
    from PIL import Image

    from vlmrun._cards import Card

__all__ = [
    "ConfidenceLevel",
    "Evidence",
    "EvidenceBox",
    "EvidenceMap",
    "Keypoint",
    "PixelBox",
]

ConfidenceLevel = Literal["hi", "med", "low"]
Point = tuple[float, float]

# The service sends words or numbers. The numbers of a word, from which number to below which.
_LEVELS: dict[str, tuple[float, float]] = {
    "low": (0.0, 0.5),
    "med": (0.5, 0.8),
    "hi": (0.8, 1.0),
}
# Fractions may exceed 1 where a model draws a box beyond the page, but not by much.
_LARGEST_FRACTION = 1.5

# For the suggestion in an error: the search takes 10 µs for each.
_MOST_NAMES_COMPARED = 1000


class MissingEvidenceError(InputError, KeyError):
    """The response has no such field."""


class PixelBox(NamedTuple):
    """A box in pixels of an image, as `PIL.Image.crop` accepts it.

    Example:
        >>> PixelBox(10, 20, 110, 70).xywh
        (10, 20, 100, 50)
    """

    left: int
    top: int
    right: int
    bottom: int

    @property
    def xyxy(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom."""
        return self.left, self.top, self.right, self.bottom

    @property
    def xywh(self) -> tuple[int, int, int, int]:
        """Left, top, width, height."""
        return self.left, self.top, self.right - self.left, self.bottom - self.top


class Keypoint(NamedTuple):
    """A point of a pose or a mark, in the unit of the box that it belongs to."""

    x: float
    y: float
    name: str | None = None
    confidence: ConfidenceLevel | float | str | None = None


@attrs.frozen
class EvidenceBox:
    """A region of a page, as fractions of the page's width and height.

    Attributes:
        xywh: Left, top, width, height, as fractions unless `is_relative` is False.
        page: The page, from 0; None if the service did not send it.
        text: The text in the region.
        confidence: "hi", "med", "low", or a number from 0 to 1.
        polygon: The outline, if the service sent more than a box.
        keypoints: Points in the region.
        raw: The region as it was sent.

    Example:
        >>> box = EvidenceBox((0.25, 0.5, 0.5, 0.25))
        >>> box.xyxy, box.pixels((800, 600))
        ((0.25, 0.5, 0.75, 0.75), PixelBox(left=200, top=300, right=600, bottom=450))
    """

    xywh: tuple[float, float, float, float]
    page: int | None = None
    text: str | None = None
    confidence: ConfidenceLevel | float | str | None = None
    polygon: tuple[Point, ...] = ()
    keypoints: tuple[Keypoint, ...] = ()
    raw: Any = attrs.field(default=None, eq=False, repr=False)

    @property
    def xyxy(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        x, y, width, height = self.xywh
        return x, y, x + width, y + height

    @property
    def is_relative(self) -> bool:
        """Whether the numbers are fractions. If they are too large for that, they are pixels."""
        return max(map(abs, self.xyxy)) <= _LARGEST_FRACTION

    def pixels(self, image: Image.Image | tuple[int, int]) -> PixelBox:
        """Return the box in pixels of an image, without what lies beyond its edges.

        Args:
            image: A PIL image, or its width and height.

        Raises:
            InputError: It is neither, or has no pixels.
        """
        width, height = _size_of(image)
        left, top, right, bottom = self.xyxy
        if self.is_relative:
            left, top, right, bottom = left * width, top * height, right * width, bottom * height
        # Sorted, since a model may return a negative width.
        left, right = sorted(round(min(max(edge, 0), width)) for edge in (left, right))
        top, bottom = sorted(round(min(max(edge, 0), height)) for edge in (top, bottom))
        return PixelBox(left, top, right, bottom)

    def point_in_pixels(
        self, point: tuple[float, ...], image: Image.Image | tuple[int, int]
    ) -> tuple[float, float]:
        """Return a point of `polygon` or `keypoints` in pixels of an image.

        Args:
            point: The point; only its first two numbers are used.
            image: A PIL image, or its width and height.
        """
        width, height = _size_of(image)
        x, y = point[0], point[1]
        return (x * width, y * height) if self.is_relative else (x, y)


@attrs.frozen
class Evidence(Displayed):
    """The evidence of one field of a response.

    Attributes:
        field: The path of the field, such as "items[0].total"; "" for the response itself.
        value: The value of the field; None if the response lacks it.
        confidence: "hi", "med", "low", or a number from 0 to 1, or None if it was not sent. Of
            boxes with confidences of their own, the lowest.
        page: The page of the first box, from 0; None if it was not sent, as for images.
        boxes: Where the value was found: none, one, or several.
        text: The text in the boxes, as the page has it.
        raw: What was sent about the field, in the form that it was sent in.

    Example:
        >>> metadata = {"confidence": "hi", "bboxes": [{"xywh": [0.5, 0, 0.5, 0.25]}]}
        >>> response = {"total": 12.5, "total_metadata": metadata}
        >>> total = PredictionResponse(id="p", response=response).evidence["total"]
        >>> total.value, total.confidence, total.boxes[0].xyxy
        (12.5, 'hi', (0.5, 0, 1.0, 0.25))
    """

    field: str
    value: Any = attrs.field(repr=short_repr)
    confidence: ConfidenceLevel | float | str | None = None
    page: int | None = None
    boxes: tuple[EvidenceBox, ...] = ()
    text: str | None = attrs.field(default=None, repr=short_repr)
    raw: Any = attrs.field(default=None, eq=False, repr=False)

    @property
    def level(self) -> ConfidenceLevel | None:
        """The confidence as "hi" (0.8 or more), "med" (0.5 or more) or "low"; None if unknown."""
        return level_of(self.confidence)

    @property
    def pages(self) -> tuple[int, ...]:
        """The pages of all boxes, in ascending order."""
        numbers = {box.page for box in self.boxes if box.page is not None}
        if self.page is not None:
            numbers.add(self.page)
        return tuple(sorted(numbers))

    def _card(self) -> Card:
        from vlmrun._cards import Card

        facts = [(name, getattr(self, name)) for name in ("value", "confidence", "page", "text")]
        rows = [[box.page, *(round(number, 4) for number in box.xywh)] for box in self.boxes]
        columns = ("page", "x", "y", "width", "height") if rows else ()
        return Card(self.field or "the response", facts, columns, rows, len(rows))

    @property
    def is_empty(self) -> bool:
        """Whether the service sent nothing about the field but its value."""
        return self.confidence is None and not self.boxes and self.raw is None


class EvidenceMap(Displayed, Mapping[str, Evidence]):
    """The evidence of a response: a read-only mapping from the path of each field.

    Fields about which nothing was sent are included; `Evidence.is_empty` is True for them.

    Args:
        items: The evidence of each field, in the order of the response.

    Example:
        >>> for field, evidence in prediction.evidence.below(confidence="med").items():
        ...     print(f"check {field}: {evidence.value!r} on page {evidence.page}")
    """

    def __init__(self, items: Iterable[Evidence] = ()) -> None:
        self._items = {item.field: item for item in items}

    def __getitem__(self, field: str) -> Evidence:
        try:
            return self._items[field]
        except (KeyError, TypeError):
            raise self._missing(field) from None

    def __contains__(self, field: object) -> bool:
        return field in self._items

    # Not by way of the error of `[...]`, which takes a millisecond.
    def get(self, field: str, default: Any = None) -> Any:
        """Return the evidence of a field, or a default if the response has no such field.

        Args:
            field: The path of the field, such as "items[0].total".
            default: What is returned instead.
        """
        return self._items.get(field, default)

    def _missing(self, field: Any) -> MissingEvidenceError:
        similar = closest(str(field), list(self._items)[:_MOST_NAMES_COMPARED])
        hint = "" if similar is None else f" Did you mean {similar!r}?"
        return MissingEvidenceError(
            f"The response has no field {short_repr(field)}.{hint}",
            suggestion="Paths look like items[0].total; list(evidence) has them all",
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__}: {len(self)} fields, "
            f"{sum(1 for each in self.values() if each.boxes)} of them with boxes>"
        )

    def _card(self) -> Card:
        from vlmrun._cards import Card
        from vlmrun.types._evidence_cards import evidence_rows

        return Card(f"Evidence of {len(self)} fields", **evidence_rows(self))

    @cached_property
    def pages(self) -> tuple[int, ...]:
        """The pages with evidence, in ascending order, from 0."""
        return tuple(sorted({page for item in self.values() for page in item.pages}))

    def with_boxes(self) -> EvidenceMap:
        """Return the evidence of the fields that have boxes."""
        return EvidenceMap(item for item in self.values() if item.boxes)

    def below(self, confidence: ConfidenceLevel | float) -> EvidenceMap:
        """Return the evidence of the fields that are less certain than a confidence.

        Fields without a confidence are left out. Where the service sends numbers, "hi" starts at
        0.8 and "med" at 0.5.

        Args:
            confidence: "hi", "med", or a number from 0 to 1.

        Raises:
            InputError: It is neither.

        Example:
            >>> list(prediction.evidence.below(confidence="med"))
        """
        limit = _limit_of(confidence)
        return EvidenceMap(item for item in self.values() if _is_below(item.confidence, limit))

    def on_page(self, page: int) -> EvidenceMap:
        """Return the evidence of one page: its fields, without their boxes on other pages.

        Args:
            page: The page, from 0.

        Raises:
            InputTypeError: It is not an int of 0 or more.
        """
        if isinstance(page, bool) or not isinstance(page, int) or page < 0:
            raise InputTypeError(f"page must be an int from 0, got {type_and_repr(page)}")
        return EvidenceMap(
            attrs.evolve(
                item, page=page, boxes=tuple(box for box in item.boxes if box.page == page)
            )
            for item in self.values()
            if page in item.pages
        )

    def to_records(self) -> list[dict[str, Any]]:
        """Return a dict for each box, and for each field without boxes.

        The keys are field, value, confidence, page, x, y, width, height and text.
        """
        return [record for item in self.values() for record in _records(item)]

    def to_dataframe(self) -> DataFrame:
        """Return `to_records()` as a pandas DataFrame.

        Raises:
            DependencyError: The extra `pandas` is not installed.
        """
        pandas: Any = import_optional("pandas", "pandas", "EvidenceMap.to_dataframe")
        frame: DataFrame = pandas.DataFrame(self.to_records(), columns=list(_RECORD_KEYS))
        return frame


_RECORD_KEYS = ("field", "value", "confidence", "page", "x", "y", "width", "height", "text")


def _records(item: Evidence) -> list[dict[str, Any]]:
    places: list[tuple[Any, ...]] = [(item.page, None, None, None, None, item.text)]
    if item.boxes:
        places = [(box.page, *box.xywh, box.text or item.text) for box in item.boxes]
    head = (item.field, item.value, item.confidence)
    return [dict(zip(_RECORD_KEYS, (*head, *place), strict=True)) for place in places]


def level_of(confidence: Any) -> ConfidenceLevel | None:
    """Return the level of a confidence; None if it is unknown."""
    if isinstance(confidence, str):
        return confidence if confidence in _LEVELS else None  # type: ignore[return-value]
    if confidence is None:
        return None
    return "low" if confidence < _LEVELS["med"][0] else "med" if confidence < 0.8 else "hi"


def lowest(confidences: Iterable[Any]) -> Any:
    """Return the lowest of several confidences; None if none of them is known."""
    known = [each for each in confidences if level_of(each) is not None]
    return min(known, key=_start_of, default=None)


def _start_of(confidence: Any) -> float:
    return _LEVELS[confidence][0] if isinstance(confidence, str) else float(confidence)


def _limit_of(confidence: Any) -> float:
    is_number = isinstance(confidence, (int, float)) and not isinstance(confidence, bool)
    if is_number and 0 <= confidence <= 1:
        return float(confidence)
    if isinstance(confidence, str) and confidence in _LEVELS:
        return _LEVELS[confidence][0]
    raise InputError(
        f"confidence cannot be {short_repr(confidence)}",
        suggestion='Pass "hi", "med", "low", or a number from 0 to 1',
    )


def _is_below(confidence: Any, limit: float) -> bool:
    if level_of(confidence) is None:
        return False
    if isinstance(confidence, str):  # every number that the word stands for
        return _LEVELS[confidence][1] <= limit
    return float(confidence) < limit


def _size_of(image: Any) -> tuple[int, int]:
    size = getattr(image, "size", image)
    if (
        not isinstance(size, (tuple, list))
        or len(size) != 2
        or not all(isinstance(side, int) and side > 0 for side in size)
    ):
        raise InputTypeError(
            f"image must be a PIL image or (width, height), got {type_and_repr(image)}"
        )
    return size[0], size[1]
