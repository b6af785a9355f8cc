"""The files of `--input`: uploaded in the order of the command line, and parts of a request."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from vlmrun.cli.formatting import inline_list, size_text
from vlmrun.cli.inputs import Input
from vlmrun.cli.progress import UploadProgress
from vlmrun.cli.run import Run
from vlmrun.cli.streams import shown

if TYPE_CHECKING:
    from vlmrun.types import FileResponse

_MAX_CONCURRENT = 4


def parts_of(run: Run, inputs: Sequence[Input]) -> list[Any]:
    """Return the parts of a request for inputs; local files are uploaded, but for pages of PDFs.

    Raises:
        APIError: An upload failed.
    """
    ids = iter(
        [file.id for file in upload_files(run, [each for each in inputs if each.is_plain_file])]
    )
    parts: list[Any] = []
    for each in inputs:
        if each.is_url:
            parts.append(url_part(each.item))
        elif each.is_plain_file:
            parts.append({"type": "input_file", "file_id": next(ids)})
        else:
            parts.append(each.item)  # the SDK cuts out the pages, and uploads them
    return parts


def url_part(url: str) -> dict[str, Any]:
    """Return the part of a request for a URL; its type follows from the suffix."""
    from vlmrun.common.mime import mime_from_url

    major = mime_from_url(url).partition("/")[0]
    kind = f"{major}_url" if major in ("image", "video", "audio") else "file_url"
    return {"type": kind, kind: {"url": url}}


def upload_files(run: Run, inputs: Sequence[Input]) -> list[FileResponse]:
    """Upload local inputs, at most 4 at a time, unless the service has them.

    Returns:
        The files, in the order of the inputs.

    Raises:
        APIError: An upload failed; the others are ended.
    """
    if not inputs:
        return []
    client = run.client
    with UploadProgress(run.output) as progress, ThreadPoolExecutor(_MAX_CONCURRENT) as pool:
        uploads = []
        for each in inputs:
            name, file = each.item if isinstance(each.item, tuple) else (None, each.item)
            uploads.append(
                pool.submit(
                    client.files.upload,
                    file,
                    filename=name,
                    purpose="assistants",
                    on_progress=progress.callback(name or file.name),
                )
            )
        try:
            files = [upload.result() for upload in uploads]
        except BaseException:
            progress.stop()
            for upload in uploads:
                upload.cancel()
            # An upload may be waiting for the server, which nothing else ends.
            client.close()
            raise
    run.output.dim(f"Uploaded {inline_list(map(_described, inputs), 10)}")
    return files


def _described(each: Input) -> str:
    if isinstance(each.item, tuple):
        name, data = each.item
        return f"{shown(name)} ({size_text(len(data))})"
    return f"{shown(each.item.name)} ({size_text(each.item.stat().st_size)})"
