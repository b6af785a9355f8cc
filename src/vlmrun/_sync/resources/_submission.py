# Derived from _async/resources/_submission.py by `make generate`. Do not edit.
"""Base class of the resources that submit jobs: submit, remember, and wait."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from vlmrun._core.outcomes import suggest
from vlmrun._core.request_context import RequestContext
from vlmrun._sync.job_limit import job_slot
from vlmrun._sync.job_polling import JobSource
from vlmrun._sync.resources._base import Resource
from vlmrun._sync.waiting import WaitOptions, finish
from vlmrun.errors import APIError
from vlmrun.types._sent_file import SentFile
from vlmrun.types.jobs import Job

J = TypeVar("J", bound=Job)


class JobSubmission(Resource):
    """A resource with methods that submit jobs."""

    def _run_job(
        self,
        source: JobSource[J],
        get_kwargs: Callable[..., dict[str, Any]],
        body: Mapping[str, Any],
        context: RequestContext,
        wait_options: WaitOptions | None,
        *,
        sent: tuple[SentFile, ...] = (),
        advice: Mapping[type[APIError], str] | None = None,
    ) -> J:
        """Submit a job, remember what the service does not return, and wait until it is completed.

        Args:
            source: How to get the job.
            get_kwargs: As for `_submit`; so are the next two.
            body: The fields of the body.
            context: The settings, and the deadline of the call.
            wait_options: How to wait; None to return at once.
            sent: The files that the body refers to.
            advice: What to do after an error of the submission.
        """
        limits = self._client_context.shared.limits
        with job_slot(None if wait_options is None else limits.jobs, context):
            try:
                job = self._submit(source.job_class, get_kwargs, body, context)
            except APIError as error:
                for cls, suggestion in (advice or {}).items():
                    if isinstance(error, cls):
                        suggest(error, suggestion)
                raise
            job = self._client_context.submitted.remember(job, source.response_model, sent)
            if wait_options is None:
                return job
            return finish(job, source, wait_options, context)
