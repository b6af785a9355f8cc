"""`client.files`: uploaded files."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar, get_args, overload

from vlmrun_api.api.files import (
    delete_file,
    get_file,
    list_files,
)

from vlmrun._async.http.operation_sender import read_object, storage_url
from vlmrun._async.http.uploader import UploadMethod, UploadOptions
from vlmrun._async.paging import PAGE_SIZE, iterate_pages
from vlmrun._async.resources._base import Resource
from vlmrun._core.request_context import RequestContext
from vlmrun._core.request_options import RequestOptions
from vlmrun._files.download_target import check_download_target
from vlmrun._files.progress import Progress, ProgressCallback
from vlmrun._files.safe_names import safe_name
from vlmrun._files.staging import StagedFile
from vlmrun._files.upload_source import source_of
from vlmrun._requests.common import coerce
from vlmrun._validation import (
    check_bool,
    check_choice,
    check_id,
    check_int,
    check_open_choice,
    check_paging,
    check_timeout,
    without_none,
)
from vlmrun.errors import InputTypeError
from vlmrun.types.files import FilePurpose, FileResponse, PresignedUrlRequest, PresignedUrlResponse
from vlmrun.types.page import Page

_NOT_FOUND = 404


class Files(Resource):
    """Upload, get, list and delete files."""

    _attribute = "files"
    _operations: ClassVar = {
        "upload_file": "upload",
        "verify_upload": "upload",
        "create_presigned_url": "generate_presigned_url",
        "get_file_by_hash": "get_cached_file",
        "list_files": "list",
        "get_file": "get",
        "delete_file": "delete",
    }

    async def upload(
        self,
        file: str | os.PathLike[str] | BinaryIO | bytes,
        purpose: FilePurpose | str | None = None,
        method: UploadMethod = "auto",
        timeout: float | None = None,
        expiration: int | None = None,
        force: bool = False,
        *,
        filename: str | None = None,
        generate_public_url: bool | None = None,
        on_progress: ProgressCallback | None = None,
        options: RequestOptions | None = None,
    ) -> FileResponse:
        """Upload a file, unless the service already has the same content.

        The file is streamed, so memory use does not depend on its size. Every attempt sends all of
        it. It is read twice if it is larger than 8 MiB, because its MD5 must be known before
        anything is sent; with `force`, each attempt reads it once.

        Args:
            file: A path; or a seekable file open in binary mode, which is sent from its current
                position and left open; or bytes, with `filename`.
            purpose: The purpose; the service's default is "assistants".
            method: "direct" sends the file in one request, "presigned-url" to the storage host, by
                a URL that the service signs; "auto" (default) sends up to 32 MiB directly.
            timeout: Seconds one attempt of the upload may take; defaults to the client's.
            expiration: Seconds until the URL of the method "presigned-url" expires.
            force: Upload the file even if the service already has its content; without it, the
                content is looked up by its MD5 first.
            filename: The name that the service stores; defaults to the file's own.
            generate_public_url: Whether to return a public URL; the service's default is True.
            on_progress: Called with the number of bytes sent and the size, from 0 again for each
                attempt. What it raises ends the upload.
            options: Options of this call. `deadline` covers lookup, upload and verification.

        Returns:
            The file, with its `id`.

        Raises:
            MissingFileError: The path does not exist (a `FileNotFoundError`); nothing was sent.
            InputError: An argument is invalid; nothing was sent.
            APIError: The service refused the request or could not be reached.

        Example:
            >>> file = await client.files.upload("referral.pdf")
            >>> print(file.id, file.bytes)
        """
        progress = Progress.check(on_progress)
        source = source_of(_readable(file), filename)
        check_choice("method", method, get_args(UploadMethod))
        if expiration is not None:
            check_int("expiration", expiration, 1)
        if purpose is not None:
            check_open_choice("purpose", purpose, get_args(FilePurpose))
        check_bool("generate_public_url", generate_public_url)
        context = self._begin(options)
        if timeout is not None:
            context = context.with_timeout(check_timeout("timeout", timeout))
        upload_options = UploadOptions(
            purpose, method, expiration, force, generate_public_url, progress
        )
        return await self._client_context.uploader.upload(source, context, upload_options)

    async def list(
        self,
        skip: int | None = None,
        limit: int | None = None,
        *,
        options: RequestOptions | None = None,
    ) -> Page[FileResponse]:
        """List files, newest first.

        Args:
            skip: The number of items to skip; the service's default is 0.
            limit: The maximum number of items to return, 1 to 1000; the service's default is 10.
            options: Options of this call: timeout, deadline, max_retries, headers.

        Raises:
            InputError: `skip` or `limit` is out of range.

        Example:
            >>> for file in await client.files.list(limit=100):
            ...     print(file.id, file.filename)
        """
        return await self._page(check_paging(skip=skip, limit=limit), self._begin(options))

    def iterate(
        self,
        *,
        skip: int = 0,
        limit: int | None = None,
        page_size: int = PAGE_SIZE,
        options: RequestOptions | None = None,
    ) -> AsyncIterator[FileResponse]:
        """Iterate over all files, newest first; pages are fetched as needed.

        Args:
            skip: The number of items to skip.
            limit: The number of items to return at most; None (the default) for all.
            page_size: The number of items per request, 1 to 1000.
            options: Options of each request.

        Raises:
            InputError: `skip` or `page_size` is out of range.

        Example:
            >>> async for file in client.files.iterate():
            ...     print(file.id, file.filename)
        """

        async def fetch(skip: int, limit: int) -> Page[FileResponse]:
            return await self._page({"skip": skip, "limit": limit}, self._begin(options))

        return iterate_pages(fetch, skip, page_size, limit)

    async def get(
        self,
        file_id: str,
        *,
        generate_public_url: bool | None = None,
        options: RequestOptions | None = None,
    ) -> FileResponse:
        """Return the metadata of a file.

        Args:
            file_id: The file's id.
            generate_public_url: Whether to return a public URL; the service's default is True.
            options: Options of this call: timeout, deadline, max_retries, headers.

        Raises:
            ResourceNotFoundError: No file has this id.

        Example:
            >>> file = await client.files.get(file_id)
        """
        query = without_none(
            generate_public_url=check_bool("generate_public_url", generate_public_url)
        )
        kwargs = get_file._get_kwargs(check_id("file_id", file_id), **query)
        return await self._request(FileResponse, kwargs, self._begin(options))

    async def delete(self, file_id: str, *, options: RequestOptions | None = None) -> FileResponse:
        """Delete a file.

        Args:
            file_id: The file's id.
            options: Options of this call: timeout, deadline, max_retries, headers.

        Returns:
            The deleted file, with only its id if the service returns nothing else.

        Raises:
            ResourceNotFoundError: No file has this id.
            PermissionDeniedError: The account's plan does not include deletion.

        Example:
            >>> await client.files.delete(file.id)
        """
        kwargs = delete_file._get_kwargs(check_id("file_id", file_id))
        response = await self._transport.request(kwargs, self._begin(options))
        # 404 says that an attempt whose response was lost has deleted it. The body of a successful
        # deletion is not documented, and may be empty.
        payload = None if response.status == _NOT_FOUND else response.json()
        if payload is None:
            return FileResponse(id=file_id)
        return read_object(FileResponse, payload, response)

    if TYPE_CHECKING:

        @overload
        async def get_content(
            self,
            file_id: str,
            *,
            to: None = None,
            on_progress: ProgressCallback | None = None,
            options: RequestOptions | None = None,
        ) -> bytes: ...

        @overload
        async def get_content(
            self,
            file_id: str,
            *,
            to: str | os.PathLike[str],
            on_progress: ProgressCallback | None = None,
            options: RequestOptions | None = None,
        ) -> Path: ...

    async def get_content(
        self,
        file_id: str,
        *,
        to: str | os.PathLike[str] | None = None,
        on_progress: ProgressCallback | None = None,
        options: RequestOptions | None = None,
    ) -> bytes | Path:
        """Return the content of a file, or store it.

        Args:
            file_id: The file's id.
            to: The path of a file or a folder to store it in, without loading it into memory. It
                appears there once it is complete. In a folder, it has a safe form of its name.
            on_progress: Called with the number of bytes received, and with the size, or None if it
                is not known. They start at 0 again for each attempt. What it raises ends the
                download.
            options: Options of this call. `deadline` covers lookup and download.

        Returns:
            The content; or its path, with `to`.

        Raises:
            ResourceNotFoundError: No file has this id.
            InputError: The file cannot be stored.
            ResponseDecodeError: The response has no URL to download it from, or what was downloaded
                does not have the size or the digest that the storage host reports.

        Example:
            >>> await client.files.get_content(file.id, to="copy.pdf")
        """
        progress = Progress.check(on_progress)
        kwargs = get_file._get_kwargs(check_id("file_id", file_id), generate_public_url=True)
        target = None if to is None else check_download_target(to)
        context = self._begin(options)
        file = await self._request(FileResponse, kwargs, context)
        url = storage_url(file, "public_url", context)
        if target is None:
            content = BytesIO()
            await self._transport.download(url, content, context, progress=progress)
            return content.getvalue()
        folder, name = target
        with StagedFile(folder) as staged:
            with staged.write_errors():
                await self._transport.download(url, staged.file, context, progress=progress)
            return staged.save_as(name or safe_name(file.filename or "", file_id))

    async def get_cached_file(
        self,
        file: str | os.PathLike[str] | BinaryIO | bytes,
        *,
        options: RequestOptions | None = None,
    ) -> FileResponse | None:
        """Return the uploaded file with the same content, or None if there is none.

        Args:
            file: A path, or a seekable file open in binary mode, whose MD5 is looked up.
            options: Options of this call: timeout, deadline, max_retries, headers.

        Raises:
            MissingFileError: The path does not exist.
            APIError: The service refused the request or could not be reached.

        Example:
            >>> known = await client.files.get_cached_file("referral.pdf")
        """
        source = source_of(_readable(file), None, default_name="content")
        return await self._client_context.uploader.find(source, self._begin(options))

    async def generate_presigned_url(
        self,
        params: PresignedUrlRequest | Mapping[str, Any],
        *,
        options: RequestOptions | None = None,
    ) -> PresignedUrlResponse:
        """Reserve an upload, and return the URL and the `Content-Type` for its PUT request.

        Args:
            params: File name, purpose and expiration; may be a dict.
            options: Options of this call: timeout, deadline, max_retries, headers.

        Raises:
            InputError: `params` is missing or invalid; nothing was sent.

        Example:
            >>> slot = await client.files.generate_presigned_url({"filename": "referral.pdf"})
        """
        request = coerce("params", params, PresignedUrlRequest)
        if request is None:
            raise InputTypeError("params must be PresignedUrlRequest or a dict, got None")
        return await self._client_context.uploader.reserve(request, self._begin(options))

    async def _page(self, query: dict[str, int], context: RequestContext) -> Page[FileResponse]:
        return await self._request_page(FileResponse, list_files._get_kwargs(**query), context)


def _readable(file: Any) -> Any:
    """Return a file object for bytes, and anything else as it is."""
    return BytesIO(file) if isinstance(file, (bytes, bytearray, memoryview)) else file
