"""The object storage behind presigned URLs: uploads and downloads outside of the API."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from vlmrun.testing.state.blobs import Blob
from vlmrun.testing.state.store import SkillVersion, State

_MAX_IN_MEMORY = 1024 * 1024


async def _put_object(request: Request) -> Response:
    state: State = request.app.state.server
    _check_no_key(request)
    token = request.path_params["token"]
    with state.lock:
        found = [file for file in state.files.values() if file.token == token]
    if not found or found[0].verified:
        raise HTTPException(404, "No upload is reserved for this URL")
    file = found[0]
    if file.has_expired:
        raise HTTPException(403, "The presigned URL has expired")
    content_type = request.headers.get("content-type", "")
    if content_type != file.media_type:
        message = (
            f"Content-Type must be {file.media_type!r}, for which the URL was signed, "
            f"got {content_type!r}"
        )
        raise HTTPException(403, message)
    content = await _receive(request)
    # As with S3, a repeated PUT overwrites the object, so an upload can be retried.
    with state.lock:
        previous, file.content = file.content, content
    if previous:
        previous.close()
    return Response(headers={"ETag": f'"{content.md5}"'})


async def _get_object(request: Request) -> Response:
    state: State = request.app.state.server
    _check_no_key(request)
    kind, token = request.path_params["kind"], request.path_params["token"]
    if kind == "skills":
        return Response(_skill_version(state, token).archive, media_type="application/zip")
    with state.lock:
        found = [file for file in state.stored_files() if file.token == token]
    if kind != "files" or not found:
        raise HTTPException(404, "Nothing is stored at this URL")
    content = found[0].content
    assert content is not None
    headers = {"Content-Length": str(content.size)}
    return StreamingResponse(content.blocks(), headers=headers, media_type=found[0].media_type)


def _check_no_key(request: Request) -> None:
    # S3 rejects requests with both a presigned URL and an Authorization header. Here this also
    # shows that the client does not leak its API key to the storage.
    if "authorization" in request.headers:
        raise HTTPException(400, "A presigned URL takes no Authorization header: keep the API key")


async def _receive(request: Request) -> Blob:
    file: Any = SpooledTemporaryFile(max_size=_MAX_IN_MEMORY)  # noqa: SIM115
    try:
        async for block in request.stream():
            await run_in_threadpool(file.write, block)
        return await run_in_threadpool(Blob, file)
    # Also if the client disconnects, which cancels this coroutine.
    except BaseException:
        file.close()
        raise


def _skill_version(state: State, token: str) -> SkillVersion:
    with state.lock:
        for skill in state.skills.values():
            for version in skill.versions:
                if version.token == token:
                    return version
    raise HTTPException(404, "Nothing is stored at this URL")


# The uploads and downloads.
STORAGE_ROUTES = [
    Route("/storage/uploads/{token}", _put_object, methods=["PUT"], name="put_object"),
    Route("/storage/{kind}/{token}", _get_object, methods=["GET"], name="get_object"),
]
