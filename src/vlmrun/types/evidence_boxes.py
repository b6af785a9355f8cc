"""Regions of pages: boxes, with outlines, keypoints and masks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import attrs

from vlmrun._messages import type_and_repr
from vlmrun.errors import InputTypeError

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["ConfidenceLevel", "EvidenceBox", "EvidenceMask", "Keypoint", "PixelBox"]

ConfidenceLevel = Literal["hi", "med", "low"]
Point = tuple[float, float]

MASK_KEYS = ("mask", "segmentation_mask", "segmentation", "rle")
_MASK_NAMES = frozenset(MASK_KEYS)

# Fractions may exceed 1 where a model draws a box beyond the page, but not by much.
_LARGEST_FRACTION = 1.5


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
class EvidenceMask:
    """The pixels of a page that belong to a region.

    Attributes:
        raw: The mask as it was sent: an image file in base64, also as a data URL; rows of numbers;
            or the run lengths of COCO, compressed or not.

    Example:
        >>> mask = EvidenceMask([[0, 1, 1, 0], [0, 1, 1, 0]])
        >>> mask.to_image((8, 4)).getbbox()
        (2, 0, 6, 4)
    """

    raw: Any = attrs.field(repr=lambda value: f"<{type(value).__name__}>")

    def to_image(self, image: Image.Image | tuple[int, int] | None = None) -> Image.Image:
        """Return the mask as an image of mode "L" that covers the whole page: 255 inside, else 0.

        Args:
            image: The image of the page, or its width and height, for a mask of that size. By
                default, it has the size in which it was sent.

        Raises:
            InputError: It is damaged, or has another form.
            DependencyError: The extra `images` is not installed.
        """
        from vlmrun._pictures.masks import decoded

        mask: Image.Image = decoded(self.raw)
        # Not smoothed, so that nothing outside of the mask becomes a part of it: 0 is the nearest.
        return mask if image is None else mask.resize(size_of(image), 0)


@attrs.frozen
class EvidenceBox:
    """A region of a page, as fractions of the page's width and height.

    Attributes:
        xywh: Left, top, width, height, as fractions unless `is_relative` is False.
        page: The page, from 0; None if the service did not send it, or if it is not known which
            file, or which of the pages chosen by `page_indices`, its number is about.
        text: The text in the region.
        confidence: "hi", "med", "low", or a number from 0 to 1.
        polygons: The outlines, if the service sent more than a box; a region may have several.
        keypoints: Points in the region.
        raw: The region as it was sent.
        page_size: The width and height in pixels of the page that the service read; None if it did
            not send it.
        files: If the job has several files: the file that the region is in, or all that it may be
            in if the response does not say so. Empty if there is no doubt.

    Example:
        >>> box = EvidenceBox((0.25, 0.5, 0.5, 0.25))
        >>> box.xyxy, box.pixels((800, 600))
        ((0.25, 0.5, 0.75, 0.75), PixelBox(left=200, top=300, right=600, bottom=450))
    """

    xywh: tuple[float, float, float, float]
    page: int | None = None
    text: str | None = None
    confidence: ConfidenceLevel | float | str | None = None
    polygons: tuple[tuple[Point, ...], ...] = ()
    keypoints: tuple[Keypoint, ...] = ()
    raw: Any = attrs.field(default=None, eq=False, repr=False)
    page_size: tuple[int, int] | None = None
    files: tuple[str, ...] = ()

    @property
    def xyxy(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        x, y, width, height = self.xywh
        return x, y, x + width, y + height

    @property
    def is_relative(self) -> bool:
        """Whether the numbers are fractions. If they are too large for that, they are pixels."""
        return max(map(abs, self.xyxy)) <= _LARGEST_FRACTION

    @property
    def polygon(self) -> tuple[Point, ...]:
        """The first outline; empty if the service sent a box only."""
        return self.polygons[0] if self.polygons else ()

    @property
    def mask(self) -> EvidenceMask | None:
        """The mask of the region; None if the service sent none."""
        return None if (raw := raw_mask(self.raw)) is None else EvidenceMask(raw)

    def pixels(self, image: Image.Image | tuple[int, int]) -> PixelBox:
        """Return the box in pixels of an image, without what lies beyond its edges.

        A box in pixels is scaled if `page_size` is known; else the image must have the size that
        the service read.

        Args:
            image: A PIL image, or its width and height.

        Raises:
            InputError: It is neither, or has no pixels.
        """
        width, height = size = size_of(image)
        x_scale, y_scale = self.scale(size)
        left, top, right, bottom = self.xyxy
        left, right = sorted(round(min(max(x * x_scale, 0), width)) for x in (left, right))
        # Sorted, since a model may return a negative width.
        top, bottom = sorted(round(min(max(y * y_scale, 0), height)) for y in (top, bottom))
        return PixelBox(left, top, right, bottom)

    def point_in_pixels(
        self, point: tuple[float, ...], image: Image.Image | tuple[int, int]
    ) -> tuple[float, float]:
        """Return a point of `polygons` or `keypoints` in pixels of an image.

        Args:
            point: The point; only its first two numbers are used.
            image: A PIL image, or its width and height.
        """
        x_scale, y_scale = self.scale(size_of(image))
        return point[0] * x_scale, point[1] * y_scale

    def scale(self, size: tuple[int, int]) -> tuple[float, float]:
        """Return by what its numbers are multiplied to get pixels of an image.

        Args:
            size: The width and height of the image.
        """
        if self.is_relative:
            return size
        if self.page_size is None:
            return 1, 1
        return size[0] / self.page_size[0], size[1] / self.page_size[1]


def raw_mask(region: Any) -> Any:
    """Return the mask in a region as it was sent; None if it has none."""
    if not isinstance(region, Mapping) or _MASK_NAMES.isdisjoint(region):
        return None
    for key in MASK_KEYS:
        value = region.get(key)
        if value is not None and value != "" and not (key == "segmentation" and is_outline(value)):
            return value
    return None


def is_outline(value: Any) -> bool:
    """Return whether a list of lists has the coordinates of polygons, and is not a mask.

    COCO has both in `segmentation`: https://cocodataset.org/#format-data
    """
    if not isinstance(value, (list, tuple)) or not value:
        return False
    if not all(isinstance(row, (list, tuple)) and len(row) >= 6 for row in value):
        return False
    if any(len(row) % 2 for row in value):
        return False
    numbers = {number for row in value for number in row if isinstance(number, (int, float))}
    if len(value) == 1:
        return not numbers <= {0, 1, 255}
    # Rows of equal lengths may be those of a mask, with how likely each pixel is inside.
    is_grid = len({len(row) for row in value}) == 1
    return not (is_grid and all(0 <= number <= 1 or number == 255 for number in numbers))


def size_of(image: Any) -> tuple[int, int]:
    """Return the width and height of a PIL image, or those that a caller passed instead."""
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
