"""Uploaded files."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from vlmrun.types._base import Model, Received
from vlmrun.types._fields import secret

__all__ = [
    "FilePurpose",
    "FileResponse",
    "PresignedUrlRequest",
    "PresignedUrlResponse",
    "StoredFilePurpose",
]

FilePurpose = Literal["assistants", "batch", "fine-tune", "vision", "datasets"]
StoredFilePurpose = Literal[
    "assistants",
    "assistants_output",
    "batch",
    "batch_output",
    "fine-tune",
    "fine-tune-results",
    "vision",
    "datasets",
]


class FileResponse(Received):
    """An uploaded file.

    Attributes:
        id: The id, for `MessageContent(type="input_file", file_id=...)`.
        bytes: The size in bytes.
        public_url: A temporary URL from which anyone can read the file, if it was requested.
    """

    id: str | None = None
    filename: str | None = None
    bytes: int | None = None
    purpose: StoredFilePurpose | str | None = None
    created_at: datetime | None = None
    object: str = "file"
    public_url: str | None = secret(default=None)

    @property
    def url(self) -> str | None:
        """The same as `public_url`."""
        return self.public_url


class PresignedUrlRequest(Model):
    """A request for a URL to upload a file to.

    Attributes:
        filename: The name of the file.
        purpose: The purpose of the file; the service's default is "assistants".
        expiration: The lifetime of the URL, in seconds.
    """

    filename: str
    purpose: FilePurpose | str | None = None
    expiration: int | None = None


class PresignedUrlResponse(Received):
    """A URL to PUT a file to, and the `Content-Type` to send. `id` is the id of the new file."""

    id: str | None = None
    url: str | None = secret(default=None)
    filename: str | None = None
    content_type: str | None = None
    upload_method: str | None = None
    public_url: str | None = secret(default=None)
    created_at: datetime | None = None
    expiration: int | None = None
    method: str | None = None
