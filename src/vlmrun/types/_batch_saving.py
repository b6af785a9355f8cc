"""Several saved results: a folder for each, and the table and the manifest of all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from vlmrun._files.safe_names import name_or_digest, safe_name
from vlmrun._files.staging import staged_folder
from vlmrun.types._rows import table_of
from vlmrun.types._saving import (
    check_artifacts,
    check_save_folder,
    describe,
    write_manifest,
    write_result,
)
from vlmrun.types.batches import BatchItem, file_name_of
from vlmrun.types.jobs import Job

_MAX_LABEL_BYTES = 100

# The name of its folder, a result, and its job if it has completed.
SavedEntry = tuple[str, Any, Job[Any] | None]


def write_batch(folder: Path, entries: Sequence[SavedEntry], with_artifacts: bool) -> None:
    """Write the table of several results, and the manifest of all of their files.

    Args:
        folder: The folder of all.
        entries: For each of them: the name of its folder, the result, and its job if it has one.
        with_artifacts: Whether artifacts were downloaded.
    """
    table = table_of([result for _, result, _ in entries])
    # For a spreadsheet: the values as they are sent are in the files of each result.
    table.to_csv(folder / "results.csv", escape_formulas=True)
    results = []
    for (name, _, job), row in zip(entries, table.to_records(), strict=True):
        head = {key: row.get(key) for key in ("file", "id", "status", "error")}
        about = {} if job is None else {"folder": name, **describe(job, with_artifacts)}
        results.append({**head, **about})
    write_manifest(folder, {"kind": "batch", "results": results})


def entries_of(items: Iterable[Any]) -> list[SavedEntry]:
    """Return what `write_batch` takes: for each result, a folder name of its own, and its job."""
    entries = []
    items = list(items)
    digits = max(4, len(str(len(items))))
    for number, item in enumerate(items, 1):
        job = item.result if isinstance(item, BatchItem) else item
        has_result = job is not None and job.status == "completed"
        label = (job._sent and job._sent[0].name) if job is not None else None
        name = safe_name(str(label or getattr(job, "id", "") or "result"), "result")
        entries.append((f"{number:0{digits}}-{name}", item, job if has_result else None))
    return entries


def folder_name(item: Any, job_id: str) -> str:
    """Return the name of the folder for the result of an item: the same in each run.

    It ends with the id of the job, which no other item has, so that names cannot collide, and a
    later run finds what an earlier one has saved.

    Args:
        item: The item of the batch, as the caller passed it.
        job_id: The id of its job.
    """
    label = safe_name(file_name_of(item) or "", "")
    # Cut by bytes, which is what file systems limit.
    label = label.encode()[:_MAX_LABEL_BYTES].decode(errors="ignore").rstrip(". ")
    identity = name_or_digest(job_id)
    return f"{label}-{identity}" if label else identity


def save_batch_without_client(
    entries: Sequence[SavedEntry], folder: Any, with_artifacts: bool
) -> Path:
    """Save results whose client is not known."""
    target = check_save_folder(folder)
    jobs = [(name, job) for name, _, job in entries if job is not None]
    if with_artifacts:
        for _, job in jobs:
            check_artifacts(job)
    with staged_folder(target) as stage:
        for name, job in jobs:
            (stage / name).mkdir()
            write_result(stage / name, job, {})
        write_batch(stage, entries, with_artifacts=False)
    return target
