"""Masks of regions, in the forms that models return them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from io import BytesIO
from itertools import chain
from typing import Any

from vlmrun._image_pages import import_pil
from vlmrun._images import is_image
from vlmrun.errors import InputError

# Beyond any page that a model sees; a few bytes of run lengths can claim any size.
_MAX_PIXELS = 100_000_000


def decoded(value: Any) -> Any:
    """Return a mask as an image of mode "L", 255 inside.

    It covers the whole page, at any resolution. Known forms are an image file in base64, also as a
    data URL, rows of numbers, and the run lengths of COCO, compressed or not:
    https://github.com/cocodataset/cocoapi/blob/master/PythonAPI/pycocotools/mask.py

    Args:
        value: The mask as it was sent.

    Raises:
        InputError: It is damaged, or has another form.
        DependencyError: The extra `images` is not installed.
    """
    import_pil()
    try:
        mask = _decoded(value)
    except Exception as error:  # PIL's decoders raise many types, and any form may be broken
        raise _no_mask(value, error) from None
    if mask is None:
        raise _no_mask(value, "its form is not known")
    return mask


def _no_mask(raw: Any, problem: object) -> InputError:
    return InputError(f"The mask cannot be read: {type(raw).__name__}: {problem}")


def _decoded(value: Any) -> Any:
    if is_image(value):
        return value.convert("L")
    if isinstance(value, str):
        return _from_file(value)
    if isinstance(value, Mapping):
        return _from_run_lengths(value)
    if isinstance(value, Sequence) and value and isinstance(value[0], Sequence):
        return _from_rows(value)
    return None


def _from_file(text: str) -> Any:
    content = base64.b64decode(text.rpartition(",")[2], validate=True)
    return import_pil().open(BytesIO(content)).convert("L").point(_to_black_or_white)


def _from_rows(rows: Sequence[Any]) -> Any:
    width = len(rows[0])
    if width < 2 or any(len(row) != width for row in rows):
        return None
    pixels = bytes(255 * _is_inside(value) for value in chain.from_iterable(rows))
    return import_pil().frombytes("L", (width, len(rows)), pixels)


def _is_inside(value: float) -> bool:
    if not (0 <= value <= 1 or value == 255):
        raise ValueError(f"{value} is neither 0 to 1 nor 255")
    return value >= 0.5  # a number between them is how likely the pixel is inside


def _from_run_lengths(value: Mapping[str, Any]) -> Any:
    height, width = value["size"]
    counts = value["counts"]
    if isinstance(counts, str):
        counts = _decompressed(counts)
    fits = sum(counts) == width * height and min(counts) >= 0
    if not fits or not 0 < width * height <= _MAX_PIXELS:
        raise binascii.Error("the run lengths do not fit the size")
    pixels = b"".join(bytes([255 * (index % 2)]) * run for index, run in enumerate(counts))
    # Columns come first, so that the image is read as its transposition.
    pil = import_pil()
    return pil.frombytes("L", (height, width), pixels).transpose(pil.Transpose.TRANSPOSE)


def _decompressed(text: str) -> list[int]:
    """Decode the counts of COCO: five bits in each character, and differences from the third on."""
    counts: list[int] = []
    number = shift = 0
    for character in text:
        bits = ord(character) - 48
        number |= (bits & 31) << shift
        shift += 5
        if bits & 32:
            continue
        if bits & 16:  # negative
            number |= -1 << shift
        counts.append(number + (counts[-2] if len(counts) > 2 else 0))
        number = shift = 0
    return counts


def _to_black_or_white(level: int) -> int:
    return 255 if level else 0
