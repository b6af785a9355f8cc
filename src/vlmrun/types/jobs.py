"""Jobs: what executions, predictions, datasets and fine-tuning jobs have in common."""

from __future__ import annotations

import copy
import copyreg
import os
from collections.abc import Mapping
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Generic,
    Literal,
    NamedTuple,
    TypeAlias,
    cast,
)

from vlmrun._displayed import Displayed
from vlmrun.errors import JobNotCompletedError
from vlmrun.types._base import Hidden, Received
from vlmrun.types._dumping import to_plain
from vlmrun.types._exports import TableExports
from vlmrun.types._field_rules import Unreadable
from vlmrun.types._html_report import HtmlReport
from vlmrun.types._response_models import check_response_model, parse_response, portable_model

if TYPE_CHECKING:
    import os

    from typing_extensions import Self, TypeVar

    from vlmrun._cards import Card
    from vlmrun.types._rows import Entry
    from vlmrun.types._table_files import Table
    from vlmrun.types.evidence import EvidenceMap

    # The class of `parsed`; Any without a `response_model` (https://peps.python.org/pep-0696/).
    ParsedT = TypeVar("ParsedT", default=Any)
    # The same in calls whose `config` may have the `response_model`: a default that is a variable
    # itself lets the argument take precedence, without overloads. `config` must come first in the
    # signature, since a default may only name a variable before it.
    ResultT = TypeVar("ResultT", default=ParsedT)
else:
    from typing import TypeVar

    ParsedT, ResultT = TypeVar("ParsedT"), TypeVar("ResultT")

__all__ = ["CreditUsage", "ElementType", "JobStatus"]

NewT = TypeVar("NewT")
NewResponseModel: TypeAlias = type[NewT] | Mapping[str, Any]

JobStatus = Literal["pending", "enqueued", "running", "completed", "failed", "paused"]

# Whether a job of this status is over. `wait` ends there, and raises unless it is "completed".
IS_FINAL: dict[str, bool] = {
    "pending": False,
    "enqueued": False,
    "running": False,
    "completed": True,
    "failed": True,
    "paused": False,
}

# Unlike an `object()`, it is the same after a copy or a pickle.
MISSING = ...

ElementType = Literal["image", "page", "video", "audio"]


class CreditUsage(Received):
    """The cost of a job and how much it processed."""

    elements_processed: float | None = None
    element_type: ElementType | str | None = None
    credits_used: float | None = None
    steps: int | None = None
    message: str | None = None
    duration_seconds: float = 0


class Tracked(Received):
    """An object with an id and a status that `wait` can poll."""

    id: str
    status: JobStatus | str

    @classmethod
    def _from_wire(cls, raw: dict[str, Any], where: str) -> Self:
        """Read a job, without those of its fields that cannot be read.

        A job costs money, and its id, status and response are worth more than a date. Without a
        legible id and status it is of no use, and an error.
        """
        try:
            return super()._from_wire(raw, where)
        except Unreadable as error:
            if not (isinstance(raw.get("id"), str) and isinstance(raw.get("status"), str)):
                raise
            problem = str(error)
        legible = {name: value for name, value in raw.items() if cls._is_legible(name, value)}
        # Imported late, for those who only use the types. A log, because `-W error` would turn a
        # warning into an exception, and so lose the result.
        import logging

        logging.getLogger("vlmrun").warning(
            "%s. Such fields have their defaults; .raw has what was sent", problem
        )
        return super()._from_wire(legible, where)._set(_raw=raw)

    @classmethod
    def _is_legible(cls, name: str, value: Any) -> bool:
        """Return whether a field can be read by itself."""
        try:
            super()._from_wire({name: value}, cls.__name__)
        except Unreadable:
            return False
        return True

    @property
    def status_is_known(self) -> bool:
        """Whether this version knows the status; jobs of an unknown status are in progress."""
        return str(self.status) in IS_FINAL

    @property
    def is_finished(self) -> bool:
        """Whether the job is over: it has completed or failed."""
        return IS_FINAL.get(str(self.status), False)


class SentFile(NamedTuple):
    """A file that this client sent with a job: its name, and its path if it has one.

    Attributes:
        name: The name.
        path: The path, if it is on a disk.
        version: What changes with its content, if that was known when it was sent.
        pages: The pages of it that were sent, from 0; None for all.
    """

    name: str
    path: str | None = None
    version: tuple[int, ...] | None = None
    pages: tuple[int, ...] | None = None


class Job(Tracked, TableExports, Displayed, HtmlReport, Generic[ParsedT]):
    """An execution or a prediction, which has a response.

    Type checkers derive the class of `.parsed` from the `response_model` of the call.
    """

    response: Any

    _response_model: ClassVar[Any] = Hidden(None)
    _parsed: ClassVar[Any] = Hidden(MISSING)
    _evidence: ClassVar[Any] = Hidden(None)
    _sent: ClassVar[Any] = Hidden(())
    # A weak reference to the client that it is from, and the resource whose `save` it uses.
    _origin: ClassVar[Any] = Hidden(None)

    @property
    def _page_numbers(self) -> tuple[int, ...] | None:
        """For each page that was sent, its number in the document that it was taken from."""
        # Of several files, nothing says which one a page number is about.
        return self._sent[0].pages if len(self._sent) == 1 else None

    @property
    def parsed(self) -> ParsedT:
        """The response as an instance of the `response_model`; None without a `response_model`.

        It is parsed when it is first read, so that a response that does not fit is still available
        as `.response`.

        Raises:
            JobNotCompletedError: The job is in progress, or has failed.
            ResponseDecodeError: The response does not fit; the error has it as `raw`.
        """
        if self._response_model is None:
            return cast("ParsedT", None)
        if self.status != "completed":
            raise not_completed(self)
        if self._parsed is MISSING:
            response = self.response
            data = response.to_dict() if isinstance(response, Received) else response
            self._set(_parsed=parse_response(self._response_model, data))
        return cast("ParsedT", self._parsed)

    @property
    def evidence(self) -> EvidenceMap:
        """The location and the confidence of each field of the response.

        A mapping from paths such as "items[0].total" to `Evidence`. Boxes and confidences are sent
        if `GenerationConfig(grounding=True, confidence=True)` asks for them; without them, the
        evidence of a field is its value only.

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
                pages=self._page_numbers,
            )
            self._set(_evidence=found)
        return cast("EvidenceMap", self._evidence)

    def with_response_model(self, response_model: Any) -> Self:
        """Return the same job with `parsed` as an instance of `response_model`.

        Args:
            response_model: A pydantic class, a JSON schema, or (extra `structured`) a
                dataclass, TypedDict or attrs class.
        """
        check_response_model(response_model)
        return self._replaced(_response_model=response_model)

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

        return job_card(self, failure_reason(self) if self.status == "failed" else None)

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
            "error": failure_reason(self) if is_failed else None,
            "credits": getattr(usage, "credits_used", None),
        }
        return Entry(head, None if is_failed else self._sent_response())

    def _failure(self) -> str | None:
        return failure_reason(self) if self.status == "failed" else None

    def _sent_response(self) -> Any:
        """Return the response as JSON data, as it was sent: a class may lack some of it."""
        sent = (self.raw or {}).get("response")
        return to_plain(self.response) if sent is None else sent

    def _with_response(self, response: Any) -> Self:
        """Return the same job with another response; `raw` stays as it is."""
        return self._replaced(response=response)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy.

        Args:
            update: Fields to replace, in `raw` too. They are validated.
            deep: Copy nested values too.
        """
        return super().model_copy(update=update, deep=deep)._replaced()

    # Copies have everything. Pickles lack what was parsed, which is parsed again when it is needed,
    # and a response model that no other process can import.

    def __copy__(self) -> Self:
        return type(self).__new__(type(self))._set(**self.__getstate__())

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        state = copy.deepcopy(self.__getstate__(), memo)
        return type(self).__new__(type(self))._set(**state)

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        state = {**self.__getstate__(), "_parsed": MISSING, "_evidence": None, "_origin": None}
        state["_response_model"] = portable_model(self._response_model)
        return copyreg.__newobj__, (type(self),), state  # type: ignore[attr-defined]

    def _replaced(self, /, **state: Any) -> Self:
        # What was parsed may depend on what is replaced.
        return super()._replaced(**state, _parsed=MISSING, _evidence=None)


def resource_of(job: Job[Any]) -> Any:
    """Return the resource of the client that a job is from; None if that is gone."""
    if job._origin is None:
        return None
    reference, resource = job._origin
    context = reference()
    return None if context is None else resource(context)


def not_completed(job: Job[Any]) -> JobNotCompletedError:
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


def failure_reason(job: Tracked) -> str | None:
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
