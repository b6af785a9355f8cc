# Derived from _async/resources/document.py by `make generate`. Do not edit.
"""`client.document`: structured data from documents."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast, overload
from uuid import UUID

from vlmrun_api.api.document import (
    execute_document_agent,
    generate_document_prediction,
    generate_document_schema,
)

from vlmrun._core.polling import DEFAULT_WAIT
from vlmrun._core.request_options import RequestOptions
from vlmrun._requests.agent import resolve_config
from vlmrun._requests.document_parts import (
    check_combination,
    chosen_pages,
    joined,
    named,
    plan_of_document,
    split_document,
)
from vlmrun._runtime.sync_runtime import in_thread
from vlmrun._sync.resources._document_parts import parts_of, plans_of
from vlmrun._sync.resources._file_predictions import FileInput, FilePredictions
from vlmrun._validation import check_bool, check_exactly_one
from vlmrun.types.agent import GenerationConfig, PredictionModel
from vlmrun.types.batches import DocumentPlan
from vlmrun.types.jobs import ParsedT, ResultT
from vlmrun.types.metadata import RequestMetadata
from vlmrun.types.predictions import PredictionResponse
from vlmrun.types.skills import AgentSkill


class DocumentPredictions(FilePredictions):
    """Structured data from documents; list, get and wait are those of `predictions`."""

    _attribute = "document"
    _operations: ClassVar = {
        "generate_document_prediction": "generate",
        "execute_document_agent": "execute",
        "generate_document_schema": "schema",
    }
    _generate: ClassVar = generate_document_prediction
    _execute: ClassVar = execute_document_agent
    _schema: ClassVar = generate_document_schema

    if TYPE_CHECKING:

        @overload
        def generate(
            self,
            file: FileInput | None = None,
            url: str | None = None,
            model: PredictionModel | str | None = None,
            domain: str | None = None,
            batch: bool = False,
            config: GenerationConfig[ParsedT] | Mapping[str, Any] | None = None,
            metadata: RequestMetadata | Mapping[str, Any] | None = None,
            callback_url: str | None = None,
            autocast: bool = False,
            *,
            pages: str | None = None,
            split: int | None = None,
            journal: str | os.PathLike[str] | None = None,
            dry_run: Literal[False] = False,
            file_id: str | UUID | None = None,
            filename: str | None = None,
            prompt: str | None = None,
            skills: AgentSkill | Sequence[AgentSkill | Mapping[str, Any]] | None = None,
            response_model: type[ResultT] | Mapping[str, Any] | None = None,
            id: str | None = None,
            created_at: datetime | str | None = None,
            wait_timeout: float | None = DEFAULT_WAIT,
            on_update: Callable[[PredictionResponse], Any] | None = None,
            through_pause: bool = False,
            save_to: str | os.PathLike[str] | None = None,
            options: RequestOptions | None = None,
        ) -> PredictionResponse[ResultT]: ...

        @overload
        def generate(
            self, *arguments: Any, dry_run: Literal[True], **others: Any
        ) -> DocumentPlan: ...

    # mypy would have the second overload repeat all arguments, like the first.
    def generate(  # type: ignore[misc]
        self,
        file: FileInput | None = None,
        url: str | None = None,
        model: PredictionModel | str | None = None,
        domain: str | None = None,
        batch: bool = False,
        config: GenerationConfig[ParsedT] | Mapping[str, Any] | None = None,
        metadata: RequestMetadata | Mapping[str, Any] | None = None,
        callback_url: str | None = None,
        autocast: bool = False,
        *,
        pages: str | None = None,
        split: int | None = None,
        journal: str | os.PathLike[str] | None = None,
        dry_run: bool = False,
        file_id: str | UUID | None = None,
        filename: str | None = None,
        prompt: str | None = None,
        skills: AgentSkill | Sequence[AgentSkill | Mapping[str, Any]] | None = None,
        response_model: type[ResultT] | Mapping[str, Any] | None = None,
        id: str | None = None,
        created_at: datetime | str | None = None,
        wait_timeout: float | None = DEFAULT_WAIT,
        on_update: Callable[[PredictionResponse], Any] | None = None,
        through_pause: bool = False,
        save_to: str | os.PathLike[str] | None = None,
        options: RequestOptions | None = None,
    ) -> PredictionResponse[ResultT] | DocumentPlan:
        """Extract structured data from a document. Pass one of `file`, `url` and `file_id`.

        Args:
            file: A local file, which is uploaded first unless the service has the same content: a
                `Path`, a str with a suffix, bytes, or a file open in binary mode. A str without a
                suffix is the id of an uploaded file, and one that starts like a URL is a URL.
            url: The URL that the service fetches the file from.
            model: The service's default, and the only one, is "vlm-1".
            domain: For example "document.invoice"; the service needs it unless there are skills.
            batch: False (default) returns the completed prediction, and waits if the service only
                queues it. True returns at once, with an id to poll. It is sent in either case.
            config: Prompt, schema of the response and more; may be a dict of its fields.
            metadata: Tags; may be a dict.
            callback_url: The URL that the service posts the completed prediction to.
            autocast: Make `.response` of a completed prediction an instance of the class of
                `config`'s schema, or else of the domain's. If that is not possible (pydantic is not
                installed, or the response does not match), it stays a dict, and a warning is
                logged.
            pages: Send only these pages of a local PDF: a str such as "1-3,7", which counts from 1
                as viewers do. `.evidence` has the pages of the original, from 0. For indices from
                0, pass `PdfPages.of_indices(path, [0, 6])` as `file`.
            split: Send a local PDF in parts of at most so many pages, eight at a time, and join
                their responses: Markdown and lists in order; of other values, the first that is not
                empty. `.parts` has the prediction of each part.
            journal: With `split`, the path of a SQLite file that makes the call durable, as that of
                `generate_many` does: the same call again, after a crash or with parts that failed,
                submits only the parts without a prediction.
            dry_run: Send nothing, and return a `DocumentPlan`: the number of files, bytes, pages
                and, by the public price list, credits.
            file_id: The id of an uploaded file.
            filename: The name for the upload; defaults to the file's own, and for bytes to one with
                the suffix of their media type.
            prompt: Shortcut for `config.prompt`.
            skills: Shortcut for `config.skills`; may be a single one.
            response_model: Shortcut for `config.response_model`: the type of `.parsed`.
            id: Your own id for the job; by default a new UUID, created before the first attempt.
            created_at: The time of the request; by default the service uses its own clock.
            wait_timeout: With `batch=False`, seconds to wait once it is queued (default 600); None
                for no limit.
            on_update: With `batch=False`, called with the prediction after each poll.
            through_pause: With `batch=False`, keep waiting while the prediction is paused.
            save_to: With `batch=False`, a folder to save the completed prediction in.
            options: Options of this call. `deadline` covers upload, submission and waiting.

        Returns:
            The prediction: completed, or just accepted (`batch=True`). With `config.grounding` or
            `config.confidence`, a field `x` of its `.response` has an `x_metadata` next to it.

        Raises:
            InputError: An argument is invalid, or the document lacks a page (a `ValueError`);
                nothing was sent.
            MissingFileError: A path does not exist; nothing was sent.
            ResourceNotFoundError: The domain, a skill or the uploaded file does not exist.
            OutcomeUnknownError: The request was sent, but there was no response. It was not sent
                again; `client.predictions.reconcile(error)` tells what became of it.
            PredictionFailedError: With `batch=False`: it failed; `prediction` has it.
            WaitTimeoutError: With `batch=False`: it is still running; the message has its id.
            DocumentPartsError: With `split`: parts have failed; the message has their pages, and
                `prediction` the others.
            JournalError: The journal cannot be used.

        Example:
            >>> prediction = client.document.generate(
            ...     file=Path("invoice.pdf"), domain="document.invoice", pages="1"
            ... )
            >>> print(prediction.response["invoice_id"])
        """
        common: dict[str, Any] = {
            "domain": domain,
            "config": resolve_config(GenerationConfig, config, prompt, skills, response_model),
            "model": model,
            "metadata": metadata,
            "callback_url": callback_url,
            "wait_timeout": wait_timeout,
            "through_pause": through_pause,
            "options": options,
        }
        of_one_request: dict[str, Any] = {
            "batch": batch,
            "id": id,
            "created_at": created_at,
            "on_update": on_update,
            "save_to": save_to,
            "url": url,
            "file_id": file_id,
        }
        check_combination(split, pages, journal, common["config"], of_one_request)
        check_bool("dry_run", dry_run)
        file = chosen_pages(file, filename, pages)
        if split is None and not dry_run:
            return super().generate(
                file=file, filename=filename, autocast=autocast, **common, **of_one_request
            )
        check_exactly_one(file=file, url=url or None, file_id=file_id)
        file = named(file, filename)
        if dry_run:
            return self._plan(file or url or file_id, split, journal, common)
        assert split is not None  # otherwise, one request was sent above
        prediction = self._predict_parts(file, split, journal, autocast, common)
        return cast("PredictionResponse[ResultT]", prediction)

    def _plan(
        self, item: Any, split: int | None, journal: Any, common: dict[str, Any]
    ) -> DocumentPlan:
        """Return what would be sent."""
        parts = [item] if split is None else in_thread(split_document, item, split)
        items = self.generate_many(parts, journal=journal, dry_run=True, **common)
        return plan_of_document(plans_of(items), parts)

    def _predict_parts(
        self, file: Any, size: int, journal: Any, autocast: bool, common: dict[str, Any]
    ) -> PredictionResponse:
        """Send a document in parts, and join their predictions."""
        config, options = common["config"], common["options"]
        if autocast:
            self._prepare_cast(config)
        parts = in_thread(split_document, file, size)
        items = self.generate_many(
            parts, journal=journal, retry_failed=journal is not None, **common
        )
        prediction = joined(parts_of(items, parts))
        if autocast:
            return self._cast(prediction, common["domain"], config, self._begin(options))
        return prediction
