"""Uploads of the files of `--input`, in the order of the command line."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from vlmrun.cli.formatting import size_text
from vlmrun.cli.problems import UsageProblem, nearest
from vlmrun.cli.progress import UploadProgress
from vlmrun.cli.run import Run

if TYPE_CHECKING:
    from vlmrun.types import FileResponse

_MAX_CONCURRENT = 4


def check_files(option: str, paths: Sequence[Path]) -> list[Path]:
    """Return the paths, once it is certain that all are files of a supported kind.

    Raises:
        UsageProblem: One does not exist, is a folder, or is of an unknown kind.
    """
    return [_check_file(option, path.expanduser()) for path in paths]


def _check_file(option: str, path: Path) -> Path:
    from vlmrun.constants import SUPPORTED_INPUT_FILETYPES

    try:
        exists = path.exists()
    except OSError as error:
        raise UsageProblem(f"{option}: {path} cannot be read: {error.strerror}") from None
    if not exists:
        folder = path.parent
        names = [each.name for each in folder.iterdir()] if folder.is_dir() else []
        raise UsageProblem(f"{option}: the file {path} does not exist", nearest(path.name, names))
    if path.is_dir():
        raise UsageProblem(f"{option}: {path} is a folder", "Pass a file")
    if path.suffix.lower() not in SUPPORTED_INPUT_FILETYPES:
        known = " ".join(SUPPORTED_INPUT_FILETYPES)
        raise UsageProblem(
            f"{option}: {path} has the unsupported type {path.suffix or 'without a suffix'}",
            f"Supported: {known}",
        )
    return path


def upload_files(run: Run, paths: Sequence[Path]) -> list[FileResponse]:
    """Upload files, at most 4 at a time, unless the service has them.

    Returns:
        The files, in the order of the paths.

    Raises:
        APIError: An upload failed; the others are ended.
    """
    if not paths:
        return []
    client = run.client
    with UploadProgress(run.output) as progress, ThreadPoolExecutor(_MAX_CONCURRENT) as pool:
        uploads = [
            pool.submit(
                client.files.upload,
                path,
                purpose="assistants",
                on_progress=progress.callback(path.name),
            )
            for path in paths
        ]
        try:
            files = [upload.result() for upload in uploads]
        except BaseException:
            progress.stop()
            for upload in uploads:
                upload.cancel()
            # An upload may be waiting for the server, which nothing else ends.
            client.close()
            raise
    sizes = (f"{path.name} ({size_text(path.stat().st_size)})" for path in paths)
    run.output.dim(f"Uploaded {', '.join(sizes)}")
    return files
