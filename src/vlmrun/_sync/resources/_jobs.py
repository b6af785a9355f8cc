# Derived from _async/resources/_jobs.py by `make generate`. Do not edit.
"""Base class of the resources whose objects have a response: get, wait, save and reconcile."""

from __future__ import annotations

import builtins
import os
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from vlmrun._core.job_kinds import kind_of
from vlmrun._core.outcomes import add_note
from vlmrun._core.polling import DEFAULT_SETTLE, DEFAULT_WAIT
from vlmrun._core.request_context import RequestContext
from vlmrun._core.request_options import RequestOptions
from vlmrun._sync.resources._tracked import TrackedResource
from vlmrun._validation import check_bool, check_id, check_seconds
from vlmrun.errors import APIError, JobError, VLMRunError
from vlmrun.types._response_models import check_response_model
from vlmrun.types.jobs import Job, ParsedT
from vlmrun.types.page import Page

if TYPE_CHECKING:
    from vlmrun._runtime.sync_batching import BatchItems
    from vlmrun.types._batch_saving import SavedEntry
    from vlmrun.types.batches import BatchItem
    from vlmrun.types.handles import JobHandle
    from vlmrun.types.reconciliation import Reconciliation

J = TypeVar("J", bound=Job)


class Jobs(TrackedResource[J]):
    """A resource whose objects have a response once they are completed."""

    @classmethod
    def _resource_of_jobs(cls) -> type[Any] | None:
        return cls

    def get(
        self,
        id: str,
        *,
        response_model: Any = None,
        options: RequestOptions | None = None,
    ) -> J:
        """Return a job in its current state.

        Args:
            id: The job's id.
            response_model: The type of `.parsed`; defaults to the one this client submitted the
                job with.
            options: Options of this call: timeout, deadline, max_retries, headers.

        Raises:
            ResourceNotFoundError: No job has this id.
            InputError: The id is empty or would change the URL.

        Example:
            >>> execution = client.executions.get(submitted.id)
            >>> print(execution.status)
        """
        if response_model is not None:
            check_response_model(response_model)
        return self._poll(check_id("id", id), response_model, self._begin(options))

    def wait(
        self,
        id: str,
        timeout: float | None = DEFAULT_WAIT,
        sleep: float | None = None,
        *,
        on_update: Callable[[J], Any] | None = None,
        through_pause: bool = False,
        response_model: Any = None,
        options: RequestOptions | None = None,
    ) -> J:
        """Wait until a job is completed, and return it.

        Polls immediately, again after 0.25 s, then with growing pauses. Where several calls wait
        at the same time, one of them lists the recent jobs on behalf of all.

        Args:
            id: The job's id.
            timeout: Seconds to wait at most (default 600); None for no limit, 0 to poll once.
            sleep: Seconds between two polls at most (default 12).
            on_update: Called with the job after each poll.
            through_pause: Keep waiting while the job is paused.
            response_model: The type of `.parsed`; defaults to the one this client submitted the
                job with.
            options: Options of this call. If it has a `deadline`, whichever of `deadline` and
                `timeout` is earlier ends the wait.

        Raises:
            JobFailedError: The job failed; the error's `job` has it. (`ExecutionFailedError`,
                `PredictionFailedError`)
            JobPausedError: The job is paused, and `through_pause` is not set.
            WaitTimeoutError: The wait timed out (a `TimeoutError`); the job continues.
            ResourceNotFoundError: No job has this id.

        Example:
            >>> done = client.executions.wait(submitted.id, timeout=300)
            >>> print(done.response)
        """
        from vlmrun._sync.waiting import WaitOptions, wait_for

        # The deadline includes the checks, so the clock starts first.
        context = self._begin(options)
        check_id("id", id)
        if response_model is not None:
            check_response_model(response_model)
        wait_options = WaitOptions.of_wait(timeout, sleep, on_update, through_pause)
        return wait_for(id, self._source(response_model), wait_options, context)

    def save(
        self,
        job: str | J,
        folder: str | os.PathLike[str],
        *,
        artifacts: bool = True,
        options: RequestOptions | None = None,
    ) -> Path:
        """Save a completed job to a folder: completely, or not at all.

        The folder gets the answer (`answer.json`, or `answer.md` if it is text), `parsed.json`,
        `evidence.json`, a Markdown document with its figures, the artifacts, and `manifest.json`
        with the digests of all files.

        Args:
            job: The job, or its id.
            folder: The folder. It must not exist yet, or be empty.
            artifacts: Download the artifacts of an execution, and those that the response refers
                to.
            options: Options of this call. `deadline` covers all downloads.

        Returns:
            The path of the folder.

        Raises:
            InputError: The folder is not empty, or cannot be written.
            JobNotCompletedError: The job is in progress, or has failed.
            ResourceNotFoundError: No job has this id, or an artifact does not exist.
            APIError: The service refused a request or could not be reached.

        Example:
            >>> client.executions.save(execution, "results/first")
        """
        from vlmrun._sync.resources._saving import save_job
        from vlmrun.types._saving import check_save_folder

        context = self._begin(options)
        check_bool("artifacts", artifacts)
        check_save_folder(folder)
        if isinstance(job, str):
            job = self._poll(check_id("job", job), None, context)
        return save_job(self._client_context, job, folder, artifacts, context)

    def _save_to(self, job: J, folder: Any, context: RequestContext) -> None:
        """Save a job that has just been completed, unless there is no folder to save it to."""
        if folder is None:
            return
        from vlmrun._sync.resources._saving import save_job

        try:
            save_job(self._client_context, job, folder, True, context)
        except BaseException as error:  # the job is paid for, and must not be lost
            kind = kind_of(type(job))
            add_note(error, f"The {kind.name} is completed: {kind.resource}.get({job.id!r})")
            raise

    def _save_batch(self, entries: builtins.list[SavedEntry], folder: Any, artifacts: bool) -> Path:
        from vlmrun._sync.resources._saving import save_batch

        context = self._begin(None)
        return save_batch(self._client_context, entries, folder, artifacts, context)

    def _artifact_contents(
        self, job: J, ids: builtins.list[str], largest: int, options: RequestOptions
    ) -> dict[str, bytes | VLMRunError]:
        from vlmrun._sync.resources._saving import artifact_contents

        context = self._begin(options)
        return artifact_contents(self._client_context, job, ids, largest, context)

    def wait_many(
        self,
        ids: Iterable[str],
        timeout: float | None = DEFAULT_WAIT,
        sleep: float | None = None,
        *,
        through_pause: bool = False,
        response_model: type[ParsedT] | Mapping[str, Any] | None = None,
        options: RequestOptions | None = None,
    ) -> list[BatchItem[ParsedT]]:
        """Wait until jobs have ended, and return an item for each, in the order of the ids.

        The recent jobs are listed, up to 1,000 at a time, where that takes fewer requests than
        asking for one after the other.

        Args:
            ids: The ids of the jobs.
            timeout: Seconds to wait at most for all of them (default 600); None for no limit, 0 to
                poll once.
            sleep: Seconds between two polls at most (default 12).
            through_pause: Keep waiting while a job is paused.
            response_model: The type of each `.result.parsed`; defaults to the one this client
                submitted the job with.
            options: Options of this call. If it has a `deadline`, whichever of `deadline` and
                `timeout` is earlier ends the wait.

        Returns:
            A `BatchItem` for each id. Its `error` is what `wait` would raise: that the job failed,
            does not exist, or has not ended in time. An id that is there twice is an error, too.

        Raises:
            InputError: `ids` is not an iterable, or another argument is invalid.
            AuthenticationError: The API key is wrong.

        Example:
            >>> for item in client.executions.wait_many([submitted.id]):
            ...     print(item.input, item.error or item.result.response)
        """
        items = self.as_completed(
            ids,
            timeout,
            sleep,
            through_pause=through_pause,
            response_model=response_model,
            options=options,
        )
        found = [item for item in items]
        return sorted(found, key=lambda item: item.index)

    def as_completed(
        self,
        ids: Iterable[str],
        timeout: float | None = DEFAULT_WAIT,
        sleep: float | None = None,
        *,
        through_pause: bool = False,
        response_model: type[ParsedT] | Mapping[str, Any] | None = None,
        options: RequestOptions | None = None,
    ) -> BatchItems[ParsedT]:
        """Wait for jobs, and yield an item for each as it ends.

        Closing the iterator stops the waiting, but not the jobs. While the caller works on an
        item, nothing is polled on behalf of this call.

        Args:
            ids: The ids of the jobs.
            timeout: Seconds to wait at most for all of them (default 600); None for no limit, 0 to
                poll once.
            sleep: Seconds between two polls at most (default 12).
            through_pause: Keep waiting while a job is paused.
            response_model: The type of each `.result.parsed`; defaults to the one this client
                submitted the job with.
            options: Options of this call. If it has a `deadline`, whichever of `deadline` and
                `timeout` is earlier ends the wait.

        Yields:
            A `BatchItem` for each id, with its `result` or its `error`, as in `wait_many`.

        Raises:
            InputError: `ids` is not an iterable, or another argument is invalid.
            AuthenticationError: The API key is wrong.

        Example:
            >>> for item in client.executions.as_completed([submitted.id]):
            ...     print(item.input, item.error or item.result.response)
        """
        from vlmrun._sync.waiting import WaitOptions
        from vlmrun._sync.waiting_many import ends_of, job_ids

        context = self._begin(options)
        checked = job_ids(ids)
        if response_model is not None:
            check_response_model(response_model)
        wait_options = WaitOptions.of_wait(timeout, sleep, None, through_pause)
        return ends_of(checked, self._source(response_model), wait_options, context)

    def handle(self, id: str) -> JobHandle:
        """Return a reference to a job, with which another process can continue. Nothing is sent.

        Args:
            id: The job's id.

        Raises:
            InputError: The id is empty or would change the URL.

        Example:
            >>> handle = client.executions.handle(execution.id)
            >>> Path("job.json").write_text(handle.to_json())
        """
        from vlmrun.types.handles import JobHandle

        kind = kind_of(self._job_class).name
        base_url = self._client_context.settings.base_url
        return JobHandle.model_validate(
            {"id": check_id("id", id), "kind": kind, "base_url": base_url}
        )

    def reconcile(
        self,
        error: APIError | JobError | str,
        *,
        since: datetime | None = None,
        settle: float | None = DEFAULT_SETTLE,
        options: RequestOptions | None = None,
    ) -> Reconciliation[J]:
        """Find out what became of a job whose submission had no usable response.

        The job is looked up by the id that was sent with the request. If there is none, the state
        is "unknown" for ten minutes after a timeout. It is "unknown", too, if it is not known
        whether the service keeps the ids of its clients, and there are other recent jobs.

        Args:
            error: The error of the call that submitted the job, or the job's id.
            since: When the job was submitted; an error knows it.
            settle: Seconds after the last attempt (default 5) during which a job that is not there
                is looked up again: the service may still be working on the request.
            options: Options of each request; a deadline is that of the whole call.

        Returns:
            `Reconciliation`, whose `state` is "submitted", "not_submitted" or "unknown".

        Raises:
            InputError: The error is not about a job, or `since` is not a time in the past.
            APIError: The service refused a request or could not be reached.

        Example:
            >>> found = client.executions.reconcile(submitted.id)
            >>> print(found.state)
            submitted
        """
        from vlmrun._sync.reconciling import Submission, reconcile

        submission = Submission.of(error, since)
        seconds = check_seconds("settle", settle)
        context = self._begin(options)

        def find(id: str) -> J:
            return self._poll(id, None, context)

        def list_page(skip: int, limit: int) -> Page[J]:
            return self._page({"skip": skip, "limit": limit}, context)

        shared = self._client_context.shared
        found: Reconciliation[J] = reconcile(
            submission,
            find,
            list_page,
            context,
            keeps_ids=shared.keeps_ids,
            settle=DEFAULT_SETTLE if seconds is None else seconds,
        )
        return found

    def _poll(self, id: str, response_model: Any, context: RequestContext) -> J:
        job = self._fetch(id, context)
        return self._client_context.submitted.apply(job, id, response_model)
