"""Batches: the items that `execute_many` and `generate_many` yield, and their progress."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic

import attrs

from vlmrun._displayed import Displayed
from vlmrun._messages import short_repr
from vlmrun.types._exports import TableExports
from vlmrun.types.jobs import ParsedT

if TYPE_CHECKING:
    from pathlib import Path

    from vlmrun._cards import Card
    from vlmrun.types._rows import Entry
    from vlmrun.types._table_files import Table
    from vlmrun.types.executions import AgentExecutionResponse
    from vlmrun.types.predictions import PredictionResponse

__all__ = ["BatchItem", "BatchPlan", "BatchProgress", "DocumentPlan"]


@attrs.frozen
class DocumentPlan:
    """The plan of a document: what `generate` would send, as `dry_run=True` reports it.

    Attributes:
        files: The number of files to upload, one for each part with `split`; 0 for a URL and for a
            file that is uploaded already.
        bytes: The size of all of them.
        pages: The number of pages of the document, or of those that were chosen; None if that
            cannot be found out: a URL, or pypdfium2 (extra `pdf`) is not installed.
        credits: The cost by the public price list; None where that has no price. What is done
            costs nothing.
        is_done: With `split` and a journal, whether that has the results of all parts; else None.
        done_pages: With `split` and a journal, the pages of the parts whose results it has, such as
            "1-20,41-60"; "" for none.

    Example:
        >>> client.document.generate(
        ...     "examples/inputs/referral.pdf", domain="document.invoice", dry_run=True
        ... ).pages
        2
    """

    files: int
    bytes: int
    pages: int | None = None
    credits: float | None = None
    is_done: bool | None = None
    done_pages: str | None = None


@attrs.frozen
class BatchPlan:
    """The plan of an item of a batch: what would be sent, as `dry_run=True` reports it.

    Attributes:
        files: The number of local files.
        bytes: The size of all of them.
        pages: The number of pages of the PDFs and images among them. None if that cannot be found
            out: another kind of file, a URL, or pypdfium2 (extra `pdf`) is not installed.
        credits: The cost by the public price list; None where that has no price, as for agents.
        is_done: Whether the journal has the result, so that the item would cost nothing; None
            without a journal.
    """

    files: int
    bytes: int
    pages: int | None = None
    credits: float | None = None
    is_done: bool | None = None


@attrs.frozen(eq=False)
class BatchItem(TableExports, Displayed, Generic[ParsedT]):
    """An item of a batch with its result or its error: exactly one of them is set.

    With `dry_run=True`, it is exactly one of `plan` and `error`.

    Attributes:
        index: The number of the item among the inputs, from 0.
        input: The item, as it was passed.
        id: The id of its job, or of its request if that has an unknown outcome; None if nothing
            was submitted.
        result: The completed execution or prediction.
        error: Why there is no result: the item could not be sent, the job has failed or has not
            ended in time, its response does not fit the `response_model` (then a
            `ResponseDecodeError` with the response as `raw`), or it could not be saved (then a
            `ResultNotSavedError` with the completed job as `job`).
        plan: What would be sent.
        from_journal: Whether the job was over before this run began.
        saved_to: With `save_to`, the folder with the result.
    """

    index: int
    input: Any = attrs.field(repr=short_repr)
    id: str | None = None
    result: AgentExecutionResponse[ParsedT] | PredictionResponse[ParsedT] | None = None
    error: Exception | None = None
    plan: BatchPlan | None = None
    from_journal: bool = False
    saved_to: Path | None = None

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            # Of Python's own protocols, and of those that display objects.
            if name[0] == "_":
                raise AttributeError(name)
            raise AttributeError(
                f"BatchItem has no attribute {name!r}. Unless `error` is set, `result` is the job: "
                f"item.result.{name}"
            )

    def _card(self) -> Card:
        from vlmrun._cards import Card

        facts = [
            ("file", file_name_of(self.input)),
            ("id", self.id),
            ("error", None if self.error is None else f"{type(self.error).__name__}: {self.error}"),
            ("saved to", None if self.saved_to is None else str(self.saved_to)),
            (
                "plan",
                None if self.plan is None else f"{self.plan.files} files, {self.plan.bytes} bytes",
            ),
        ]
        title = f"Item {self.index} of a batch"
        if self.result is None:
            return Card(title, facts)
        card = self.result._card()
        return card._replace(title=title, facts=[*facts[:2], *card.facts, facts[3]])

    def _table(self, records: str | None) -> Table:
        from vlmrun.types._rows import table_of

        return table_of([self], records)

    def _table_entry(self) -> Entry:
        """Return the row of the result, or what is known without one."""
        from vlmrun.types._rows import Entry

        job = self.result or getattr(self.error, "job", None)
        answer = None
        head: dict[str, Any] = dict.fromkeys(("file", "id", "status", "error", "credits"))
        if job is not None:
            head, answer = job._table_entry()
        head["file"], head["id"] = file_name_of(self.input), self.id
        if self.error is not None:
            head["error"] = f"{type(self.error).__name__}: {self.error}"
        if self.plan is not None:
            head |= attrs.asdict(self.plan)
        return Entry(head, answer)


def file_name_of(item: Any) -> str | None:
    """Return the name of the file that an item of a batch stands for, as far as it has one."""
    # Imported late: who only imports the types does not need it.
    from pathlib import PurePath

    from vlmrun.types.pdf_pages import PdfPages

    if isinstance(item, (str, os.PathLike)):
        text = str(os.fspath(item))
        path = text.partition("?")[0] if "://" in text else text
        return PurePath(path).name or text
    if isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], str):
        return item[0]
    if isinstance(item, PdfPages):
        return file_name_of(item.file)
    if isinstance(item, Mapping):  # where a str may be anything
        item = [each for each in item.values() if not isinstance(each, (str, list, Mapping))]
    if isinstance(item, list):
        return ", ".join(filter(None, map(file_name_of, item))) or None
    name = getattr(item, "filename", None) or getattr(item, "name", None)
    return PurePath(name).name if isinstance(name, str) and name else None


@attrs.frozen
class BatchProgress:
    """The progress of a batch; `on_progress` is called with it before each item is yielded.

    Attributes:
        started: The number of inputs that were taken so far.
        finished: The number of items that have a result or an error.
        failed: The number of those with an error.
        from_journal: The number of those that were over before this run.
        credits: The credits that the jobs of this run have used, as far as they are known.
    """

    started: int
    finished: int
    failed: int
    from_journal: int
    credits: float
