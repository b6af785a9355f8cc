# Derived from _async/http/uploader.py by `make generate`. Do not edit.
"""Uploading files, for every call that a file can be passed to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Literal, NamedTuple

from vlmrun_api.api.files import (
    create_presigned_url,
    get_file_by_hash,
    upload_file,
    verify_upload,
)
from vlmrun_api.models import FileUploadRequest
from vlmrun_api.types import File

from vlmrun._core.request_context import RequestContext
from vlmrun._files.progress import Progress, ProgressStopped
from vlmrun._files.upload_source import Scan, Source
from vlmrun._requests.common import QueryValue
from vlmrun._runtime.sync_runtime import FileChunks, gather_bounded
from vlmrun._sync.http.file_reading import read_within
from vlmrun._sync.http.operation_sender import OperationSender, read_object, storage_url
from vlmrun._validation import check_id, without_none
from vlmrun.errors import ResourceNotFoundError, ResponseDecodeError
from vlmrun.types.files import FileResponse, PresignedUrlRequest, PresignedUrlResponse

if TYPE_CHECKING:
    from vlmrun._sync.http.responses import BufferedResponse

# More would only compete for the same bandwidth and connection pool.
MAX_CONCURRENT_TRANSFERS = 16

# Bytes of the largest file that is uploaded directly unless the caller chooses. The same as in the
# official SDK; the limit of the service is not documented.
DIRECT_LIMIT = 32 * 1024 * 1024

# Bytes that all uploads of a call may hold in memory, so that their files are read only once: they
# are hashed before they are sent, because the service may have them already.
MAX_KEPT = 32 * 1024 * 1024

# Of one file. Reading a larger one again costs little in comparison with sending it.
_MAX_KEPT_OF_ONE = 8 * 1024 * 1024

UploadMethod = Literal["auto", "direct", "presigned-url"]


class UploadOptions(NamedTuple):
    """Options of an upload; `client.files.upload` documents each of them."""

    purpose: str | None = None
    method: UploadMethod = "auto"
    expiration: int | None = None
    force: bool = False
    generate_public_url: bool | None = None
    progress: Progress = Progress(None)


class Uploader(OperationSender):
    """Uploads files through the transport of a client."""

    def upload(
        self,
        source: Source,
        context: RequestContext,
        options: UploadOptions | None = None,
        scan: Scan | None = None,
    ) -> FileResponse:
        """Upload a file, unless the service already has the same content.

        Args:
            source: The file.
            context: The settings, and the deadline of the whole call.
            options: How to upload it, already checked.
            scan: What is known of its content, if it was read before.
        """
        options = options or UploadOptions()
        try:
            if not options.force:
                if scan is None:
                    scan = _scan(context, source, source.size <= _MAX_KEPT_OF_ONE)
                known = self.find(source, context, scan.digest)
                if known is not None and _can_replace(known, source, options):
                    options.progress.report(source.size, source.size)
                    return known
            method = options.method
            if method == "direct" or (method == "auto" and source.size <= DIRECT_LIMIT):
                return self._upload_directly(source, options, context, scan)
            return self._upload_to_storage(source, options, context, scan)
        except ProgressStopped as stopped:
            cause = stopped.cause
        raise cause

    def upload_all(
        self,
        sources: Sequence[Source],
        context: RequestContext,
        options: UploadOptions | None = None,
        digests: Sequence[str] | None = None,
    ) -> list[FileResponse]:
        """Upload files concurrently, each content once; return them in the order of the sources."""
        if digests is None:
            scans = gather_bounded(MAX_CONCURRENT_TRANSFERS, _scans_of(sources, context))
        else:
            scans = [Scan(digest) for digest in digests]
        # Two uploads of the same content at the same time would both find that it is not there.
        distinct: dict[str, tuple[Source, Scan]] = {}
        for scan, source in zip(scans, sources, strict=True):
            distinct.setdefault(scan.digest, (source, scan))
        uploading = [
            partial(self.upload, source, context, options, scan)
            for source, scan in distinct.values()
        ]
        files = gather_bounded(MAX_CONCURRENT_TRANSFERS, uploading)
        by_digest = dict(zip(distinct, files, strict=True))
        return [by_digest[scan.digest] for scan in scans]

    def find(
        self, source: Source, context: RequestContext, digest: str | None = None
    ) -> FileResponse | None:
        """Return the file with the same content, or None if the service has none."""
        if digest is None:
            digest = (_scan(context, source, keep=False)).digest
        response = self._look_up(digest, context)
        return None if response is None else read_object(FileResponse, response.json(), response)

    def _look_up(self, digest: str, context: RequestContext) -> BufferedResponse | None:
        """Return the response with the file of a digest, or None if the service has none."""
        try:
            response = self._transport.request(get_file_by_hash._get_kwargs(digest), context)
        except ResourceNotFoundError:
            return None
        # A miss may also be a 200 whose body is null or has no id.
        if not response.json():
            return None
        return response if read_object(FileResponse, response.json(), response).id else None

    def reserve(
        self, request: PresignedUrlRequest, context: RequestContext
    ) -> PresignedUrlResponse:
        """Reserve an upload to the storage host, and return its presigned URL."""
        return self._send_body(
            PresignedUrlResponse,
            create_presigned_url._get_kwargs,
            request.to_dict(),
            context,
            repeatable=True,
        )

    def _upload_directly(
        self,
        source: Source,
        options: UploadOptions,
        context: RequestContext,
        scan: Scan | None,
    ) -> FileResponse:
        purpose = options.purpose
        query = without_none(
            purpose=None if purpose is None else QueryValue(purpose),
            generate_public_url=options.generate_public_url,
        )

        def find_stored() -> BufferedResponse | None:
            """Return the file if an attempt whose response was lost has stored it."""
            response = None if scan is None else self._look_up(scan.digest, context)
            if response is None:
                return None
            stored = read_object(FileResponse, response.json(), response)
            return response if _can_replace(stored, source, options) else None

        with source.reader(scan) as reader:
            reader.progress = options.progress
            # The generated multipart code only reads and seeks, and httpx reads a file of a form
            # from its start for each attempt.
            part = File(payload=reader, file_name=source.name, mime_type=source.media_type)  # type: ignore[arg-type]
            kwargs = upload_file._get_kwargs(body=FileUploadRequest(file=part), **query)
            # A second copy costs nothing, so an upload may be retried. But nobody would know the id
            # of the first, so the service is asked for it before the file is sent again.
            response = self._transport.request(
                kwargs, context, repeatable=True, recover=find_stored
            )
        return _stored(read_object(FileResponse, response.json(), response), source)

    def _upload_to_storage(
        self,
        source: Source,
        options: UploadOptions,
        context: RequestContext,
        scan: Scan | None,
    ) -> FileResponse:
        request = PresignedUrlRequest(
            filename=source.name, purpose=options.purpose, expiration=options.expiration
        )
        slot = self.reserve(request, context)
        url = storage_url(slot, "url", context)
        if not slot.id:
            raise ResponseDecodeError("The reserved upload has no id", raw=slot.raw)
        media_type = slot.content_type
        headers = {
            # The signature of the URL covers the content type that the service chose.
            "Content-Type": (
                media_type if media_type and isinstance(media_type, str) else source.media_type
            ),
            # Without a length httpx sends chunks, which S3 refuses for presigned URLs.
            "Content-Length": str(source.size),
        }
        with source.reader(scan) as reader:
            reader.progress = options.progress
            content = FileChunks(reader)
            put = {"method": "PUT", "url": url, "headers": headers, "content": content}
            self._transport.request(put, context, authenticated=False)
        # Only this registers the file: the service has no part in the upload to the storage host.
        kwargs = verify_upload._get_kwargs(check_id("id", slot.id))
        return _stored(self._request(FileResponse, kwargs, context), source)


def _can_replace(known: FileResponse, source: Source, options: UploadOptions) -> bool:
    """Return whether a stored file of the same content will do instead of an upload."""
    # A file that was uploaded for another purpose cannot be used for this one.
    if options.purpose is not None and known.purpose not in (None, options.purpose):
        return False
    # The service chooses how to read a file by its name, so a name of the caller's counts.
    return not source.is_renamed or known.filename in (None, source.name)


def _scan(context: RequestContext, source: Source, keep: bool) -> Scan:
    return read_within(context, partial(source.scan, keep))


def _scans_of(sources: Sequence[Source], context: RequestContext) -> list[Callable[[], Scan]]:
    """Return the calls that read the sources, and hold some in memory, but not all of a folder."""
    calls: list[Callable[[], Scan]] = []
    kept = 0
    for source in sources:
        keep = source.size <= min(_MAX_KEPT_OF_ONE, MAX_KEPT - kept)
        kept += source.size if keep else 0
        calls.append(partial(_scan, context, source, keep))
    return calls


def _stored(file: FileResponse, source: Source) -> FileResponse:
    """Return an uploaded file, after comparing what the service reports of it."""
    if not file.id:
        raise ResponseDecodeError("The uploaded file has no id", raw=file.raw)
    # A service that does not know the size reports none, or 0; no empty file is ever sent.
    if file.bytes and file.bytes != source.size:
        raise ResponseDecodeError(
            f"The service has stored {file.bytes} of {source.size} bytes as {file.id}",
            suggestion="Delete the file, and upload it again with force=True",
            raw=file.raw,
        )
    return file
