"""`client.artifacts`: files created by agents."""

from __future__ import annotations

import builtins
import os
from collections.abc import Mapping, Sequence
from functools import partial
from io import BytesIO
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar
from urllib.parse import urlsplit
from uuid import UUID

from vlmrun_api.api.artifacts import get_artifact, list_artifacts

from vlmrun._async.http.address_checks import is_public_host
from vlmrun._async.http.redirects import MAX_REDIRECTS
from vlmrun._async.http.uploader import MAX_CONCURRENT_TRANSFERS
from vlmrun._async.resources._base import Resource
from vlmrun._core.polling import PollSchedule
from vlmrun._core.public_addresses import PublicOnly
from vlmrun._core.request_context import RequestContext
from vlmrun._core.request_options import RequestOptions
from vlmrun._files.download_batch import DownloadBatch
from vlmrun._files.download_target import check_download_target
from vlmrun._files.paths import check_path
from vlmrun._files.progress import Progress, ProgressCallback, TotalProgress
from vlmrun._files.staging import StagedFile
from vlmrun._image_pages import import_pil
from vlmrun._images import decode_image
from vlmrun._requests.artifact import (
    DEFAULT_ARTIFACT_WAIT,
    MAX_LINK_SIZE,
    MAX_LINKED_SIZE,
    ArtifactRequest,
    DownloadLimits,
    artifact_request,
    namespace_query,
    request_for_item,
    url_in,
)
from vlmrun._runtime.async_runtime import gather_bounded, in_thread, sleep
from vlmrun._validation import check_exactly_one
from vlmrun.errors import InputError, ResourceNotFoundError
from vlmrun.types.artifacts import ArtifactListResponse
from vlmrun.types.executions import AgentExecutionResponse
from vlmrun.types.refs import ArtifactRef

if TYPE_CHECKING:
    from PIL import Image

_PUBLIC_ONLY = PublicOnly("The URL of the artifact", "If you trust it, pass allow_private=True")


class Artifacts(Resource):
    """Get, download and list the artifacts of an execution or a chat."""

    _attribute = "artifacts"
    _operations: ClassVar = {
        "get_artifact": "get",
        "list_artifacts": "list",
    }

    async def get(
        self,
        object_id: str | ArtifactRef | Mapping[str, Any] | None = None,
        session_id: str | UUID | None = None,
        execution_id: str | UUID | None = None,
        filename: str | None = None,
        raw_response: bool = False,
        *,
        to: str | os.PathLike[str] | None = None,
        wait_timeout: float = DEFAULT_ARTIFACT_WAIT,
        max_bytes: int | None = None,
        allow_private: bool = False,
        options: RequestOptions | None = None,
    ) -> Image.Image | Path | bytes:
        """Return an artifact as the type that its id stands for.

        Args:
            object_id: The artifact's id, such as "img_0a1b2c", or a reference from a response: an
                `ImageRef`, or `{"id": "img_0a1b2c"}`.
            session_id: The chat that the artifact belongs to.
            execution_id: The execution it belongs to; pass exactly one of these two.
            filename: A file of the agent's workspace, instead of `object_id`.
            raw_response: Whether to return the bytes of any artifact.
            to: The path of a file or folder to store it at; then the result is the file's path.
            wait_timeout: Seconds to wait for an artifact that does not exist yet (default 5): one
                may be available shortly after the response that refers to it. 0 polls once.
            max_bytes: The largest size to accept; by default 1 GiB for a `url_`, and any for
                others.
            allow_private: Whether a `url_` may lead to an address that is not public, such as one
                of this machine or its network. By default only if the client's base URL does.
            options: Options of this call: timeout, deadline, max_retries, headers. `timeout` limits
                a whole attempt, so raise it for large artifacts.

        Returns:
            Depending on the prefix of the id:

            - `img_`: a PIL image, upright, in mode RGB, or RGBA if it has transparency;
            - `vid_`, `aud_`, `doc_`, `recon_`: the path of a file (mp4, mp3, pdf, spz);
            - `url_`: the path of a file with the content of the URL, fetched without the API key;
            - `arr_`: bytes, whose encoding the service does not document.

            With `filename`, bytes. Files are stored as documented for `download`.

        Raises:
            InputError: Not exactly one id of each kind, or not a valid id; nothing was sent. Or a
                `url_` leads to an address that is not public.
            ResourceNotFoundError: The artifact does not exist, or not yet: retry once the execution
                has ended.
            ResponseDecodeError: It is not an image, has no URL, or exceeds `max_bytes`; `raw` has
                the bytes.
            DependencyError: For images, the extra `images` is not installed.

        Example:
            >>> image = await client.artifacts.get("img_0a1b2c", execution_id=execution.id)
            >>> image.save("cover.png")
        """
        request = artifact_request(object_id, session_id, execution_id, filename)
        limits = DownloadLimits.check(wait_timeout, max_bytes, allow_private)
        if to is not None:
            if raw_response:
                raise InputError("Pass raw_response for bytes, or to=... for a file; not both")
            return await self._download(request, to, limits, options)
        if raw_response or request.is_bytes:
            return await self._content(request, limits, self._begin(options))
        if request.is_image:
            # Checked before the download, which may be large.
            import_pil()
            content = await self._content(request, limits, self._begin(options))
            return await in_thread(
                decode_image, content, f"The artifact {request.query['object_id']}"
            )
        return await self._download(request, None, limits, options)

    async def download(
        self,
        object_id: str | ArtifactRef | Mapping[str, Any] | None = None,
        session_id: str | UUID | None = None,
        execution_id: str | UUID | None = None,
        filename: str | None = None,
        *,
        to: str | os.PathLike[str] | None = None,
        wait_timeout: float = DEFAULT_ARTIFACT_WAIT,
        max_bytes: int | None = None,
        allow_private: bool = False,
        on_progress: ProgressCallback | None = None,
        options: RequestOptions | None = None,
    ) -> Path:
        """Download an artifact to a file, without loading it into memory.

        The file appears under its name once it is complete, and replaces a file of that name. Until
        then, and after a failure, the old file is left unchanged.

        Args:
            object_id: The artifact's id, such as "doc_0a1b2c", or a reference from a response: a
                `DocumentRef`, or `{"id": "doc_0a1b2c"}`.
            session_id: The chat that the artifact belongs to.
            execution_id: The execution it belongs to; pass exactly one of these two.
            filename: A file of the agent's workspace, instead of `object_id`.
            to: The path of the file or of a folder. It is a folder if it exists as one, or ends
                with a slash; then the file is named by its id, or by a safe form of its own name.
                By default it is stored in `vlmrun.constants.VLMRUN_ARTIFACTS_CACHE_DIR`, by session
                or execution and id; it is downloaded again each time.
            wait_timeout: Seconds to wait for an artifact that does not exist yet (default 5).
            max_bytes: The largest size to accept; by default 1 GiB for a `url_`, and any for
                others.
            allow_private: Whether a `url_` may lead to an address that is not public. By default
                only if the client's base URL does.
            on_progress: Called with the number of bytes received, and with the size, or None if it
                is not known. They start at 0 again for each attempt. What it raises ends the
                download.
            options: Options of this call: timeout, deadline, max_retries, headers. `timeout` limits
                a whole attempt, so raise it for large artifacts.

        Returns:
            The path of the file.

        Raises:
            InputError: Not exactly one id of each kind, or not a valid id; nothing was sent. Or the
                file cannot be stored: a pipe or a device at the path is not replaced.
            ResourceNotFoundError: The artifact does not exist, or not yet.
            APIError: The service refused the request or could not be reached, or the response was
                incomplete.

        Example:
            >>> await client.artifacts.download(
            ...     "doc_0a1b2c", execution_id=execution.id, to="report.pdf"
            ... )
        """
        request = artifact_request(object_id, session_id, execution_id, filename)
        limits = DownloadLimits.check(wait_timeout, max_bytes, allow_private, on_progress)
        return await self._download(request, to, limits, options)

    async def download_all(
        self,
        execution: str | UUID | AgentExecutionResponse | None = None,
        *,
        session_id: str | UUID | None = None,
        to: str | os.PathLike[str],
        wait_timeout: float = DEFAULT_ARTIFACT_WAIT,
        max_bytes: int | None = None,
        allow_private: bool = False,
        on_progress: ProgressCallback | None = None,
        options: RequestOptions | None = None,
    ) -> list[Path]:
        """Download all artifacts of an execution or a chat to a folder, up to sixteen at a time.

        Each file is named by a safe form of its own name, or by its id. Names that any file system
        would consider equal get a number, as in `page.png` and `page-2.png`. Existing files with
        such a name are replaced.

        Args:
            execution: The execution, or its id.
            session_id: A chat, instead of an execution.
            to: The folder; it is created if it does not exist.
            wait_timeout: Seconds to wait for each artifact that does not exist yet (default 5).
            max_bytes: The largest size of an artifact to accept; by default 1 GiB for a `url_`, and
                any for others.
            allow_private: Whether a `url_` may lead to an address that is not public. By default
                only if the client's base URL does.
            on_progress: Called with the number of bytes of all artifacts that were received, and
                with their size, or None until it is known. An attempt that fails takes its bytes
                back. What it raises ends the downloads.
            options: Options of this call. `deadline` covers the list and all downloads.

        Returns:
            The paths, in the order of the list.

        Raises:
            InputError: The files cannot be stored.
            APIError: The service refused a request or could not be reached, or a response was
                incomplete. The complete files that precede the failed one in the list are kept.

        Example:
            >>> paths = await client.artifacts.download_all(execution, to="results")
        """
        id = getattr(execution, "id", execution)
        check_exactly_one(execution=execution, session_id=session_id)
        query = namespace_query(session_id, id)
        folder = check_path("to", to)
        limits = DownloadLimits.check(wait_timeout, max_bytes, allow_private, on_progress)
        context = self._begin(options)
        listing = await self._listing(query, context)
        requests = [request_for_item(item, query) for item in listing]
        return await self._download_all(requests, folder, limits, context)

    async def list(
        self,
        session_id: str | UUID | None = None,
        execution_id: str | UUID | None = None,
        *,
        options: RequestOptions | None = None,
    ) -> ArtifactListResponse:
        """List the artifacts of an execution or a chat.

        Args:
            session_id: The chat.
            execution_id: The execution; pass exactly one of the two.
            options: Options of this call: timeout, deadline, max_retries, headers.

        Raises:
            InputError: Neither of the two, or both; nothing was sent.
            ResourceNotFoundError: The execution does not exist.

        Example:
            >>> for item in await client.artifacts.list(execution_id=execution.id):
            ...     print(item.object_id, item.filename)
        """
        query = namespace_query(session_id, execution_id)
        return await self._listing(query, self._begin(options))

    async def _download_all(
        self,
        requests: Sequence[ArtifactRequest],
        folder: Path,
        limits: DownloadLimits,
        context: RequestContext,
        argument: str = "to",
    ) -> builtins.list[Path]:
        """Download artifacts to a folder, several at a time, and return their paths in order."""
        progress = TotalProgress(limits.progress, len(requests))

        async def download(index: int, request: ArtifactRequest) -> None:
            if batch.has_failed:
                return
            try:
                staged = batch.open_file()
                own = limits._replace(progress=progress.part(index))
                name = await self._download_into(staged, request, own, context)
                batch.complete(index, staged, name)
            except Exception as error:
                # Raised by the batch, after the files that precede this one have got their names.
                batch.fail(index, error)

        with DownloadBatch(folder, argument) as batch:
            downloads = [partial(download, index, each) for index, each in enumerate(requests)]
            await gather_bounded(MAX_CONCURRENT_TRANSFERS, downloads)
        return batch.paths

    async def _listing(
        self, query: dict[str, str], context: RequestContext
    ) -> ArtifactListResponse:
        kwargs = list_artifacts._get_kwargs(**query)
        return await self._request(ArtifactListResponse, kwargs, context)

    async def _download(
        self,
        request: ArtifactRequest,
        to: Any,
        limits: DownloadLimits,
        options: RequestOptions | None,
    ) -> Path:
        folder, name = (request.cache, None) if to is None else check_download_target(to)
        context = self._begin(options)
        with StagedFile(folder) as staged:
            own_name = await self._download_into(staged, request, limits, context)
            return staged.save_as(name or own_name)

    async def _content(
        self, request: ArtifactRequest, limits: DownloadLimits, context: RequestContext
    ) -> bytes:
        content = BytesIO()
        await self._fetch(request, content, limits, context)
        return content.getvalue()

    async def _download_into(
        self,
        staged: StagedFile,
        request: ArtifactRequest,
        limits: DownloadLimits,
        context: RequestContext,
    ) -> str:
        """Write an artifact into a temporary file, and return the name it should get."""
        url = None
        with staged.write_errors():
            if request.is_link:
                # A file with the URL, which is not what the caller wants to follow.
                link = limits._replace(max_bytes=MAX_LINK_SIZE, progress=Progress(None))
                url = url_in(await self._content(request, link, context))
                await self._fetch_link(url, staged.file, limits, context)
            else:
                await self._fetch(request, staged.file, limits, context)
            return request.file_name(staged.head(), url)

    async def _fetch(
        self,
        request: ArtifactRequest,
        target: BinaryIO,
        limits: DownloadLimits,
        context: RequestContext,
    ) -> None:
        """Write the response to a request into a file, as soon as there is one."""
        kwargs = get_artifact._get_kwargs(**request.query)
        schedule = PollSchedule.start(limits.wait_timeout, context.expires)
        while True:
            started = monotonic()
            try:
                await self._transport.fetch(
                    kwargs, target, context, limit=limits.max_bytes, progress=limits.progress
                )
                return
            except ResourceNotFoundError:
                pause = schedule.next_pause(monotonic() - started)
                if pause is None:
                    raise
            await sleep(pause)

    async def _fetch_link(
        self, url: str, target: BinaryIO, limits: DownloadLimits, context: RequestContext
    ) -> None:
        """Write the content of an artifact's URL, which may be anywhere, into a file."""
        own_host = str(urlsplit(context.settings.base_url).hostname)
        allow_private = limits.allow_private or not await is_public_host(
            own_host, context.remaining()
        )
        # By `download`, which does not send the API key.
        await self._transport.download(
            url,
            target,
            context,
            limit=MAX_LINKED_SIZE if limits.max_bytes is None else limits.max_bytes,
            redirects=MAX_REDIRECTS,
            public_only=None if allow_private else _PUBLIC_ONLY,
            progress=limits.progress,
        )
