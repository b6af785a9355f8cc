"""The boxes of a grounded result: where in the image or on the page each field was found.

Beside a field `total` stands `total_metadata`, with a list `bboxes` or one `bbox`, and with
`confidence`, how sure the service is. All forms that the service has used are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any

from vlmrun.errors import InputError
from vlmrun.types.jobs import Job

Coordinates4 = tuple[float, float, float, float]
BoundingBox = Coordinates4  # left, top, right, bottom, in fractions of the width and height
XYWHBox = Coordinates4  # left, top, width, height, in the same

_METADATA = "_metadata"
_BOX_KEYS = frozenset({"bboxes", "bbox", "xywh"})


class MissingValueError(InputError, KeyError):
    """A path that leads to nothing."""


def get_boxes_from_response(response: Any) -> list[dict[str, Any]]:
    """Every box of a grounded result, in the order of the result.

    Args:
        response: A dict, a model with `model_dump`, or the prediction or execution itself.

    Returns:
        For each box a dict with `bbox` (left, top, right, bottom, in fractions of the width and
        height), `field` (where it stands, such as "items.0.total"), `content` (the text in the box,
        if it was sent) and `confidence` (a word such as "hi", or a number, if it was sent). `page`,
        which counts from 0, is there only if it was sent. What cannot be read as a box is left out.

    Example:
        >>> found = {"confidence": "hi", "bboxes": [{"xywh": [0.5, 0, 0.5, 0.25]}]}
        >>> get_boxes_from_response({"total": 12.5, "total_metadata": found})
        [{'bbox': (0.5, 0, 1.0, 0.25), 'field': 'total', 'content': None, 'confidence': 'hi'}]
    """
    boxes: list[dict[str, Any]] = []
    # Not by recursion: a result may be nested more deeply than Python's stack is.
    waiting = [("", response)]
    while waiting:
        path, value = waiting.pop()
        value = to_dict(value)
        members: list[tuple[Any, Any]] = []
        if isinstance(value, Mapping):
            boxes += _boxes_of(path.removesuffix(_METADATA), value)
            members = [(key, value[key]) for key in value if key not in _BOX_KEYS]
        elif isinstance(value, (list, tuple)):
            members = list(enumerate(value))
        prefix = f"{path}." if path else ""
        waiting += [(f"{prefix}{key}", member) for key, member in reversed(members)]
    return boxes


def extract_bbox(value: Any) -> BoundingBox | None:
    """A box as left, top, right and bottom; None for what is no box.

    Args:
        value: `{"xywh": [x, y, width, height]}`, or `{"bbox": ...}` around it, or a list of left,
            top, right and bottom, by itself or in `{"bbox": ...}`.
    """
    if isinstance(value, Mapping) and "bbox" in value:
        value = value["bbox"]
    if isinstance(value, Mapping):
        box = _four_numbers(value.get("xywh"))
        return None if box is None else xywh_to_xyxy(box)
    return _four_numbers(value)


def xywh_to_xyxy(box: XYWHBox) -> BoundingBox:
    """Left, top, width and height as left, top, right and bottom."""
    x, y, width, height = box
    return x, y, x + width, y + height


def to_dict(obj: Any) -> Any:
    """A model as a dict, a prediction or execution as its answer; anything else as it is."""
    if isinstance(obj, Job):
        obj = obj.response
    dump = getattr(obj, "model_dump", None)
    return dump() if callable(dump) and not isinstance(obj, type) else obj


def get_nested_value(obj: Any, path: str) -> Any:
    """The value at a path of keys and list indices, such as "items.0.total".

    Raises:
        KeyError: The path leads to nothing.
    """
    value = to_dict(obj)
    for step in path.split("."):
        try:
            value = value[int(step)] if isinstance(value, (list, tuple)) else value[step]
        except (LookupError, TypeError, ValueError):
            raise MissingValueError(f"No value at {path!r}: nothing is named {step!r}") from None
    return value


def _boxes_of(field: str, holder: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    items = holder.get("bboxes")
    for item in items if isinstance(items, (list, tuple)) and items else [holder]:
        bbox = extract_bbox(item)
        if bbox is None:
            continue
        own = item if isinstance(item, Mapping) else {}
        texts = (own.get("content"), own.get("label"), holder.get("bbox_content"))
        confidences = (own.get("confidence"), holder.get("confidence"))
        box = {
            "bbox": bbox,
            "field": field,
            "content": next((text for text in texts if text is not None), None),
            "confidence": next((word for word in confidences if word is not None), None),
        }
        yield {**box, "page": own["page"]} if own.get("page") is not None else box


def _four_numbers(value: Any) -> Coordinates4 | None:
    if not isinstance(value, (list, tuple)) or len(value) != 4:
        return None
    for number in value:
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            return None
        if not isfinite(number):
            return None
    return value[0], value[1], value[2], value[3]
