"""The forms in which the service sends boxes and confidences, which have changed over time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from math import isfinite
from typing import Any, NamedTuple

import attrs

from vlmrun.errors import VLMRunError
from vlmrun.types.evidence import level_of, lowest
from vlmrun.types.evidence_boxes import (
    MASK_KEYS,
    EvidenceBox,
    EvidenceMask,
    Keypoint,
    Point,
    is_outline,
    raw_mask,
)

# Where a box may be, in the order of preference, and how its four numbers are read. The service
# documents objects with `xywh`, and `bbox_xywh` in chats, but no list without a name. The official
# SDK takes one for two corners (`vlmrun.common.viz.extract_bbox`), as most libraries of images do.
_BOX_KEYS = {
    "bbox": "xyxy",
    "xywh": "xywh",
    "bbox_xywh": "xywh",
    "xyxy": "xyxy",
    "bbox_xyxy": "xyxy",
    "box": "xyxy",
}
_POLYGON_KEYS = ("poly_xy", "polygon")
_SIZE_KEYS = (("page_width", "page_height"), ("image_width", "image_height"))
_SIZE_NAMES = frozenset(name for pair in _SIZE_KEYS for name in pair)
_EDGES = ("left", "top", "right", "bottom")
_TEXT_KEYS = ("content", "text", "label", "bbox_content")
_CONFIDENCE_KEYS = ("confidence", "score")
_CONFIDENCES = {
    "hi": "hi",
    "high": "hi",
    "med": "med",
    "medium": "med",
    "low": "low",
    "lo": "low",
}

# Keys that are not fields of the response in a dict that describes a region.
REGION_KEYS = frozenset(
    {*_BOX_KEYS, *_POLYGON_KEYS, "bboxes", "keypoints", "bbox_content", "confidence"}
)
# A mask alone is a region, too. Its keys may be fields of the response, if nothing else is there.
_ALL_REGION_KEYS = REGION_KEYS.union(MASK_KEYS)
METADATA = "_metadata"

Numbers4 = tuple[float, float, float, float]


class Found(NamedTuple):
    """The evidence in a dict about a field."""

    confidence: Any
    page: int | None
    boxes: tuple[EvidenceBox, ...]
    text: str | None


def read_metadata(value: Any) -> Found:
    """Read what was sent about a field: a dict, or a list of dicts. Nothing of it is required."""
    holder = value if isinstance(value, Mapping) else {}
    page = page_number(holder.get("page"))
    boxes = tuple(_boxes(value, page))
    size = _stated_size(holder)
    if size is not None:
        boxes = tuple(attrs.evolve(box, page_size=box.page_size or size) for box in boxes)
    if not boxes and (single := _box(holder, page)) is not None:
        boxes = (single,)  # beside a list without a single valid box
    confidence = _confidence_of(holder)
    if confidence is None:
        confidence = lowest(box.confidence for box in boxes)
    text = _text_of(holder)
    if text is None:
        text = " ".join(box.text for box in boxes if box.text) or None
    if boxes and boxes[0].page is not None:
        page = boxes[0].page
    return Found(confidence, page, boxes, text)


def is_metadata(value: Any) -> bool:
    """Return whether a value is certainly about a field, and not a field itself."""
    if isinstance(value, Mapping):
        return not REGION_KEYS.isdisjoint(value)
    return isinstance(value, list) and bool(read_metadata(value).boxes)


def keys_of_region(region: Mapping[Any, Any]) -> frozenset[str]:
    """Return the keys of a region that are not fields of the response."""
    return REGION_KEYS.union(key for key in MASK_KEYS if _is_mask(region.get(key)))


def _is_mask(value: Any) -> bool:
    if isinstance(value, Mapping):
        return "counts" in value
    if isinstance(value, str):  # a short one, such as "worn", is a field of the response
        return len(value) > 100
    return isinstance(value, list) and bool(value) and isinstance(value[0], list)


def without_grounding(value: Any) -> Any:
    """Return the data without `_metadata`, and the `x_metadata` of a field `x`, at any depth."""
    if isinstance(value, list):
        return [without_grounding(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: without_grounding(inner)
        for key, inner in value.items()
        if not _is_metadata_of(key, inner, value)
    }


def _is_metadata_of(key: str, value: Any, holder: dict[str, Any]) -> bool:
    if not key.endswith(METADATA):
        return False
    field = key.removesuffix(METADATA)
    return not field or field in holder or is_metadata(value)


def four_numbers(value: Any) -> Numbers4 | None:
    """Return four numbers as a tuple; None if it is not four finite numbers."""
    if not isinstance(value, (list, tuple)) or len(value) != 4:
        return None
    if not all(map(_is_number, value)):
        return None
    return value[0], value[1], value[2], value[3]


def _boxes(value: Any, page: int | None) -> Iterator[EvidenceBox]:
    # A stack instead of recursion: lists can be nested deeper than Python's recursion limit.
    stack: list[tuple[Any, int | None]] = [(value, page)]
    while stack:
        item, page = stack.pop()
        if isinstance(item, Mapping) and item.get("bboxes"):
            own = page_number(item.get("page"))
            stack.append((item["bboxes"], page if own is None else own))
            continue
        box = _box(item, page)
        if box is not None:
            yield box
        elif isinstance(item, (list, tuple)):
            stack += [(each, page) for each in reversed(item)]


def _box(value: Any, page: int | None) -> EvidenceBox | None:
    """Return a region as a box; None if it is not a region."""
    if isinstance(value, (list, tuple)):
        corners = four_numbers(value)
        return None if corners is None else EvidenceBox(_xywh(corners), page, raw=value)
    if not isinstance(value, Mapping) or _ALL_REGION_KEYS.isdisjoint(value):
        return None
    polygons = next(filter(None, _all_polygons(value)), ())
    keypoints = _keypoints(value.get("keypoints"))
    xywh = _xywh_of(value) or _around([*chain.from_iterable(polygons), *keypoints])
    if xywh is None:
        xywh = _around_mask(value)
    if xywh is None:
        return None
    own_page = page_number(value.get("page"))
    return EvidenceBox(
        xywh,
        page if own_page is None else own_page,
        _text_of(value),
        _confidence_of(value),
        polygons,
        keypoints,
        value,
        _stated_size(value) or _mask_size(value),
    )


def _around(points: list[Any]) -> Numbers4 | None:
    if not points:
        return None
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)


def _around_mask(region: Mapping[Any, Any]) -> Numbers4 | None:
    """Return the box around a mask that was sent without one, as fractions."""
    raw = raw_mask(region)
    if raw is None:
        return None
    try:
        image = EvidenceMask(raw).to_image()
    except VLMRunError:  # it is not a mask, or nothing can read one here
        return None
    corners, (width, height) = image.getbbox(), image.size
    if corners is None:
        return None
    left, top, right, bottom = corners
    return _xywh((left / width, top / height, right / width, bottom / height))


def _stated_size(holder: Mapping[Any, Any]) -> tuple[int, int] | None:
    """Return the size in pixels of the page that the service read, if it says so."""
    if _SIZE_NAMES.isdisjoint(holder):
        return None
    for width_key, height_key in _SIZE_KEYS:
        width, height = page_number(holder.get(width_key)), page_number(holder.get(height_key))
        if width and height:
            return width, height
    return None


def _mask_size(region: Mapping[Any, Any]) -> tuple[int, int] | None:
    """Return the size of a mask in run lengths, which covers the page that the service read."""
    mask = raw_mask(region)
    size = mask.get("size") if isinstance(mask, Mapping) else None
    if not isinstance(size, (list, tuple)) or len(size) != 2:
        return None
    height, width = map(page_number, size)
    return (width, height) if width and height else None


def _xywh_of(holder: Mapping[Any, Any]) -> Numbers4 | None:
    """Return the box of a region: of the first key that has a valid one."""
    for key, order in _BOX_KEYS.items():
        value = holder.get(key)
        if isinstance(value, Mapping):
            inner = four_numbers(value.get("xywh"))
            if inner is not None:
                return inner
            value = value.get("xyxy", [value.get(edge) for edge in _EDGES])
            order = "xyxy"
        numbers = four_numbers(value)
        if numbers is not None:
            return numbers if order == "xywh" else _xywh(numbers)
    return None


def _xywh(corners: Numbers4) -> Numbers4:
    left, top, right, bottom = corners
    return left, top, right - left, bottom - top


def _all_polygons(region: Mapping[Any, Any]) -> Iterator[tuple[tuple[Point, ...], ...]]:
    """Yield the outlines under each key that may have some."""
    yield from (_polygons(region.get(key)) for key in _POLYGON_KEYS)
    if is_outline(region.get("segmentation")):  # which otherwise is a mask
        yield _polygons(region["segmentation"])


def _polygons(value: Any) -> tuple[tuple[Point, ...], ...]:
    """Return outlines: one as points, several as lists of them, or those of COCO, all in a row."""
    if not isinstance(value, (list, tuple)):
        return ()
    if is_outline(value) and all(_is_number(each) for row in value for each in row):
        return tuple(tuple(zip(row[::2], row[1::2], strict=True)) for row in value)
    outlines = [_points(value)] if any(map(_point, value)) else map(_points, value)
    return tuple(outline for outline in outlines if outline)


def _points(value: Any) -> tuple[Point, ...]:
    if not isinstance(value, (list, tuple)):
        return ()
    points = [_point(each) for each in value]
    return tuple(point for point in points if point is not None)


def _point(value: Any) -> Point | None:
    if isinstance(value, Mapping):
        value = [value.get("x"), value.get("y")]
    if not isinstance(value, (list, tuple)) or len(value) < 2:
        return None
    x, y = value[0], value[1]
    return (x, y) if _is_number(x) and _is_number(y) else None


def _keypoints(value: Any) -> tuple[Keypoint, ...]:
    found: list[Keypoint] = []
    names: list[Any] = []
    if isinstance(value, Mapping):  # from the name of each point
        names, value = list(value), list(value.values())
    for index, each in enumerate(value if isinstance(value, (list, tuple)) else ()):
        point = _point(each)
        if point is None:
            continue
        details = each if isinstance(each, Mapping) else {}
        confidence = _confidence_of(details)
        if not details and len(each) > 2:
            confidence = _confidence(each[2])
        name = names[index] if names else details.get("name", details.get("label"))
        found.append(Keypoint(*point, name if isinstance(name, str) else None, confidence))
    return tuple(found)


def _confidence_of(holder: Mapping[Any, Any]) -> Any:
    found = (_confidence(holder.get(key)) for key in _CONFIDENCE_KEYS)
    return next((each for each in found if each is not None), None)


def _confidence(value: Any) -> Any:
    if isinstance(value, str):
        word = value.strip().lower()
        try:
            value = _CONFIDENCES.get(word) or float(word)
        except ValueError:
            return value
    if isinstance(value, str):
        return value
    return value if _is_number(value) and level_of(value) else None


def _text_of(holder: Mapping[Any, Any]) -> str | None:
    texts = (holder.get(key) for key in _TEXT_KEYS)
    return next((text for text in texts if isinstance(text, str)), None)


def page_number(value: Any) -> int | None:
    """Return the number of a page; None if it is not one."""
    if isinstance(value, str):
        is_short = value.isascii() and value.isdigit() and len(value) < 10
        return int(value) if is_short else None
    if not _is_number(value) or value < 0 or value != int(value):
        return None
    return int(value)


def _is_number(value: Any) -> bool:
    # json.loads accepts NaN and Infinity, which nothing can draw.
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    try:
        return isfinite(value)
    except OverflowError:  # an int beyond any float
        return False
