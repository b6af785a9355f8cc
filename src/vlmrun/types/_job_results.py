"""The results of executions and predictions: evidence, tables, reports, and saved files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from vlmrun._displayed import Displayed
from vlmrun.errors import JobNotCompletedError
from vlmrun.types._base import Hidden
from vlmrun.types._dumping import to_plain
from vlmrun.types._exports import TableExports
from vlmrun.types._html_report import HtmlReport
from vlmrun.types._origin import resource_of

if TYPE_CHECKING:
    import os

    from vlmrun._cards import Card
    from vlmrun.types._rows import Entry
    from vlmrun.types._table_files import Table
    from vlmrun.types.evidence import EvidenceMap
    from vlmrun.types.refs import ArtifactRef


class JobResults(TableExports, Displayed, HtmlReport):
    """Mixin of jobs that have a response."""

    __slots__ = ()

    if TYPE_CHECKING:
        id: str
        status: str
        response: Any

        @property
        def raw(self) -> dict[str, Any] | None: ...

        def _set(self, /, **state: Any) -> Any: ...

    _evidence: ClassVar[Any] = Hidden(None)
    _sent: ClassVar[Any] = Hidden(())
    # A weak reference to the client that it is from, and the resource whose `save` it uses.
    _origin: ClassVar[Any] = Hidden(None)

    @property
    def _page_numbers(self) -> tuple[int, ...] | None:
        """For each page that was read, its number in the document that it was taken from."""
        return self._sent[0].pages_read if len(self._sent) == 1 else None

    @property
    def evidence(self) -> EvidenceMap:
        """The location and the confidence of each field of the response.

        A mapping from paths such as "items[0].total" to `Evidence`. Boxes and confidences are sent
        if `GenerationConfig(grounding=True, confidence=True)` asks for them; without them, the
        evidence of a field is its value only.

        Pages are those of the files that were passed, also if only some of them were sent. If
        several files were sent, a box whose file the response does not name has no page, and its
        `files` has all of them. With `page_indices`, the service's page numbers may count the
        pages of the file or those that were chosen; where they could be either, there is no page.
        The service does not return which pages were sent: a job that another client gets by its id
        has the numbers as they were sent, but its pickles and those of journals do not.

        Raises:
            JobNotCompletedError: The job is in progress, or has failed.

        Example:
            >>> for field, evidence in prediction.evidence.below(confidence="hi").items():
            ...     print(field, evidence.value, evidence.page, evidence.boxes)
        """
        if self.status == "failed" or (self.response is None and self.status != "completed"):
            raise not_completed(self)
        if self._evidence is None:
            from vlmrun.types._evidence_reader import read_evidence
            from vlmrun.types.markdown import MarkdownDocument

            found = read_evidence(
                self._sent_response(),
                is_document=isinstance(self.response, MarkdownDocument),
                sent=self._sent,
            )
            self._set(_evidence=found)
        return cast("EvidenceMap", self._evidence)

    def save(
        self, folder: str | os.PathLike[str], *, artifacts: bool = True, client: Any = None
    ) -> Any:
        """Save the result to a folder: completely, or not at all.

        The folder gets the answer (`answer.json`, or `answer.md` if it is text), `parsed.json`,
        `evidence.json`, a Markdown document with its figures, the artifacts, and `manifest.json`
        with the digests of all files.

        Artifacts are downloaded by the client that the job is from. A job of an `AsyncVLMRun`
        returns a coroutine: `await job.save(...)`.

        Args:
            folder: The folder. It must not exist yet, or be empty.
            artifacts: Download the artifacts of an execution, and those that the response refers
                to.
            client: A client, for a job from a pickle or from another process.

        Returns:
            The path of the folder.

        Raises:
            InputError: The folder is not empty, or cannot be written, or there are artifacts and
                no client.
            JobNotCompletedError: The job is in progress, or has failed.
            APIError: An artifact cannot be downloaded.

        Example:
            >>> execution.save("results/first")
        """
        resource = resource_of(self) if client is None else client.predictions
        if resource is not None:
            return resource.save(self, folder, artifacts=artifacts)
        if self.status != "completed":
            raise not_completed(self)
        from vlmrun.types._saving import save_without_client

        return save_without_client(self, folder, artifacts)

    def _card(self) -> Card:
        from vlmrun.types._job_cards import job_card

        return job_card(self, self._failure())

    def _table(self, records: str | None) -> Table:
        from vlmrun.types._rows import table_of

        return table_of([self], records)

    def _table_entry(self) -> Entry:
        from vlmrun.types._rows import Entry

        usage = getattr(self, "usage", None)
        is_failed = self.status == "failed"
        head = {
            "file": ", ".join(file.name for file in self._sent) or None,
            "id": self.id,
            "status": self.status,
            "error": self._failure(),
            "credits": getattr(usage, "credits_used", None),
        }
        return Entry(head, None if is_failed else self._sent_response())

    def _sent_response(self) -> Any:
        """Return the response as JSON data, as it was sent: a class may lack some of it."""
        sent = (self.raw or {}).get("response")
        return to_plain(self.response) if sent is None else sent

    def _artifact_refs(self) -> list[tuple[ArtifactRef, str]]:
        """Return the artifacts that the response refers to, each with the id of its job."""
        from vlmrun.types.refs import refs_in

        # The job that a document is joined from has an id that the service does not know.
        parts = [part.prediction for part in getattr(self, "parts", ()) if part.prediction]
        found = {
            ref.id: (ref, job.id)
            for job in parts or [self]
            for ref in refs_in(job._sent_response())
        }
        return list(found.values())

    def _failure(self) -> str | None:
        return failure_reason(self) if self.status == "failed" else None


def not_completed(job: Any) -> JobNotCompletedError:
    """Return the error for the response of a job that has none."""
    if job.is_finished:
        reason = failure_reason(job)
        return JobNotCompletedError(
            f"{job.id} has failed, so it has no response" + (f": {reason}" if reason else ""), job
        )
    return JobNotCompletedError(
        f"{job.id} has not completed, so it has no response yet (status {job.status}). "
        "Wait for it with client.executions.wait(id) or client.predictions.wait(id)",
        job,
    )


def failure_reason(job: Any) -> str | None:
    """Return what the service says of a job that has failed; None if it says nothing."""
    # Each kind of job reports its failure in another field.
    response = getattr(job, "response", None)
    candidates = [getattr(job, "message", None), (job.raw or {}).get("message")]
    if isinstance(response, dict):
        candidates += [response.get("error"), response.get("message"), response.get("detail")]
    else:
        candidates.append(response)
    candidates.append(getattr(getattr(job, "usage", None), "message", None))
    return next((text for text in candidates if isinstance(text, str) and text), None)
