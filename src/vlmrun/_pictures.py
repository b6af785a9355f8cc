"""Images that were downloaded, as images of PIL. Needs the extra `images`."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from vlmrun._optional_imports import import_optional
from vlmrun.errors import ResponseDecodeError

if TYPE_CHECKING:
    from PIL import Image

# Deeper than eight bits a channel, so that a conversion would lose something.
_DEEP = ("I", "F", "I;16", "I;16L", "I;16B", "I;16N")


def require_images() -> Any:
    """The module PIL.Image, imported; `DependencyError` if it is not installed."""
    return import_optional("PIL.Image", "images", "An image")


def read_image(content: bytes, what: str) -> Image.Image:
    """An image in mode RGB, or in RGBA if it has transparency; `what` is for messages.

    One of more than eight bits a channel keeps its mode.

    Raises:
        ResponseDecodeError: PIL cannot read it; the error's `raw` has the bytes.
        DependencyError: The extra `images` is not installed.
    """
    pil = require_images()
    try:
        image: Image.Image = pil.open(BytesIO(content))
        image.load()
    except Exception as error:  # PIL has no common class for what is wrong with a file
        raise ResponseDecodeError(
            f"{what} cannot be read as an image: {error}",
            suggestion="`.raw` of this error has its bytes",
            raw=content,
        ) from None
    if image.mode in ("RGB", "RGBA", *_DEEP):
        return image
    is_transparent = image.mode in ("LA", "PA", "La", "RGBa") or "transparency" in image.info
    return image.convert("RGBA" if is_transparent else "RGB")
