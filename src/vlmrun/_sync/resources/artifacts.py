# Derived from _async/resources/artifacts.py by `make generate`. Do not edit.
"""`client.artifacts`: files created by agents."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from vlmrun_api.api.artifacts import get_artifact, list_artifacts

from vlmrun._core.request_context import RequestContext
from vlmrun._core.settings import RequestOptions
from vlmrun._files.download_batch import DownloadBatch
from vlmrun._files.download_target import check_download_target
from vlmrun._files.paths import check_path
from vlmrun._files.staging import StagedFile
from vlmrun._images import decode_image, import_pil
from vlmrun._requests.artifact import (
    MAX_LINK_SIZE,
    ArtifactRequest,
    artifact_request,
    namespace_query,
    request_for_item,
    url_in,
)
from vlmrun._runtime.sync_runtime import gather_bounded, in_thread
from vlmrun._sync.http.request_builder import MAX_REDIRECTS
from vlmrun._sync.http.uploader import MAX_CONCURRENT_TRANSFERS
from vlmrun._sync.resources._base import Resource
from vlmrun._validation import check_exactly_one
from vlmrun.errors import InputError
from vlmrun.types.artifacts import ArtifactListItem, ArtifactListResponse
from vlmrun.types.executions import AgentExecutionResponse
from vlmrun.types.refs import ArtifactRef

if TYPE_CHECKING:
    from PIL import Image


class Artifacts(Resource):
    """Get, download and list the artifacts of an execution or a chat."""

    attribute = "artifacts"
    operations: ClassVar = {
        "get_artifact": "get",
        "list_artifacts": "list",
    }

    def get(
        self,
        object_id: str | ArtifactRef | Mapping[str, Any] | None = None,
        session_id: str | UUID | None = None,
        execution_id: str | UUID | None = None,
        filename: str | None = None,
        raw_response: bool = False,
        *,
        to: str | os.PathLike[str] | None = None,
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
            to: The path to store it at; then this is the same as `download`.
            options: Options of this call: timeout, deadline, max_retries, headers. `timeout` limits
                a whole attempt, so raise it for large artifacts.

        Returns:
            Depending on the prefix of the id:

            - `img_`: a PIL image, in mode RGB, or RGBA if it has transparency;
            - `vid_`, `aud_`, `doc_`, `recon_`: the path of a file (mp4, mp3, pdf, spz);
            - `url_`: the path of a file with the content of the URL, fetched without the API key;
            - `arr_`: bytes, whose encoding the service does not document.

            With `filename`, bytes. Files are stored as documented for `download`.

        Raises:
            InputError: Not exactly one id of each kind, or not a valid id; nothing was sent.
            ResourceNotFoundError: The artifact does not exist, or not yet: retry once the execution
                has ended.
            ResponseDecodeError: It is not an image, or has no URL; `raw` has the bytes.
            DependencyError: For images, the extra `images` is not installed.

        Example:
            >>> image = client.artifacts.get("img_0a1b2c", execution_id=execution.id)
            >>> image.save("cover.png")
        """
        request = artifact_request(object_id, session_id, execution_id, filename)
        if to is not None:
            if raw_response:
                raise InputError("Pass raw_response for bytes, or to=... for a file; not both")
            return self._download(request, to, options)
        if raw_response or request.is_bytes:
            return self._content(request, self._begin(options))
        if request.is_image:
            # Checked before the download, which may be large.
            import_pil()
            content = self._content(request, self._begin(options))
            return in_thread(decode_image, content, f"The artifact {request.query['object_id']}")
        return self._download(request, None, options)

    def download(
        self,
        object_id: str | ArtifactRef | Mapping[str, Any] | None = None,
        session_id: str | UUID | None = None,
        execution_id: str | UUID | None = None,
        filename: str | None = None,
        *,
        to: str | os.PathLike[str] | None = None,
        options: RequestOptions | None = None,
    ) -> Path:
        """Download an artifact to a file, without loading it into memory.

        The file appears under its name once it is complete, and replaces a file of that name. Until
        then, and after a failure, the old file is left unchanged.

        Args:
            object_id: As for `get`; so are the next three.
            session_id: The chat that the artifact belongs to.
            execution_id: The execution it belongs to.
            filename: A file of the agent's workspace.
            to: The path of the file or of a folder. It is a folder if it exists as one, or ends
                with a slash; then the file is named by its id, or by a safe form of its own name.
                By default it is stored in `vlmrun.constants.VLMRUN_ARTIFACTS_CACHE_DIR`, by session
                or execution and id; it is downloaded again each time.
            options: Options of this call; see `get`.

        Returns:
            The path of the file.

        Raises:
            InputError: As for `get`, or the file cannot be stored.
            ResourceNotFoundError: The artifact does not exist, or not yet.
            APIError: The service refused the request or could not be reached, or the response was
                incomplete.

        Example:
            >>> client.artifacts.download("doc_0a1b2c", execution_id=id, to="report.pdf")
        """
        request = artifact_request(object_id, session_id, execution_id, filename)
        return self._download(request, to, options)

    def download_all(
        self,
        execution: str | UUID | AgentExecutionResponse | None = None,
        *,
        session_id: str | UUID | None = None,
        to: str | os.PathLike[str],
        options: RequestOptions | None = None,
    ) -> list[Path]:
        """Download all artifacts of an execution or a chat to a folder, up to eight at a time.

        Each file is named by a safe form of its own name, or by its id. Names that any file system
        would consider equal get a number, as in `page.png` and `page-2.png`. Existing files with
        such a name are replaced.

        Args:
            execution: The execution, or its id.
            session_id: A chat, instead of an execution.
            to: The folder; it is created if it does not exist.
            options: Options of this call. `deadline` covers the list and all downloads.

        Returns:
            The paths, in the order of the list.

        Raises:
            InputError: The files cannot be stored.
            APIError: As for `download`; the complete files that precede the failed one in the list
                are kept.

        Example:
            >>> paths = client.artifacts.download_all(execution, to="results")
        """
        id = getattr(execution, "id", execution)
        check_exactly_one(execution=execution, session_id=session_id)
        query = namespace_query(session_id, id)
        folder = check_path("to", to)
        context = self._begin(options)
        listing = self._listing(query, context)

        def download(index: int, item: ArtifactListItem) -> None:
            if batch.has_failed:
                return
            try:
                staged = batch.open_file()
                name = self._download_into(staged, request_for_item(item, query), context)
                batch.complete(index, staged, name)
            except Exception as error:
                # Raised by the batch, after the files that precede this one have got their names.
                batch.fail(index, error)

        with DownloadBatch(folder) as batch:
            downloads = [partial(download, index, item) for index, item in enumerate(listing)]
            gather_bounded(MAX_CONCURRENT_TRANSFERS, downloads)
        return batch.paths

    def list(
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
            >>> for item in client.artifacts.list(execution_id=execution.id):
            ...     print(item.object_id, item.filename)
        """
        query = namespace_query(session_id, execution_id)
        return self._listing(query, self._begin(options))

    def _listing(self, query: dict[str, str], context: RequestContext) -> ArtifactListResponse:
        kwargs = list_artifacts._get_kwargs(**query)
        return self._request(ArtifactListResponse, kwargs, context)

    def _download(self, request: ArtifactRequest, to: Any, options: RequestOptions | None) -> Path:
        folder, name = (request.cache, None) if to is None else check_download_target(to)
        context = self._begin(options)
        with StagedFile(folder) as staged:
            own_name = self._download_into(staged, request, context)
            return staged.save_as(name or own_name)

    def _content(
        self, request: ArtifactRequest, context: RequestContext, limit: int | None = None
    ) -> bytes:
        content = BytesIO()
        kwargs = get_artifact._get_kwargs(**request.query)
        self._transport.fetch(kwargs, content, context, limit=limit)
        return content.getvalue()

    def _download_into(
        self, staged: StagedFile, request: ArtifactRequest, context: RequestContext
    ) -> str:
        """Write an artifact into a temporary file, and return the name it should get."""
        url = None
        # The URL leads to the storage host or anywhere else, so it is fetched without the API key.
        if request.is_link:
            url = url_in(self._content(request, context, MAX_LINK_SIZE))
            self._transport.download(url, staged.file, context, redirects=MAX_REDIRECTS)
        else:
            kwargs = get_artifact._get_kwargs(**request.query)
            self._transport.fetch(kwargs, staged.file, context)
        return request.file_name(staged.head(), url)
