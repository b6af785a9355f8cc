# Derived from _async/many/saving.py by `make generate`. Do not edit.
"""Saving the results of a batch, each in a folder of its own once its job has completed."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from vlmrun._core.job_kinds import kind_of
from vlmrun._core.request_context import RequestContext
from vlmrun._files.paths import file_errors, format_path
from vlmrun._files.safe_names import name_or_digest
from vlmrun._runtime.sync_runtime import in_thread
from vlmrun._sync.many.operation import BatchOperation
from vlmrun.errors import (
    AuthenticationError,
    ConfigurationError,
    FileAccessError,
    FileWriteError,
    InputError,
    ResultNotSavedError,
    VLMRunError,
)
from vlmrun.types._batch_saving import folder_name
from vlmrun.types._saving import check_save_root, is_saved
from vlmrun.types.jobs import Job

# If writing or downloading is refused, other results cannot be saved either.
_STOPPING = (AuthenticationError, ConfigurationError, FileAccessError)


def check_writable(folder: Path) -> None:
    """Create the folder of a batch, and check that folders can be created in it.

    Raises:
        FileWriteError: It cannot be written. No job has been paid for yet.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".{secrets.token_hex(8)}.part"
        probe.mkdir()
        probe.rmdir()
    except OSError as error:
        reason = error.strerror or error
        raise FileWriteError(
            f"save_to: {format_path(folder)} cannot be written: {reason}",
            suggestion="Pass another folder, or check its permissions and the free space",
        ) from error


class ResultSaver:
    """Saves the results of a batch.

    Args:
        operation: The operation of the batch.
        folder: The folder of the batch; None if nothing is to be saved.

    Attributes:
        stop_error: Why no other result can be saved either, so that none should be paid for.
    """

    def __init__(self, operation: BatchOperation[Any], folder: Any) -> None:
        self._operation = operation
        self._root = None if folder is None else check_save_root(folder)
        self.stop_error: VLMRunError | None = None
        # The folders of earlier runs, by the ends of their names, by the length of these ends.
        self._earlier: dict[int, dict[str, str]] = {}

    def save(
        self, item: Any, job: Job[Any], context: RequestContext
    ) -> tuple[Path | None, VLMRunError | None]:
        """Save a completed job unless an earlier run has done so.

        Args:
            item: The item, as the caller passed it.
            job: The completed job.
            context: The settings, and the deadline of the item.

        Returns:
            Its folder, or the reason why it has none; neither if nothing is to be saved.
        """
        if self._root is None:
            return None, None
        folder = self._root / folder_name(item, job.id)
        try:
            folder = in_thread(self._find, folder, job.id)
            if not in_thread(_is_done, folder, job.id):
                self._operation.save(self._operation.context, job, folder, True, context)
        except VLMRunError as error:
            # An equal item may have been saved meanwhile, by this run or by another one.
            if in_thread(is_saved, folder, job.id):
                return folder, None
            if isinstance(error, _STOPPING):
                self.stop_error = self.stop_error or error
            return None, _not_saved(job, error)
        return folder, None

    def _find(self, folder: Path, job_id: str) -> Path:
        """Return the folder that an earlier run has saved a result to, else the one passed.

        The input may have had another name then.
        """
        identity = name_or_digest(job_id)
        length = len(identity)
        with file_errors("save_to", folder):
            if folder.exists():
                return folder
            if length not in self._earlier:
                self._earlier[length] = {name[-length:]: name for name in os.listdir(folder.parent)}
        earlier = folder.with_name(self._earlier[length].get(identity, folder.name))
        return earlier if is_saved(earlier, job_id) else folder


def _not_saved(job: Job[Any], error: VLMRunError) -> ResultNotSavedError:
    failure = ResultNotSavedError(
        f"The job {job.id} has completed, but its result is not saved: {error}. Later, the same "
        "call with the same journal saves it without another job; so does "
        f"client.{kind_of(type(job)).resource}.save({job.id!r}, folder)",
        job,
    )
    failure.__cause__ = error
    return failure


def _is_done(folder: Path, job_id: str) -> bool:
    """Return whether a folder has the result of a job.

    Raises:
        InputError: It has something else.
    """
    if is_saved(folder, job_id):
        return True
    with file_errors("save_to", folder):
        exists = folder.exists() or folder.is_symlink()
    if exists:
        raise InputError(
            f"save_to: {format_path(folder)} exists, and does not have the whole result of "
            f"{job_id}; nothing is overwritten",
            suggestion="Rename or remove it",
        )
    return False
