# Derived from _async/resources/artifacts.py by `make generate`. Do not edit.
"""`client.artifacts`: files that agents have made."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from vlmrun_api.api.artifacts import get_artifact, list_artifacts

from vlmrun._core.options import RequestOptions
from vlmrun._core.request_context import RequestContext
from vlmrun._files.download_batch import DownloadBatch
from vlmrun._files.download_target import MAX_REDIRECTS, check_download_target
from vlmrun._files.paths import check_path
from vlmrun._files.staging import StagedFile
from vlmrun._images import decode_image, import_pil
from vlmrun._requests.artifact import (
    LONGEST_LINK,
    Wanted,
    link_in,
    listed_artifact,
    namespace_query,
    wanted_artifact,
)
from vlmrun._runtime.sync_runtime import gather_bounded, in_thread
from vlmrun._sync.http.uploader import MAX_CONCURRENT_TRANSFERS
from vlmrun._sync.resources._base import Resource
from vlmrun._validation import check_exactly_one
from vlmrun.errors import InputError
from vlmrun.types.agent import AgentExecutionResponse
from vlmrun.types.artifacts import ArtifactListItem, ArtifactListResponse
from vlmrun.types.refs import ArtifactRef

if TYPE_CHECKING:
    from PIL import Image


class Artifacts(Resource):
    """Get, download and list the artifacts of a run or of a chat."""

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
        """One artifact, as what its id says it is.

        Args:
            object_id: Its id, such as "img_0a1b2c", or a reference as the answer has it: an
                `ImageRef`, or `{"id": "img_0a1b2c"}`.
            session_id: The chat that it was made in.
            execution_id: The run that it was made in; give exactly one of these two.
            filename: A file of the agent's workspace, in place of `object_id`.
            raw_response: Whether to return the bytes, whatever it is.
            to: Where to store it; then this is the same as `download`.
            options: For this call alone: timeout, deadline, max_retries, headers. `timeout` bounds
                a whole attempt, so raise it for what is large.

        Returns:
            By the prefix of the id:

            - `img_`: an image of PIL, in mode RGB, or RGBA if it has transparency;
            - `vid_`, `aud_`, `doc_`, `recon_`: the path of a file (mp4, mp3, pdf, spz);
            - `url_`: the path of a file with what the URL holds, fetched without the key;
            - `arr_`: bytes, whose encoding the service does not document.

            What has a `filename` is bytes. Files are stored as `download` says.

        Raises:
            InputError: Not exactly one of each kind of id, or one that is the id of no artifact;
                nothing was sent.
            ResourceNotFoundError: It is not there, or not yet: try again once the run has ended.
            ResponseDecodeError: It is no image, or holds no URL; `raw` has the bytes.
            DependencyError: For an image: the extra `images` is not installed.

        Example:
            >>> image = client.artifacts.get("img_0a1b2c", execution_id=execution.id)
            >>> image.save("cover.png")
        """
        wanted = wanted_artifact(object_id, session_id, execution_id, filename)
        if to is not None:
            if raw_response:
                raise InputError("Give raw_response for bytes, or to=... for a file; not both")
            return self._download(wanted, to, options)
        if raw_response or wanted.is_bytes:
            return self._content(wanted, self._begin(options))
        if wanted.is_image:
            import_pil()
            content = self._content(wanted, self._begin(options))
            return in_thread(decode_image, content, f"The artifact {wanted.query['object_id']}")
        return self._download(wanted, None, options)

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
        """Store one artifact as a file, piece by piece, without holding it in memory.

        It gets its name when all of it is there, in place of a file that had that name. Until then,
        and after a failure, the old file stays as it was.

        Args:
            object_id: As for `get`, and so are the next three.
            session_id: The chat that it was made in.
            execution_id: The run that it was made in.
            filename: A file of the agent's workspace.
            to: The path of the file; or a folder: one that is there, or a path with a slash at its
                end. In a folder it is called by its id or its own name, made safe. By default it is
                stored below `vlmrun.constants.VLMRUN_ARTIFACTS_CACHE_DIR`, by session or execution
                and id; it is fetched anew each time.
            options: For this call alone; see `get`.

        Returns:
            The path of the file.

        Raises:
            InputError: As for `get`, or nothing can be stored there.
            ResourceNotFoundError: It is not there, or not yet.
            APIError: The service refused, could not be reached, or sent less than it promised.

        Example:
            >>> client.artifacts.download("doc_0a1b2c", execution_id=id, to="report.pdf")
        """
        wanted = wanted_artifact(object_id, session_id, execution_id, filename)
        return self._download(wanted, to, options)

    def download_all(
        self,
        execution: str | UUID | AgentExecutionResponse | None = None,
        *,
        session_id: str | UUID | None = None,
        to: str | os.PathLike[str],
        options: RequestOptions | None = None,
    ) -> list[Path]:
        """Store all artifacts of a run, or of a chat, in a folder.

        Each is called by its own name, made safe, or by its id. Two that any system would take for
        the same file get two names, as in `page.png` and `page-2.png`. A file of such a name that
        was in the folder before is replaced.

        Args:
            execution: The run, or its id.
            session_id: A chat, in its place.
            to: The folder; it is made if it is not there.
            options: For this call alone. `deadline` bounds the list and all downloads.

        Returns:
            The paths, in the order of the list.

        Raises:
            InputError: Nothing can be stored there.
            APIError: As for `download`; the files before the failure are there, each whole.

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
                name = self._download_into(staged, listed_artifact(item, query), context)
                batch.complete(index, staged, name)
            except Exception as error:
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
        """List the artifacts of a run or of a chat.

        Args:
            session_id: The chat.
            execution_id: The run; give exactly one of the two.
            options: For this call alone: timeout, deadline, max_retries, headers.

        Raises:
            InputError: None of the two, or both; nothing was sent.
            ResourceNotFoundError: There is no such run.

        Example:
            >>> for item in client.artifacts.list(execution_id=execution.id):
            ...     print(item.object_id, item.filename)
        """
        query = namespace_query(session_id, execution_id)
        return self._listing(query, self._begin(options))

    def _listing(self, query: dict[str, str], context: RequestContext) -> ArtifactListResponse:
        kwargs = list_artifacts._get_kwargs(**query)
        return self._request(ArtifactListResponse, kwargs, context)

    def _download(self, wanted: Wanted, to: Any, options: RequestOptions | None) -> Path:
        folder, name = (wanted.cache, None) if to is None else check_download_target(to)
        context = self._begin(options)
        with StagedFile(folder) as staged:
            own_name = self._download_into(staged, wanted, context)
            return staged.save_as(name or own_name)

    def _content(self, wanted: Wanted, context: RequestContext, limit: int | None = None) -> bytes:
        content = BytesIO()
        kwargs = get_artifact._get_kwargs(**wanted.query)
        self._transport.fetch(kwargs, content, context, limit=limit)
        return content.getvalue()

    def _download_into(self, staged: StagedFile, wanted: Wanted, context: RequestContext) -> str:
        """Write an artifact into a temporary file, and return the name it should get."""
        url = None
        if wanted.is_link:
            url = link_in(self._content(wanted, context, LONGEST_LINK))
            self._transport.download(url, staged.file, context, redirects=MAX_REDIRECTS)
        else:
            kwargs = get_artifact._get_kwargs(**wanted.query)
            self._transport.fetch(kwargs, staged.file, context)
        return wanted.name(staged.head(), url)
