"""Datasets: create from an uploaded archive, look at them."""

from __future__ import annotations

import tarfile
import zlib
from gzip import GzipFile
from typing import Any

from starlette.exceptions import HTTPException

from vlmrun.testing.blobs import Blob
from vlmrun.testing.handlers.call import Call
from vlmrun.testing.jobs import Job, Outcome
from vlmrun.testing.state import new_id, page
from vlmrun.testing.validation import Invalid, problem

__all__ = ["create_dataset", "get_dataset", "list_datasets"]

_PLACE = ["body", "file_id"]
_BLOCK = 1024 * 1024


def create_dataset(call: Call) -> dict[str, Any]:
    """A dataset, which moves from status to status as executions do.

    Its archive must be a tar.gz with files in it; `message` tells how many there are.
    """
    body = call.body
    file = call.state.stored_file(body["file_id"])
    if file.purpose != "datasets":
        raise Invalid([problem(_PLACE, f"Its purpose must be datasets, not {file.purpose}")])
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
    job = Job(new_id(), fields, Outcome(), call.state.settings.pace)
    with call.state.lock:
        call.state.table("datasets")[job.id] = job
        return without_answer(job.as_json())


def list_datasets(call: Call) -> list[dict[str, Any]]:
    """The newest first."""
    with call.state.lock:
        jobs = list(reversed(call.state.table("datasets").values()))
        return [without_answer(job.as_json()) for job in page(jobs, call.skip, call.limit)]


def get_dataset(call: Call) -> dict[str, Any]:
    """One dataset; in polls, each look moves it on."""
    id = call.parameters["dataset_id"]
    with call.state.lock:
        job = call.state.table("datasets").get(id)
        if job is None:
            raise HTTPException(404, f"No dataset has the id {id!r}")
        return without_answer(job.look())


def without_answer(job: dict[str, Any]) -> dict[str, Any]:
    """The JSON of a job that answers nothing when it ends."""
    return {key: value for key, value in job.items() if key != "response"}


def _count_files(content: Blob) -> int:
    try:
        with content.open() as file, GzipFile(fileobj=file) as unpacked:
            with tarfile.open(fileobj=unpacked, mode="r|") as archive:
                count = sum(member.isfile() for member in archive)
            while unpacked.read(_BLOCK):  # only behind its end is the checksum held against it
                pass
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise Invalid([problem(_PLACE, f"It cannot be read as a tar.gz: {error}")]) from None
    if not count:
        raise Invalid([problem(_PLACE, "The archive has no file in it")])
    return count
