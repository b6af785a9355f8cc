"""Files: upload in one request or through a presigned URL, get, list, delete."""

from __future__ import annotations

import mimetypes
from typing import Any

from starlette.exceptions import HTTPException

from vlmrun.testing.handlers.request import HandlerRequest
from vlmrun.testing.state.blobs import Blob
from vlmrun.testing.state.jobs import timestamp
from vlmrun.testing.state.presigned_urls import file_url, upload_url
from vlmrun.testing.state.store import File

__all__ = [
    "create_presigned_url",
    "delete_file",
    "get_file",
    "get_file_by_hash",
    "list_files",
    "upload_file",
    "verify_upload",
]

_DEFAULT_PURPOSE = "assistants"
_DEFAULT_LIFETIME = 24 * 60 * 60


def upload_file(request: HandlerRequest) -> dict[str, Any]:
    """Store the file of a form."""
    upload = request.body["file"]
    file = File(
        filename=upload.filename or "upload",
        purpose=request.parameter("purpose", _DEFAULT_PURPOSE),
        media_type=upload.content_type or _media_type(upload.filename or ""),
        content=Blob(upload.file),
        verified=True,
    )
    with request.state.lock:
        request.state.files[file.id] = file
    return _as_json(request, file)


def list_files(request: HandlerRequest) -> list[dict[str, Any]]:
    """List files, newest first."""
    return [_as_json(request, file) for file in request.page(request.state.stored_files())]


def get_file(request: HandlerRequest) -> dict[str, Any]:
    """Return a file."""
    return _as_json(request, request.state.stored_file(request.parameters["file_id"], "id"))


def get_file_by_hash(request: HandlerRequest) -> dict[str, Any]:
    """Return the newest file with this MD5."""
    digest = request.parameters["file_hash"].lower()
    for file in request.state.stored_files():
        if file.content and file.content.md5 == digest:
            return _as_json(request, file)
    raise HTTPException(404, f"No file has the hash {digest!r}")


def delete_file(request: HandlerRequest) -> dict[str, Any]:
    """Delete a file and release its memory."""
    with request.state.lock:
        file = request.state.stored_file(request.parameters["file_id"], "id")
        deleted = _as_json(request, file)
        del request.state.files[file.id]
    # After the lock is released: closing may delete a large temporary file.
    if file.content:
        file.content.close()
    return deleted | {"public_url": None}


def create_presigned_url(request: HandlerRequest) -> dict[str, Any]:
    """Reserve an upload, which becomes a file when it was sent with PUT and verified."""
    body = request.body
    file = File(
        filename=body["filename"],
        purpose=body.get("purpose") or _DEFAULT_PURPOSE,
        media_type=_media_type(body["filename"]),
        lifetime=body.get("expiration", _DEFAULT_LIFETIME),
    )
    with request.state.lock:
        request.state.files[file.id] = file
    return {
        "id": file.id,
        "url": upload_url(request.base_url, file),
        "filename": file.filename,
        "content_type": file.media_type,
        "upload_method": "PUT",
        "method": "PUT",
        "public_url": None,
        "created_at": timestamp(file.created_at),
        "expiration": file.lifetime,
    }


def verify_upload(request: HandlerRequest) -> dict[str, Any]:
    """Turn a reserved upload into a file; its content must have been sent."""
    id = request.parameters["file_id"]
    with request.state.lock:
        file = request.state.files.get(id)
        if file is None:
            raise HTTPException(404, f"No upload has the id {id!r}")
        if file.content is None:
            raise HTTPException(404, f"Nothing was uploaded for the id {id!r} yet")
        file.verified = True
    return _as_json(request, file)


def _as_json(request: HandlerRequest, file: File) -> dict[str, Any]:
    is_public = request.parameter("generate_public_url", True)
    return {
        "id": file.id,
        "filename": file.filename,
        "bytes": file.content.size if file.content else 0,
        "purpose": file.purpose,
        "created_at": timestamp(file.created_at),
        "object": "file",
        "public_url": file_url(request.base_url, file) if is_public else None,
    }


def _media_type(filename: str) -> str:
    return mimetypes.guess_type(filename)[0] or "application/octet-stream"
