"""Files in `inputs` that are not paths: open files, images, and bytes with a name."""

from __future__ import annotations

import os
import sys
from io import BytesIO
from typing import Any

from vlmrun._files.upload_source import Source, source_of
from vlmrun._images import encode_image, is_image
from vlmrun._messages import short_repr, type_and_repr
from vlmrun._requests.pdf_parts import part_of_pdf
from vlmrun._warnings import warn_caller
from vlmrun.errors import InputTypeError
from vlmrun.types.pdf_pages import PdfPages

# Most systems have no longer names, and a longer str is certainly not one.
_LONGEST_NAME = 255


def source_in_inputs(value: Any, where: str) -> Source | None:
    """Return the file to upload that a value stands for; None if it is something else.

    Args:
        value: An open file, a PIL image, an array of pixels, pages of a PDF, or a tuple of a file
            name and bytes.
        where: Its location in error messages.

    Raises:
        InputTypeError: It is bytes without a name, or an array that is not an image.
    """
    if isinstance(value, PdfPages):
        return part_of_pdf(value, where)
    if is_named_bytes(value):
        name, data = value
        return source_of(BytesIO(data), name, where)
    if isinstance(value, (bytes, bytearray, memoryview)):
        raise InputTypeError(
            f"{where} cannot be sent: {type_and_repr(value)} has no file name",
            suggestion="Pass a tuple of name and content, such as ('scan.pdf', data), or a Path",
        )
    if is_image(value):
        # PNG, so that nothing of the image is lost.
        return source_of(BytesIO(_encoded(value)), "image.png", where)
    if is_array(value):
        return source_of(BytesIO(_encoded(image_of(value, where))), "image.png", where)
    if hasattr(value, "read"):
        return source_of(value, None, where, "file")
    return None


def is_named_bytes(value: Any) -> bool:
    """Return whether a value is a tuple of a file name and its content."""
    return (
        isinstance(value, tuple)
        and len(value) == 2
        and isinstance(value[0], str)
        and isinstance(value[1], (bytes, bytearray, memoryview))
    )


def warn_of_file_name(value: str, where: str, takes_files: bool) -> None:
    """Warn if a str is the path of an existing file, which is not uploaded."""
    # Text is not worth a system call: a path is short, and has a suffix.
    if len(value) > _LONGEST_NAME or "." not in value[-6:] or not value.isprintable():
        return
    if os.path.isfile(value):
        remedy = (
            f"Pass pathlib.Path({short_repr(value)}) to upload it"
            if takes_files
            else "Upload it with client.files.upload(path), and pass the id or the URL of the file"
        )
        warn_caller(
            f"{where} is the str {short_repr(value)}, which is sent as text although there is a "
            f"file of this name. {remedy}",
            UserWarning,
        )


def _encoded(image: Any) -> bytes:
    encoded = encode_image(image, format="binary")
    assert isinstance(encoded, bytes)
    return encoded


def is_array(value: Any) -> bool:
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.ndarray)


def image_of(array: Any, where: str) -> Any:
    """Return an array of 8-bit gray or RGB pixels as a PIL image."""
    is_pixels = array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (3, 4))
    if str(array.dtype) != "uint8" or not is_pixels or not array.size:
        raise InputTypeError(
            f"{where} is an array of shape {array.shape} and type {array.dtype}, not an image",
            suggestion="Pass an array of uint8 and shape (height, width, 3), or array.tolist()",
        )
    from vlmrun._image_pages import import_pil

    return import_pil().fromarray(array)
