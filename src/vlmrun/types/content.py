"""Typed parts of an agent's inputs and of chat messages."""

from __future__ import annotations

import re
from typing import Any, Literal
from uuid import UUID

from vlmrun._messages import short_repr
from vlmrun.errors import InputError
from vlmrun.types._base import Model

__all__ = [
    "URL_PATTERN",
    "AudioUrl",
    "DocumentUrl",
    "FileUrl",
    "HttpUrl",
    "ImageDetail",
    "ImageUrl",
    "MessageContent",
    "VideoUrl",
]

# The pattern in openapi.yaml. It is case-sensitive, unlike `_validation.is_http_url`, because the
# service validates by it and refuses anything else.
URL_PATTERN = r"^https?://.+"
HttpUrl = str
ImageDetail = Literal["auto", "low", "high"]


class _WebContent(Model):
    url: str

    def _verify(self) -> None:
        if not re.match(URL_PATTERN, self.url):
            name = type(self).__name__
            raise InputError(
                f"{name}.url must start with http:// or https://, got {short_repr(self.url)}",
                suggestion="Upload a local file first: client.files.upload(path), or pass a Path",
            )

    @classmethod
    def _schema_extras(cls) -> dict[str, dict[str, Any]]:
        return {"url": {"pattern": URL_PATTERN}}


class ImageUrl(_WebContent):
    """An image on the web; `detail` is the level of detail (the service's default is "auto")."""

    detail: ImageDetail | str | None = None


class FileUrl(_WebContent):
    """A file on the web."""


class VideoUrl(FileUrl):
    """A video on the web."""


class AudioUrl(FileUrl):
    """An audio file on the web."""


class DocumentUrl(FileUrl):
    """A document on the web."""


class MessageContent(Model):
    """A typed part of an agent's inputs. The field with the name in `type` must be set.

    `input_file` requires a `file_id` from `client.files.upload`, or a `file_url`.

    Raises:
        InputError: The field with the name in `type` is missing, or a URL is not http(s).

    Example:
        >>> MessageContent(type="file_url", file_url={"url": "https://example.com/a.pdf"}).to_dict()
        {'type': 'file_url', 'file_url': {'url': 'https://example.com/a.pdf'}}
    """

    type: Literal["text", "image_url", "video_url", "audio_url", "file_url", "input_file"]
    text: str | None = None
    image_url: ImageUrl | None = None
    video_url: VideoUrl | None = None
    audio_url: AudioUrl | None = None
    file_url: FileUrl | None = None
    file_id: str | UUID | None = None

    @classmethod
    def _normalized(cls, values: dict[str, Any]) -> dict[str, Any]:
        values = super()._normalized(values)
        if isinstance(values.get("file_id"), UUID):
            values["file_id"] = str(values["file_id"])
        return values

    def _verify(self) -> None:
        if self.type == "input_file":
            if not self.file_id and self.file_url is None:
                raise InputError(
                    "MessageContent(type='input_file') needs file_id=... or file_url=..."
                )
        elif getattr(self, self.type) is None:
            raise InputError(f"MessageContent(type={self.type!r}) needs {self.type}=...")
