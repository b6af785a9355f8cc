"""Uploaded files."""

from __future__ import annotations

from datetime import datetime

from vlmrun.types._base import Model, Received
from vlmrun.types._fields import secret

__all__ = [
    "FileResponse",
    "PresignedUrlRequest",
    "PresignedUrlResponse",
]


class FileResponse(Received):
    """An uploaded file.

    Attributes:
        id: For `MessageContent(type="input_file", file_id=...)`.
        bytes: The size.
        public_url: A URL that anybody can read it from for a time, if one was asked for.
    """

    id: str | None = None
    filename: str | None = None
    bytes: int | None = None
    purpose: str | None = None
    created_at: datetime | None = None
    object: str = "file"
    public_url: str | None = secret(default=None)

    @property
    def url(self) -> str | None:
        """The same as `public_url`."""
        return self.public_url


class PresignedUrlRequest(Model):
    """What to reserve an upload for.

    Attributes:
        filename: The name the file shall have.
        purpose: The service's default is "assistants".
        expiration: Seconds the URL lives.
    """

    filename: str
    purpose: str | None = None
    expiration: int | None = None


class PresignedUrlResponse(Received):
    """Where to PUT a file's bytes, with which `Content-Type`; then `id` is the file's id."""

    id: str | None = None
    url: str | None = secret(default=None)
    filename: str | None = None
    content_type: str | None = None
    upload_method: str | None = None
    public_url: str | None = secret(default=None)
    created_at: datetime | None = None
    expiration: int | None = None
    method: str | None = None
