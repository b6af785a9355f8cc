# Derived from _async/resources/_prediction_batches.py by `make generate`. Do not edit.
"""`generate_many` of `client.document`, `audio` and `video`, and what that of images shares."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from vlmrun._core.polling import DEFAULT_WAIT
from vlmrun._core.request_context import RequestContext
from vlmrun._core.request_options import RequestOptions
from vlmrun._requests.agent import resolve_config
from vlmrun._requests.prediction import prediction_body
from vlmrun._sync.resources._batches import Batches
from vlmrun._sync.resources._media_predictions import MediaPredictions
from vlmrun._sync.waiting import WaitOptions
from vlmrun.types.agent import GenerationConfig, PredictionModel
from vlmrun.types.files import FileResponse
from vlmrun.types.jobs import ParsedT, ResultT
from vlmrun.types.metadata import RequestMetadata
from vlmrun.types.predictions import PredictionResponse
from vlmrun.types.skills import AgentSkill

if TYPE_CHECKING:
    from vlmrun._runtime.sync_batching import BatchInputs, BatchItems
    from vlmrun._sync.many.operation import BatchOperation, PreparedItem
    from vlmrun.types.batches import BatchProgress


class PredictionBatches(MediaPredictions, Batches):
    """Predictions from many inputs; a subclass names the generated module of the operation."""

    _generate: ClassVar[Any]
    # Whether each page or image has a price, as those of documents have.
    _has_page_prices: ClassVar[bool] = True

    def generate_many(
        self,
        inputs: BatchInputs,
        domain: str | None = None,
        *,
        config: GenerationConfig[ParsedT] | Mapping[str, Any] | None = None,
        prompt: str | None = None,
        response_model: type[ResultT] | Mapping[str, Any] | None = None,
        skills: AgentSkill | Sequence[AgentSkill | Mapping[str, Any]] | None = None,
        model: PredictionModel | str | None = None,
        metadata: RequestMetadata | Mapping[str, Any] | None = None,
        callback_url: str | None = None,
        max_concurrent: int = 8,
        in_order: bool = True,
        journal: str | os.PathLike[str] | None = None,
        on_progress: Callable[[BatchProgress], Any] | None = None,
        budget: float | None = None,
        dry_run: bool = False,
        retry_failed: bool = False,
        resubmit_unknown: bool = False,
        save_to: str | os.PathLike[str] | None = None,
        wait_timeout: float | None = DEFAULT_WAIT,
        through_pause: bool = False,
        options: RequestOptions | None = None,
    ) -> BatchItems[ResultT]:
        """Extract structured data from each of many files, and yield the results.

        Args:
            inputs: An iterable of items, which may be endless; a directory (its files, without
                hidden ones); or a glob. An item is one file, in the forms of `generate`'s `file`,
                or a tuple of a file name and bytes. Images may also be PIL images, and a list of
                them is one prediction.
            domain: For example "document.invoice"; required unless there are skills.
            prompt: Shortcut for `config.prompt`.
            response_model: The type of each `.result.parsed`.
            skills: Shortcut for `config.skills`; may be a single one.
            config: Prompt, schema of the response and more; may be a dict of its fields.
            model: The service's default, and the only one, is "vlm-1".
            metadata: Tags; may be a dict.
            callback_url: The URL that the service posts each completed prediction to.
            max_concurrent: The number of items to work on at a time (default 8).
            in_order: False yields items as they finish.
            journal: The path of a SQLite file that makes the batch durable: run again after a
                crash, the same call submits only what was never submitted, and yields all results.
                Items with equal parameters and contents of files share one prediction.
            on_progress: Called with a `BatchProgress` before each item is yielded.
            budget: Credits after which nothing more is submitted.
            dry_run: Send nothing: each item has a `.plan` with files, bytes, pages and, by the
                public price list, credits.
            retry_failed: Submit an item again if its job failed in an earlier run with this
                journal. By default, its error is yielded again.
            resubmit_unknown: Submit an item again if an earlier request for it has an unknown
                outcome. The prediction may then be made and billed twice. By default, its error is
                an `OutcomeUnknownError`.
            save_to: A folder, in which each result is saved as soon as its job has completed, in a
                folder of its own (`.saved_to`): completely, or not at all. Its name has the name of
                the input and the id of the job. With a journal, a later run saves only what is
                missing. If a result cannot be saved, the error is a `ResultNotSavedError`; if
                nothing can be written any more, it also ends the batch.
            wait_timeout: Seconds to wait for each job (default 600); None for no limit.
            through_pause: Keep waiting while a prediction is paused.
            options: Options for each item; `deadline` covers its upload, submission, waiting and
                saving.

        Yields:
            A `BatchItem` for each input: exactly one of its `.result` and `.error` is set.

        Raises:
            InputError: An argument is invalid (a `ValueError`); nothing was sent.
            JournalError: The journal cannot be used.
            AuthenticationError: The API key is wrong.
            BudgetExceededError: The budget is used up.
            FileWriteError: The folder `save_to` cannot be written.

        Example:
            >>> items = client.document.generate_many("*.pdf", "document.invoice")
            >>> for item in items:
            ...     print(item.input, item.error or item.result.response)
        """
        from vlmrun._sync.many.options import BatchOptions

        config = resolve_config(GenerationConfig, config, prompt, skills, response_model)
        self._check_domain(domain, config)
        body = prediction_body(
            batch=True,
            config=config,
            metadata=metadata,
            callback_url=callback_url,
            model=model,
            domain=domain,
        )
        batch = BatchOptions(
            max_concurrent=max_concurrent,
            in_order=in_order,
            journal=journal,
            on_progress=on_progress,
            budget=budget,
            dry_run=dry_run,
            retry_failed=retry_failed,
            resubmit_unknown=resubmit_unknown,
            save_to=save_to,
            wait_options=WaitOptions.of_submit(wait_timeout, None, through_pause),
            options=options,
        )
        return self._start_batch(self._batch_operation(body, config), inputs, batch)

    def _check_domain(self, domain: str | None, config: GenerationConfig | None) -> None:
        """Raise `InputError` if the service would need a domain that is missing."""

    def _prepare_item(self, item: Any) -> PreparedItem:
        from vlmrun._requests.batch_inputs import prediction_file
        from vlmrun._requests.sent_files import sent_media
        from vlmrun._sync.many.operation import PreparedItem

        media = prediction_file(item)
        if media.source is None:
            return PreparedItem(dict(media.reference), others=sent_media(media))
        fields: dict[str, Any] = {}
        return PreparedItem(fields, [fields], [media.source])

    def _complete_fields(self, fields: dict[str, Any], context: RequestContext) -> dict[str, Any]:
        """Return the fields of an item, after the requests that they take beside uploads."""
        return fields

    def _batch_operation(
        self, body: dict[str, Any], config: GenerationConfig | None
    ) -> BatchOperation[PredictionResponse]:
        from vlmrun._core.prices import price_of_pages
        from vlmrun._sync.many.operation import BatchOperation
        from vlmrun._sync.resources._saving import save_job

        def submit(body: dict[str, Any], context: RequestContext) -> PredictionResponse:
            return self._submit(PredictionResponse, self._generate._get_kwargs, body, context)

        def price(pages: int) -> float | None:
            if not self._has_page_prices:
                return None
            return price_of_pages(pages, body.get("domain"), body.get("model"), config)

        return BatchOperation(
            name=self._generate.__name__.rpartition(".")[2],
            context=self._client_context,
            body=body,
            response_model=config and config.response_model,
            prepare=self._prepare_item,
            part_of=_part_of,
            submit=submit,
            bound=self._bound,
            save=save_job,
            source=self._source(),
            complete=self._complete_fields,
            price=price,
            page_indices=None if config is None else config.page_indices,
        )


def _part_of(file: FileResponse) -> dict[str, Any]:
    return {"file_id": str(file.id)}
