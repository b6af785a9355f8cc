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
    """An image on the web.

    Attributes:
        url: Its URL, which starts with http:// or https://.
        detail: The level of detail: "auto" (the service's default), "low" or "high".
    """

    detail: ImageDetail | str | None = None


class FileUrl(_WebContent):
    """A file on the web.

    Attributes:
        url: Its URL, which starts with http:// or https://.
    """


class VideoUrl(FileUrl):
    """A video on the web.

    Attributes:
        url: Its URL, which starts with http:// or https://.
    """


class AudioUrl(FileUrl):
    """An audio file on the web.

    Attributes:
        url: Its URL, which starts with http:// or https://.
    """


class DocumentUrl(FileUrl):
    """A document on the web.

    Attributes:
        url: Its URL, which starts with http:// or https://.
    """


class MessageContent(Model):
    """A typed part of an agent's inputs. The field with the name in `type` must be set.

    Attributes:
        type: "text", "image_url", "video_url", "audio_url", "file_url" or "input_file".
        text: The text, for the type "text".
        image_url: An `ImageUrl`, or a dict of its fields.
        video_url: A `VideoUrl`, or a dict of its fields.
        audio_url: An `AudioUrl`, or a dict of its fields.
        file_url: A `FileUrl`, or a dict of its fields; also for the type "input_file".
        file_id: The id of an uploaded file (`client.files.upload`), for the type "input_file".

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
