"""The images of a stream, in the forms in which callers pass them."""

from __future__ import annotations

import os
from numbers import Integral, Real
from typing import Any, NamedTuple

from vlmrun._images import is_image
from vlmrun._requests.decision_media import image_content, remote_image
from vlmrun._requests.input_files import is_array


class StreamItem(NamedTuple):
    """An image of a stream.

    Attributes:
        where: Its location in error messages.
        index: The index of the frame in its video, or else its position.
        timestamp_s: The position of the frame in its video, in seconds.
        image: An image in any form that callers pass; once it is read, its bytes or its URL.
    """

    where: str
    index: int  # type: ignore[assignment]
    timestamp_s: float | None
    image: Any

    def __repr__(self) -> str:
        # Tools that show local variables must not show images.
        return f"<{self.where} of a stream>"


def stream_item(item: Any, position: int | None) -> StreamItem:
    """Return an image of a stream, not read yet.

    Args:
        item: A path, a URL, a data URL, bytes, a PIL image, an array, or a frame of a video: an
            object with `frame`, `index` and `timestamp_s`.
        position: Its position in the stream; None if it is sent by itself.
    """
    where = "image" if position is None else f"images[{position}]"
    index, timestamp = position or 0, None
    is_plain = isinstance(item, (str, bytes, bytearray, memoryview, os.PathLike))
    if not is_plain and not is_image(item) and not is_array(item) and hasattr(item, "frame"):
        own_index = getattr(item, "index", None)
        own_timestamp = getattr(item, "timestamp_s", None)
        index = int(own_index) if isinstance(own_index, Integral) else index
        timestamp = float(own_timestamp) if isinstance(own_timestamp, Real) else None
        item = item.frame
    return StreamItem(where, index, timestamp, item)


def read_item(item: StreamItem, quality: int) -> StreamItem:
    """Return an image as bytes or a URL. It is read now, since its source may overwrite it later.

    Args:
        item: The image.
        quality: The quality of the JPEG that pixels become.

    Raises:
        InputError: It is not an image of the accepted formats, or too large.
    """
    if remote_image(item.where, item.image) is not None:
        return item
    return item._replace(image=image_content(item.where, item.image, quality))
