"""Bounding boxes of grounded results.

The functions of the official SDK. `prediction.evidence` has more: pages, keypoints and outlines.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vlmrun.errors import InputError
from vlmrun.types._evidence_reader import read_fields
from vlmrun.types._evidence_shapes import four_numbers
from vlmrun.types.evidence import Evidence
from vlmrun.types.evidence_boxes import EvidenceBox
from vlmrun.types.jobs import Job

Coordinates4 = tuple[float, float, float, float]
BoundingBox = Coordinates4  # left, top, right, bottom, as fractions of the image's size
XYWHBox = Coordinates4  # left, top, width, height, as fractions of the image's size


class MissingValueError(InputError, KeyError):
    """There is no value at a path."""


def get_boxes_from_response(response: Any) -> list[dict[str, Any]]:
    """Return all boxes of a grounded result, in the order of its fields.

    Args:
        response: A dict, a model with `model_dump`, or a prediction or execution.

    Returns:
        A dict for each box, with `bbox` (left, top, right, bottom, as fractions of the width and
        height), `field` (the path of the field, such as "items.0.total"), `content` (the text
        inside the box, or None) and `confidence` (a level such as "hi", a number, or None). It has
        `page`, counting from 0, only if the service sent it. Invalid boxes are skipped.

    Example:
        >>> metadata = {"confidence": "hi", "bboxes": [{"xywh": [0.5, 0, 0.5, 0.25]}]}
        >>> get_boxes_from_response({"total": 12.5, "total_metadata": metadata})
        [{'bbox': (0.5, 0, 1.0, 0.25), 'field': 'total', 'content': None, 'confidence': 'hi'}]
    """
    if isinstance(response, Job):
        response = response.response
    return [
        _described(item, box, ".".join(map(str, keys)))
        for keys, item in read_fields(response)
        for box in item.boxes
    ]


def extract_bbox(value: Any) -> BoundingBox | None:
    """Return a box as left, top, right and bottom, or None if it is not a valid box.

    Args:
        value: `{"xywh": [x, y, width, height]}` or `[left, top, right, bottom]`; either of them may
            be wrapped in `{"bbox": ...}`.

    Example:
        >>> extract_bbox({"bbox": {"xywh": [0.5, 0, 0.5, 0.25]}})
        (0.5, 0, 1.0, 0.25)
    """
    if isinstance(value, Mapping) and "bbox" in value:
        value = value["bbox"]
    if isinstance(value, Mapping):
        box = four_numbers(value.get("xywh"))
        return None if box is None else xywh_to_xyxy(box)
    return four_numbers(value)


def xywh_to_xyxy(box: XYWHBox) -> BoundingBox:
    """Convert left, top, width and height to left, top, right and bottom."""
    x, y, width, height = box
    return x, y, x + width, y + height


def to_dict(obj: Any) -> Any:
    """Convert a model to a dict, and a prediction or execution to the dict of its response.

    Other values are returned unchanged.
    """
    if isinstance(obj, Job):
        obj = obj.response
    dump = getattr(obj, "model_dump", None)
    return dump() if callable(dump) and not isinstance(obj, type) else obj


def get_nested_value(obj: Any, path: str) -> Any:
    """Return the value at a path of keys and list indices, such as "items.0.total".

    Raises:
        KeyError: There is no value at this path.

    Example:
        >>> get_nested_value({"items": [{"total": 12.5}]}, "items.0.total")
        12.5
    """
    value = to_dict(obj)
    for step in path.split("."):
        try:
            value = value[int(step)] if isinstance(value, (list, tuple)) else value[step]
        except (LookupError, TypeError, ValueError):
            raise MissingValueError(f"No value at {path!r}: there is no {step!r}") from None
    return value


def _described(item: Evidence, box: EvidenceBox, field: str) -> dict[str, Any]:
    # Confidences in the words that the service used, which `Evidence` makes uniform.
    own = box.raw if isinstance(box.raw, Mapping) else {}
    holder = item.raw if isinstance(item.raw, Mapping) else {}
    described = {
        "bbox": box.xyxy,
        "field": field,
        "content": _first_not_none(box.text, holder.get("bbox_content")),
        "confidence": _first_not_none(
            own.get("confidence"), holder.get("confidence"), item.confidence
        ),
    }
    return described if box.page is None else {**described, "page": box.page}


def _first_not_none(*values: Any) -> Any:
    # Not `or`: a confidence of 0 and an empty content are values.
    return next((value for value in values if value is not None), None)
