"""Saving jobs with their artifacts to a folder, completely or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from vlmrun._async.context import ClientContext
from vlmrun._async.resources.artifacts import Artifacts
from vlmrun._core.request_context import RequestContext
from vlmrun._files.staging import staged_folder
from vlmrun._requests.artifact import (
    DEFAULT_ARTIFACT_WAIT,
    DownloadLimits,
    artifact_request,
    namespace_query,
    request_for_item,
)
from vlmrun._runtime.async_runtime import gather_bounded, in_thread, to_end
from vlmrun.errors import ResourceNotFoundError, VLMRunError
from vlmrun.types._batch_saving import SavedEntry, write_batch
from vlmrun.types._job_results import not_completed
from vlmrun.types._saving import (
    ARTIFACTS,
    check_save_folder,
    describe,
    write_manifest,
    write_result,
)
from vlmrun.types.executions import AgentExecutionResponse
from vlmrun.types.jobs import Job

_MAX_CONCURRENT_SAVES = 4


async def save_job(
    client_context: ClientContext,
    job: Job[Any],
    folder: Any,
    with_artifacts: bool,
    context: RequestContext,
) -> Path:
    """Save a completed job, and return the folder."""
    target = check_save_folder(folder)
    if job.status != "completed":
        raise not_completed(job)
    with staged_folder(target) as stage:
        await _save_into(stage, client_context, job, with_artifacts, context)
        await to_end(write_manifest, stage, await in_thread(describe, job, with_artifacts))
    return target


async def save_batch(
    client_context: ClientContext,
    entries: Sequence[SavedEntry],
    folder: Any,
    with_artifacts: bool,
    context: RequestContext,
) -> Path:
    """Save several results, each to a folder of its own, and return the folder of all.

    Args:
        client_context: The client.
        entries: For each of them: the name of its folder, the result, and its job if it has one.
        folder: The folder of all.
        with_artifacts: Whether to download artifacts.
        context: The settings, and the deadline of the call.
    """
    target = check_save_folder(folder)
    with staged_folder(target) as stage:

        async def save(name: str, job: Job[Any]) -> None:
            inner = stage / name
            inner.mkdir()
            await _save_into(inner, client_context, job, with_artifacts, context)

        saves = [partial(save, name, job) for name, _, job in entries if job is not None]
        await gather_bounded(_MAX_CONCURRENT_SAVES, saves)
        await to_end(write_batch, stage, entries, with_artifacts)
    return target


async def _save_into(
    folder: Path,
    client_context: ClientContext,
    job: Job[Any],
    with_artifacts: bool,
    context: RequestContext,
) -> None:
    names: dict[str, str] = {}
    if with_artifacts:
        try:
            names = await _download(client_context, job, folder / ARTIFACTS, context)
        except ResourceNotFoundError as error:
            error.suggestion = "artifacts=False saves the result without its artifacts"
            raise
    await to_end(write_result, folder, job, names)


async def _download(
    client_context: ClientContext, job: Job[Any], folder: Path, context: RequestContext
) -> dict[str, str]:
    """Download what an execution has created, and all that its response refers to.

    Returns:
        By id, the names of the files.
    """
    artifacts = Artifacts(client_context)
    query = namespace_query(None, job.id)
    requests = []
    if isinstance(job, AgentExecutionResponse):
        with suppress(ResourceNotFoundError):  # an execution without any
            listing = await artifacts._listing(query, context)
            requests = [request_for_item(item, query) for item in listing]
    listed = {request.query.get("object_id") for request in requests}
    for ref, job_id in job._artifact_refs():
        if ref.id not in listed:
            requests.append(artifact_request(ref, None, job_id, None))
    if not requests:
        return {}
    limits = DownloadLimits.check(DEFAULT_ARTIFACT_WAIT, None, False)
    paths = await artifacts._download_all(requests, folder, limits, context, "folder")
    ids = [request.query.get("object_id") for request in requests]
    return {id: path.name for id, path in zip(ids, paths, strict=True) if id is not None}


async def artifact_contents(
    client_context: ClientContext,
    job: Job[Any],
    ids: Sequence[str],
    largest: int,
    context: RequestContext,
) -> dict[str, bytes | VLMRunError]:
    """Return the contents of artifacts by id, or why they cannot be downloaded.

    Args:
        client_context: The client.
        job: The job that they belong to.
        ids: Their ids.
        largest: The number of bytes that each may have.
        context: The settings, and the deadline for all of them.
    """
    artifacts = Artifacts(client_context)
    # Not awaited, as `get` does: a report is written long after its job has completed.
    limits = DownloadLimits.check(0.0, largest, False)
    found: dict[str, bytes | VLMRunError] = {}
    job_ids = {ref.id: job_id for ref, job_id in job._artifact_refs()}

    async def fetch(id: str) -> None:
        request = artifact_request(id, None, job_ids[id], None)
        try:
            found[id] = await artifacts._content(request, limits, context)
        except VLMRunError as error:
            found[id] = error

    await gather_bounded(_MAX_CONCURRENT_SAVES, [partial(fetch, id) for id in ids])
    return found
