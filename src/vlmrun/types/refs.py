"""References to artifacts, as agents return them: a prefix and six word characters."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from vlmrun._wording import show
from vlmrun.errors import InputError
from vlmrun.types._base import Model

__all__ = [
    "ArrayRef",
    "AudioRef",
    "DocumentRef",
    "ImageRef",
    "ReconRef",
    "UrlRef",
    "VideoRef",
]


class _Ref(Model):
    # Agents send references, perhaps one day with more in them than an id.
    _keeps_unknown: ClassVar[bool] = True
    _pattern: ClassVar[str]

    id: str

    def _verify(self) -> None:
        if not re.fullmatch(self._pattern, self.id):
            raise InputError(
                f"{type(self).__name__}.id must match {self._pattern}, got {show(self.id)}"
            )

    @classmethod
    def _schema_extras(cls) -> dict[str, dict[str, Any]]:
        return {"id": {"pattern": cls._pattern}}


class ImageRef(_Ref):
    """An image."""

    _pattern = r"^img_\w{6}$"


class VideoRef(_Ref):
    """A video."""

    _pattern = r"^vid_\w{6}$"


class AudioRef(_Ref):
    """A sound file."""

    _pattern = r"^aud_\w{6}$"


class DocumentRef(_Ref):
    """A document."""

    _pattern = r"^doc_\w{6}$"


class ReconRef(_Ref):
    """A three-dimensional reconstruction."""

    _pattern = r"^recon_\w{6}$"


class UrlRef(_Ref):
    """A text that holds a URL."""

    _pattern = r"^url_\w{6}$"


class ArrayRef(_Ref):
    """An array of numbers."""

    _pattern = r"^arr_\w{6}$"
