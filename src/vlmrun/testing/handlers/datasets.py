"""Datasets: create from an uploaded archive, get, list."""

from __future__ import annotations

import tarfile
import zlib
from gzip import GzipFile
from typing import Any

from starlette.exceptions import HTTPException

from vlmrun.testing.contract.request_validation import invalid_request
from vlmrun.testing.handlers.request import HandlerRequest
from vlmrun.testing.state.blobs import Blob
from vlmrun.testing.state.jobs import Job, Outcome
from vlmrun.testing.state.store import new_id

__all__ = ["create_dataset", "get_dataset", "list_datasets"]

_LOCATION = ["body", "file_id"]
_BLOCK_SIZE = 1024 * 1024


def create_dataset(request: HandlerRequest) -> dict[str, Any]:
    """Create a dataset, which advances like an execution.

    The archive must be a tar.gz that contains files; `message` reports their number.
    """
    body = request.body
    file = request.state.stored_file(body["file_id"])
    if file.purpose != "datasets":
        raise invalid_request(
            _LOCATION, f"The purpose of the file must be datasets, got {file.purpose}"
        )
    assert file.content is not None
    fields = {
        "dataset_type": body["dataset_type"],
        "dataset_name": body["dataset_name"],
        "domain": body["domain"],
        "file_id": file.id,
        "message": f"Files in the archive: {_count_files(file.content)}",
        "wandb_base_url": body.get("wandb_base_url"),
        "wandb_project_name": body.get("wandb_project_name"),
        "wandb_url": None,
    }
    job = Job(new_id(), fields, Outcome(), request.state.settings.pace)
    with request.state.lock:
        request.state.table("datasets")[job.id] = job
        return without_response(job.as_json())


def list_datasets(request: HandlerRequest) -> list[dict[str, Any]]:
    """List datasets, newest first."""
    with request.state.lock:
        jobs = list(reversed(request.state.table("datasets").values()))
        return [without_response(job.as_json()) for job in request.page(jobs)]


def get_dataset(request: HandlerRequest) -> dict[str, Any]:
    """Return a dataset; each poll advances it."""
    id = request.parameters["dataset_id"]
    with request.state.lock:
        job = request.state.table("datasets").get(id)
        if job is None:
            raise HTTPException(404, f"No dataset has the id {id!r}")
        return without_response(job.poll())


def without_response(job: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON of a job that has no response."""
    return {key: value for key, value in job.items() if key != "response"}


def _count_files(content: Blob) -> int:
    try:
        # Reading as a stream (r|) does not unpack large archives into memory.
        with content.open() as file, GzipFile(fileobj=file) as unpacked:
            with tarfile.open(fileobj=unpacked, mode="r|") as archive:
                count = sum(member.isfile() for member in archive)
            # tarfile stops at the end of the archive, but gzip checks the CRC after it.
            while unpacked.read(_BLOCK_SIZE):
                pass
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise invalid_request(_LOCATION, f"The file is not a valid tar.gz: {error}") from None
    if not count:
        raise invalid_request(_LOCATION, "The archive contains no files")
    return count
