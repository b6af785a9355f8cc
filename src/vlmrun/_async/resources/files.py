"""`client.files`: uploads."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from io import BytesIO
from typing import Any, BinaryIO, ClassVar, get_args

from vlmrun_api.api.files import (
    delete_file,
    get_file,
    list_files,
)

from vlmrun._async.http.operation_sender import read_object, storage_url
from vlmrun._async.http.uploader import UploadMethod, UploadOptions
from vlmrun._async.paging import PAGE_SIZE, iterate_pages
from vlmrun._async.resources._base import Resource
from vlmrun._core.options import RequestOptions
from vlmrun._core.request_context import RequestContext
from vlmrun._files.upload_source import source_of
from vlmrun._requests.common import coerce
from vlmrun._validation import (
    check_bool,
    check_choice,
    check_id,
    check_int,
    check_paging,
    check_seconds,
    without_none,
)
from vlmrun.errors import InputTypeError
from vlmrun.types.files import FilePurpose, FileResponse, PresignedUrlRequest, PresignedUrlResponse
from vlmrun.types.page import Page


class Files(Resource):
    """Upload files, and look at those that were uploaded."""

    attribute = "files"
    operations: ClassVar = {
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
        file: str | os.PathLike[str] | BinaryIO,
        purpose: FilePurpose | None = None,
        method: UploadMethod = "auto",
        timeout: float | None = None,
        expiration: int | None = None,
        force: bool = False,
        *,
        filename: str | None = None,
        generate_public_url: bool | None = None,
        options: RequestOptions | None = None,
    ) -> FileResponse:
        """Upload a file, unless the service already has the same content.

        The file is streamed: its size does not matter to memory. Every attempt sends it whole, from
        where it started.

        Args:
            file: A path, or a file open in binary mode that can seek; it is sent from where it
                stands, and left open.
            purpose: What for; the service's default is "assistants".
            method: "direct" sends it in one request, "presigned-url" to the storage by a URL that
                the service signs; "auto" (default) sends up to 32 MiB directly.
            timeout: Seconds an attempt of the upload may take; by default the client's.
            expiration: Seconds that the URL of method "presigned-url" lives.
            force: Upload even what the service already has; without it the content is looked up by
                its MD5 first.
            filename: The name that the service shall keep; by default the file's own.
            generate_public_url: Whether to return a URL that anybody can read; the service's
                default is True.
            options: For this call alone. `deadline` bounds look-up, upload and verification.

        Returns:
            The file, with its `id`.

        Raises:
            MissingFileError: The path is not there (a `FileNotFoundError`); nothing was sent.
            InputError: An argument that cannot be used; nothing was sent.
            APIError: The service refused or could not be reached.

        Example:
            >>> file = await client.files.upload("referral.pdf")
            >>> print(file.id, file.bytes)
        """
        source = source_of(file, filename)
        check_choice("method", method, get_args(UploadMethod))
        if expiration is not None:
            check_int("expiration", expiration, 1)
        if purpose is not None:
            check_choice("purpose", purpose, get_args(FilePurpose))
        check_bool("generate_public_url", generate_public_url)
        context = self._begin(options)
        if timeout is not None:
            context = context.with_timeout(check_seconds("timeout", timeout))
        upload_options = UploadOptions(purpose, method, expiration, force, generate_public_url)
        return await self._client_context.uploader.upload(source, context, upload_options)

    async def list(
        self,
        skip: int | None = None,
        limit: int | None = None,
        *,
        options: RequestOptions | None = None,
    ) -> Page[FileResponse]:
        """List files, the newest first.

        Args:
            skip: How many to pass over; the service's default is 0.
            limit: How many to return, 1 to 1000; the service's default is 10.
            options: For this call alone: timeout, deadline, max_retries, headers.

        Raises:
            InputError: `skip` or `limit` out of bounds.

        Example:
            >>> for file in await client.files.list(limit=100):
            ...     print(file.id, file.filename)
        """
        return await self._page(check_paging(skip=skip, limit=limit), self._begin(options))

    def iterate(
        self,
        *,
        skip: int = 0,
        page_size: int = PAGE_SIZE,
        options: RequestOptions | None = None,
    ) -> AsyncIterator[FileResponse]:
        """All files, the newest first, fetched page by page as they are asked for.

        Args:
            skip: How many to pass over.
            page_size: How many to fetch at a time, 1 to 1000.
            options: For each page's request.

        Raises:
            InputError: `skip` or `page_size` out of bounds.

        Example:
            >>> async for file in client.files.iterate():
            ...     print(file.id, file.filename)
        """

        async def fetch(skip: int, limit: int) -> Page[FileResponse]:
            return await self._page({"skip": skip, "limit": limit}, self._begin(options))

        return iterate_pages(fetch, skip, page_size)

    async def get(
        self,
        file_id: str,
        *,
        generate_public_url: bool | None = None,
        options: RequestOptions | None = None,
    ) -> FileResponse:
        """What the service knows of a file.

        Args:
            file_id: The file's id.
            generate_public_url: Whether to return a URL that anybody can read; the service's
                default is True.
            options: For this call alone: timeout, deadline, max_retries, headers.

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

        Returns:
            The file that is gone; only its id where the service says no more.

        Raises:
            ResourceNotFoundError: No file has this id.
            PermissionDeniedError: The account's plan does not include it.

        Example:
            >>> await client.files.delete(file.id)
        """
        kwargs = delete_file._get_kwargs(check_id("file_id", file_id))
        response = await self._transport.request(kwargs, self._begin(options))
        payload = response.json()
        if payload is None:
            return FileResponse(id=file_id)
        return read_object(FileResponse, payload, response)

    async def get_content(self, file_id: str, *, options: RequestOptions | None = None) -> bytes:
        """The bytes of a file, which are all held in memory.

        Args:
            file_id: The file's id.
            options: For this call alone. `deadline` bounds look-up and download.

        Raises:
            ResourceNotFoundError: No file has this id.
            ResponseDecodeError: The service gives no URL to fetch it from.

        Example:
            >>> Path("copy.pdf").write_bytes(await client.files.get_content(file.id))
        """
        kwargs = get_file._get_kwargs(check_id("file_id", file_id), generate_public_url=True)
        context = self._begin(options)
        file = await self._request(FileResponse, kwargs, context)
        content = BytesIO()
        await self._transport.download(storage_url(file, "public_url"), content, context)
        return content.getvalue()

    async def get_cached_file(
        self,
        file: str | os.PathLike[str] | BinaryIO,
        *,
        options: RequestOptions | None = None,
    ) -> FileResponse | None:
        """The file that has the same content, or None if the service has none.

        Raises:
            MissingFileError: The path is not there.
            APIError: The service refused or could not be reached; only a miss is None.

        Example:
            >>> known = await client.files.get_cached_file("referral.pdf")
        """
        source = source_of(file, None)
        return await self._client_context.uploader.find(source, self._begin(options))

    async def generate_presigned_url(
        self,
        params: PresignedUrlRequest | Mapping[str, Any],
        *,
        options: RequestOptions | None = None,
    ) -> PresignedUrlResponse:
        """Reserve an upload: where to PUT the bytes, and with which `Content-Type`.

        Args:
            params: File name, purpose and lifetime; a dict will do.
            options: For this call alone: timeout, deadline, max_retries, headers.

        Raises:
            InputError: `params` is missing or cannot be sent; nothing was sent.

        Example:
            >>> slot = await client.files.generate_presigned_url({"filename": "referral.pdf"})
        """
        request = coerce("params", params, PresignedUrlRequest)
        if request is None:
            raise InputTypeError("params must be PresignedUrlRequest or a dict, got None")
        return await self._client_context.uploader.reserve(request, self._begin(options))

    async def _page(self, query: dict[str, int], context: RequestContext) -> Page[FileResponse]:
        return await self._request_page(FileResponse, list_files._get_kwargs(**query), context)
