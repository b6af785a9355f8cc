"""The storage behind presigned URLs: bytes in and out, without a key and outside of the API."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from vlmrun.testing.blobs import Blob
from vlmrun.testing.state import File, SkillVersion, State

SPOOL = 1024 * 1024


def upload_url(base_url: str, file: File) -> str:
    """Where to PUT a reserved upload."""
    return f"{base_url}storage/uploads/{file.token}"


def file_url(base_url: str, file: File) -> str:
    """Where anybody can read a file."""
    return f"{base_url}storage/files/{file.token}"


def skill_url(base_url: str, version: SkillVersion) -> str:
    """Where anybody can read a skill's zip."""
    return f"{base_url}storage/skills/{version.token}"


def file_at(state: State, base_url: str, url: str) -> File | None:
    """The file that one of this server's own URLs leads to."""
    token = url.removeprefix(f"{base_url}storage/files/")
    with state.lock:
        return next((file for file in state.stored_files() if file.token == token), None)


def routes(state: State) -> list[Route]:
    """The two operations of the storage."""

    async def put_object(request: Request) -> Response:
        _check_no_key(request)
        token = request.path_params["token"]
        with state.lock:
            found = [file for file in state.files.values() if file.token == token]
        if not found or found[0].verified:
            raise HTTPException(404, "No upload is reserved here")
        file = found[0]
        if file.has_lapsed:
            raise HTTPException(403, "The time for this upload is over")
        given = request.headers.get("content-type", "")
        if given != file.media_type:
            raise HTTPException(
                403, f"Content-Type must be {file.media_type!r}, as was promised, not {given!r}"
            )
        content = await _receive(request)
        with state.lock:
            previous, file.content = file.content, content
        if previous:
            previous.close()
        return Response(headers={"ETag": f'"{content.md5}"'})

    async def get_object(request: Request) -> Response:
        _check_no_key(request)
        kind, token = request.path_params["kind"], request.path_params["token"]
        if kind == "skills":
            return Response(_skill(state, token).archive, media_type="application/zip")
        with state.lock:
            found = [file for file in state.stored_files() if file.token == token]
        if kind != "files" or not found:
            raise HTTPException(404, "Nothing is stored here")
        content = found[0].content
        assert content is not None
        headers = {"Content-Length": str(content.size)}
        return StreamingResponse(content.blocks(), headers=headers, media_type=found[0].media_type)

    return [
        Route("/storage/uploads/{token}", put_object, methods=["PUT"], name="put_object"),
        Route("/storage/{kind}/{token}", get_object, methods=["GET"], name="get_object"),
    ]


def _check_no_key(request: Request) -> None:
    # Real storage refuses two kinds of authority at once; here it also proves that no key leaks.
    if "authorization" in request.headers:
        raise HTTPException(400, "A presigned URL takes no Authorization header: keep the key")


async def _receive(request: Request) -> Blob:
    file: Any = SpooledTemporaryFile(max_size=SPOOL)  # noqa: SIM115
    try:
        async for block in request.stream():
            await run_in_threadpool(file.write, block)
        return await run_in_threadpool(Blob, file)
    except BaseException:
        file.close()
        raise


def _skill(state: State, token: str) -> SkillVersion:
    with state.lock:
        for skill in state.skills.values():
            for version in skill.versions:
                if version.token == token:
                    return version
    raise HTTPException(404, "Nothing is stored here")
