"""Evidence: where on the page the fields of a response come from, and how certain they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs

from vlmrun._displayed import Displayed
from vlmrun._messages import closest, short_repr, type_and_repr
from vlmrun.errors import InputError, InputTypeError
from vlmrun.types.evidence_boxes import ConfidenceLevel, EvidenceBox, EvidenceMask, Point

if TYPE_CHECKING:
    from pandas import DataFrame

    from vlmrun._cards import Card

__all__ = ["Evidence", "EvidenceMap"]

# The service sends words or numbers. The numbers of a word, from which number to below which.
_LEVELS: dict[str, tuple[float, float]] = {
    "low": (0.0, 0.5),
    "med": (0.5, 0.8),
    "hi": (0.8, 1.0),
}
# For the suggestion in an error: the search takes 10 µs for each.
_MOST_NAMES_COMPARED = 1000


class MissingEvidenceError(InputError, KeyError):
    """The response has no such field."""


@attrs.frozen
class Evidence(Displayed):
    """The evidence of one field of a response.

    Attributes:
        field: The path of the field, such as "items[0].total"; "" for the response itself.
        value: The value of the field; None if the response lacks it.
        confidence: "hi", "med", "low", or a number from 0 to 1, or None if it was not sent. Of
            boxes with confidences of their own, the lowest.
        page: The page of the first box, from 0; None if it was not sent, as for images, or if it is
            not known of which file it is.
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

    @property
    def polygons(self) -> tuple[tuple[Point, ...], ...]:
        """The outlines of all boxes."""
        return tuple(outline for box in self.boxes for outline in box.polygons)

    @property
    def masks(self) -> tuple[EvidenceMask, ...]:
        """The masks of all boxes."""
        return tuple(mask for box in self.boxes if (mask := box.mask) is not None)

    @property
    def files(self) -> tuple[str, ...]:
        """The files that the boxes are in, or may be in, if the job has several files.

        More than one for a box (`EvidenceBox.files`) means that the response does not say which.
        """
        return tuple(dict.fromkeys(name for box in self.boxes for name in box.files))

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

    def in_file(self, name: str) -> EvidenceMap:
        """Return the evidence of one file of a job that has several: its fields and boxes there.

        Args:
            name: The name of the file; its path if several have that name.

        Raises:
            InputError: No box is certainly in this file.
        """
        found = EvidenceMap(
            attrs.evolve(item, page=boxes[0].page, boxes=boxes)
            for item in self.values()
            if (boxes := tuple(_in_file(item.boxes, name)))
        )
        if not found:
            names = ", ".join(dict.fromkeys(each for item in self.values() for each in item.files))
            raise InputError(
                f"No box is certainly in the file {short_repr(name)}",
                suggestion=f"The files are {names}" if names else "The job has only one file",
            )
        return found

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
        from vlmrun.types._table_files import Table

        rows = [list(record.values()) for record in self.to_records()]
        return Table(list(_RECORD_KEYS), rows).to_dataframe()


def _in_file(boxes: Iterable[EvidenceBox], name: str) -> Iterator[EvidenceBox]:
    return (attrs.evolve(box, files=()) for box in boxes if box.files == (name,))


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
    if confidence < _LEVELS["med"][0]:
        return "low"
    return "med" if confidence < _LEVELS["hi"][0] else "hi"


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
