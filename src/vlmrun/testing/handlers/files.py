"""Files: uploads in one request or through a presigned URL."""

from __future__ import annotations

import mimetypes
from typing import Any

from starlette.exceptions import HTTPException

from vlmrun.testing.blobs import Blob
from vlmrun.testing.handlers.call import Call
from vlmrun.testing.jobs import timestamp
from vlmrun.testing.state import File, page
from vlmrun.testing.storage import file_url, upload_url

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


def upload_file(call: Call) -> dict[str, Any]:
    """Keep the form's file."""
    upload = call.body["file"]
    file = File(
        filename=upload.filename or "upload",
        purpose=call.parameter("purpose", _DEFAULT_PURPOSE),
        media_type=upload.content_type or _media_type(upload.filename or ""),
        content=Blob(upload.file),
        verified=True,
    )
    with call.state.lock:
        call.state.files[file.id] = file
    return _as_json(call, file)


def list_files(call: Call) -> list[dict[str, Any]]:
    """The newest first."""
    return [_as_json(call, file) for file in page(call.state.stored_files(), call.skip, call.limit)]


def get_file(call: Call) -> dict[str, Any]:
    """One file."""
    return _as_json(call, call.state.stored_file(call.parameters["file_id"], "id"))


def get_file_by_hash(call: Call) -> dict[str, Any]:
    """The newest file with this MD5."""
    digest = call.parameters["file_hash"].lower()
    for file in call.state.stored_files():
        if file.content and file.content.md5 == digest:
            return _as_json(call, file)
    raise HTTPException(404, f"No file has the hash {digest!r}")


def delete_file(call: Call) -> dict[str, Any]:
    """Forget a file, and give its memory back."""
    with call.state.lock:
        file = call.state.stored_file(call.parameters["file_id"], "id")
        answer = _as_json(call, file)
        del call.state.files[file.id]
    if file.content:
        file.content.close()
    return answer | {"public_url": None}


def create_presigned_url(call: Call) -> dict[str, Any]:
    """Reserve an upload; it is a file once it was PUT and verified."""
    body = call.body
    file = File(
        filename=body["filename"],
        purpose=body.get("purpose") or _DEFAULT_PURPOSE,
        media_type=_media_type(body["filename"]),
        lifetime=body.get("expiration", _DEFAULT_LIFETIME),
    )
    with call.state.lock:
        call.state.files[file.id] = file
    return {
        "id": file.id,
        "url": upload_url(call.base_url, file),
        "filename": file.filename,
        "content_type": file.media_type,
        "upload_method": "PUT",
        "method": "PUT",
        "public_url": None,
        "created_at": timestamp(file.created_at),
        "expiration": file.lifetime,
    }


def verify_upload(call: Call) -> dict[str, Any]:
    """Make a file of a reserved upload whose bytes have come."""
    id = call.parameters["file_id"]
    with call.state.lock:
        file = call.state.files.get(id)
        if file is None:
            raise HTTPException(404, f"No upload has the id {id!r}")
        if file.content is None:
            raise HTTPException(404, f"Nothing was uploaded for the id {id!r} yet")
        file.verified = True
    return _as_json(call, file)


def _as_json(call: Call, file: File) -> dict[str, Any]:
    is_public = call.parameter("generate_public_url", True)
    return {
        "id": file.id,
        "filename": file.filename,
        "bytes": file.content.size if file.content else 0,
        "purpose": file.purpose,
        "created_at": timestamp(file.created_at),
        "object": "file",
        "public_url": file_url(call.base_url, file) if is_public else None,
    }


def _media_type(filename: str) -> str:
    return mimetypes.guess_type(filename)[0] or "application/octet-stream"
