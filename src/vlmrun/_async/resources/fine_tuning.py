"""`client.fine_tuning`: training models on one's own examples, and predicting with them."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NoReturn

from vlmrun_api.api.fine_tuning import (
    create_fine_tuning_job,
    generate_fine_tuned_prediction,
    get_fine_tuning_job,
    list_fine_tuned_models,
    list_fine_tuning_jobs,
    provision_fine_tuned_model,
)

from vlmrun._async.http.operation_sender import with_response
from vlmrun._async.http.uploader import UploadOptions
from vlmrun._async.paging import PAGE_SIZE, iterate_pages
from vlmrun._async.resources._jobs import TrackedResource
from vlmrun._async.resources.predictions import PredictionFetcher
from vlmrun._async.waiting import WaitOptions, finish
from vlmrun._core.options import RequestOptions
from vlmrun._core.polling import DEFAULT_WAIT
from vlmrun._core.request_context import RequestContext
from vlmrun._files.upload_source import source_of
from vlmrun._requests.common import json_body
from vlmrun._requests.training import (
    check_media,
    encode_media,
    file_or_reference,
    generation_body,
    generation_config,
    provision_body,
    refuse_unknown,
    tuning_body,
    wandb_fields,
)
from vlmrun._runtime.async_runtime import in_thread
from vlmrun._validation import check_bool, check_id, check_paging
from vlmrun.errors import ResponseDecodeError, UnsupportedError
from vlmrun.types.agent import GenerationConfig
from vlmrun.types.fine_tuning import FinetuningProvisionResponse, FinetuningResponse
from vlmrun.types.metadata import RequestMetadata
from vlmrun.types.page import Page
from vlmrun.types.predictions import PredictionResponse

if TYPE_CHECKING:
    from PIL import Image


class Finetuning(TrackedResource[FinetuningResponse], PredictionFetcher):
    """Start and watch fine-tuning jobs, and use the models that come of them."""

    attribute = "fine_tuning"
    operations: ClassVar = {
        "create_fine_tuning_job": "create",
        "provision_fine_tuned_model": "provision",
        "generate_fine_tuned_prediction": "generate",
        "list_fine_tuning_jobs": "list",
        "list_fine_tuned_models": "list_models",
        "get_fine_tuning_job": "get",
    }

    async def create(
        self,
        model: str,
        training_file: str | os.PathLike[str],
        validation_file: str | os.PathLike[str] | None = None,
        num_epochs: int | None = None,
        batch_size: int | Literal["auto"] | None = None,
        learning_rate: float | None = None,
        suffix: str | None = None,
        wandb_api_key: str | None = None,
        wandb_base_url: str | None = None,
        wandb_project_name: str | None = None,
        *,
        callback_url: str | None = None,
        options: RequestOptions | None = None,
        **unknown: Any,
    ) -> FinetuningResponse:
        """Start a fine-tuning job.

        Args:
            model: The model to start from, such as "vlm-1".
            training_file: The examples: the id of an uploaded file, a URL, or a file to upload: a
                `Path`, or a text with a suffix, such as "train.jsonl".
            validation_file: Examples to measure by, in the same forms.
            num_epochs: How often to go through the examples; the service's default is 8.
            batch_size: How many examples at a time, or "auto"; the service's default is 8.
            learning_rate: The service's default is 0.0002.
            suffix: Part of the new model's name: letters, digits, `-` and `_`.
            wandb_api_key: A key of Weights & Biases. It shows in no message of this package.
            wandb_base_url: The service's default is "https://api.wandb.ai".
            wandb_project_name: The project there that logs the run.
            callback_url: Where the service shall post the finished job.
            options: For this call alone. `deadline` bounds uploads and submission.
            **unknown: Refused, so that no misspelt setting is passed over.

        Returns:
            The job, to look at with `get` or to wait for with `wait`.

        Raises:
            InputError: An argument that cannot be used; nothing was sent.
            MissingFileError: A path that is not there; nothing was sent.
            OutcomeUnknownError: The job was submitted but no answer came. It may be running and was
                not submitted again: look for it with `client.fine_tuning.list()`.

        Example:
            >>> job = await client.fine_tuning.create("vlm-1", Path("train.jsonl"), suffix="mine")
            >>> job = await client.fine_tuning.wait(job.id, timeout=None)
        """
        refuse_unknown(self.create, unknown)
        body = tuning_body(
            model=model,
            num_epochs=num_epochs,
            batch_size=batch_size,
            learning_rate=learning_rate,
            suffix=suffix,
            callback_url=callback_url,
        )
        body |= wandb_fields(wandb_base_url, wandb_project_name, wandb_api_key)
        files = {"training_file": file_or_reference("training_file", training_file)}
        if validation_file is not None:
            files["validation_file"] = file_or_reference("validation_file", validation_file)
        context = self._begin(options)
        body |= await self._upload_files(files, context)
        kwargs = create_fine_tuning_job._get_kwargs(body=json_body(body))
        return await self._request(FinetuningResponse, kwargs, context, secret=wandb_api_key)

    async def provision(
        self,
        model: str,
        duration: int | None = None,
        concurrency: int | None = None,
        *,
        options: RequestOptions | None = None,
    ) -> FinetuningProvisionResponse:
        """Make a fine-tuned model ready for a time.

        Args:
            model: Its name.
            duration: For how many seconds; the service's default is 600.
            concurrency: For how many requests at a time; the service's default is 1.
            options: For this call alone: timeout, deadline, max_retries, headers.

        Raises:
            ResourceNotFoundError: There is no such model.
            OutcomeUnknownError: It was asked for but no answer came; it was not asked for again.

        Example:
            >>> ready = await client.fine_tuning.provision(job.model, duration=3600)
        """
        body = json_body(provision_body(model, duration, concurrency))
        kwargs = provision_fine_tuned_model._get_kwargs(body=body)
        return await self._request(FinetuningProvisionResponse, kwargs, self._begin(options))

    async def generate(
        self,
        model: str,
        images: Sequence[str | os.PathLike[str] | Image.Image] | None = None,
        videos: Sequence[str | os.PathLike[str]] | None = None,
        batch: bool = False,
        config: GenerationConfig | Mapping[str, Any] | None = None,
        metadata: RequestMetadata | Mapping[str, Any] | None = None,
        callback_url: str | None = None,
        *,
        wait_timeout: float | None = DEFAULT_WAIT,
        on_update: Callable[[PredictionResponse], Any] | None = None,
        through_pause: bool = False,
        options: RequestOptions | None = None,
    ) -> PredictionResponse:
        """Predict with a fine-tuned model, from up to 16 images or from one video.

        Args:
            model: Its name.
            images: `Path`s or images of PIL (both need the extra `images`, and are sent as JPEG),
                or URLs as text; all of one kind.
            videos: One `Path` of at most 50 MB, which is sent inline, or one URL as text.
            batch: False returns the finished prediction, waiting if the service only queues it.
                True returns at once, with an id for `client.predictions.wait`.
            config: Its `prompt` is required, and so is a schema of the answer: `response_model` or
                `json_schema`. A dict of its fields will do.
            metadata: Tags; a dict will do.
            callback_url: Where the service shall post the finished prediction.
            wait_timeout: With `batch=False`, seconds to wait (default 600); None for no bound.
            on_update: With `batch=False`, called with the prediction after each look.
            through_pause: With `batch=False`, go on waiting while the prediction is paused.
            options: For this call alone. `deadline` bounds encoding, submission and waiting.

        Returns:
            The prediction, with `.response` and, where a `response_model` was given, `.parsed`.

        Raises:
            InputError: Not exactly one of images and videos, too many of them, images of several
                kinds, or no prompt or schema; nothing was sent.
            ResourceNotFoundError: There is no such model.
            OutcomeUnknownError: The request was sent but no answer came; it was not sent again.
            PredictionFailedError: With `batch=False`: it failed; `prediction` has it.

        Example:
            >>> prediction = await client.fine_tuning.generate(
            ...     job.model,
            ...     images=[Path("invoice.png")],
            ...     config=GenerationConfig(prompt="Read it", response_model=Invoice),
            ... )
            >>> print(prediction.parsed)
        """
        media = check_media(images, videos)
        settings = generation_config(config)
        body = generation_body(
            model=model,
            config=settings,
            metadata=metadata,
            batch=bool(check_bool("batch", batch)),
            callback_url=callback_url,
        )
        wait_options = WaitOptions.of_submit(wait_timeout, on_update, through_pause)
        context = self._begin(options)
        body |= await in_thread(encode_media, media)
        request = json_body(body)
        kwargs = generate_fine_tuned_prediction._get_kwargs(body=request)
        prediction = await self._request(PredictionResponse, kwargs, context)
        response_models = self._client_context.response_models
        prediction = response_models.remember(prediction, settings.response_model)
        if batch:
            return prediction

        async def poll(context: RequestContext) -> PredictionResponse:
            polled = await self._fetch_prediction(prediction.id, context)
            return response_models.apply(polled, prediction.id)

        return await finish(prediction, poll, wait_options, context)

    async def list_models(
        self,
        skip: int | None = None,
        limit: int | None = None,
        *,
        options: RequestOptions | None = None,
    ) -> Page[str]:
        """The names of the fine-tuned models.

        Args:
            skip: How many to pass over; the service's default is 0.
            limit: How many to return, 1 to 1000; the service's default is 10.
            options: For this call alone: timeout, deadline, max_retries, headers.

        Raises:
            InputError: `skip` or `limit` out of bounds.

        Example:
            >>> print(await client.fine_tuning.list_models())
        """
        return await self._names(check_paging(skip=skip, limit=limit), self._begin(options))

    def iterate_models(
        self,
        *,
        skip: int = 0,
        page_size: int = PAGE_SIZE,
        options: RequestOptions | None = None,
    ) -> AsyncIterator[str]:
        """The names of all fine-tuned models, fetched page by page as they are asked for.

        Args:
            skip: How many to pass over.
            page_size: How many to fetch at a time, 1 to 1000.
            options: For each page's request.

        Raises:
            InputError: `skip` or `page_size` out of bounds.

        Example:
            >>> async for name in client.fine_tuning.iterate_models():
            ...     print(name)
        """

        async def fetch(skip: int, limit: int) -> Page[str]:
            return await self._names({"skip": skip, "limit": limit}, self._begin(options))

        return iterate_pages(fetch, skip, page_size)

    async def get(
        self, job_id: str, *, options: RequestOptions | None = None
    ) -> FinetuningResponse:
        """One fine-tuning job, as it stands now.

        Args:
            job_id: Its id.
            options: For this call alone: timeout, deadline, max_retries, headers.

        Raises:
            ResourceNotFoundError: No job has this id.
            InputError: The id is empty or would change the URL.

        Example:
            >>> job = await client.fine_tuning.get(job.id)
            >>> print(job.status, job.message)
        """
        return await self._fetch(check_id("job_id", job_id), self._begin(options))

    async def wait(
        self,
        job_id: str,
        timeout: float | None = DEFAULT_WAIT,
        sleep: float | None = None,
        *,
        on_update: Callable[[FinetuningResponse], Any] | None = None,
        through_pause: bool = False,
        options: RequestOptions | None = None,
    ) -> FinetuningResponse:
        """Wait until a fine-tuning job is completed, and return it.

        Args:
            job_id: Its id.
            timeout: Seconds to wait at most (default 600); None for no bound, 0 for one look.
            sleep: The longest pause between two looks, in seconds (default 5).
            on_update: Called with the job after each look.
            through_pause: Go on waiting while it is paused.
            options: For this call alone. A `deadline` counts beside `timeout`: the earlier ends it.

        Raises:
            JobFailedError: It failed; the error's `job` has it.
            JobPausedError: It is paused, and `through_pause` is not set.
            WaitTimeoutError: Time is up (a `TimeoutError`); the job goes on.
            ResourceNotFoundError: No job has this id.

        Example:
            >>> job = await client.fine_tuning.wait(job.id, timeout=None, sleep=60)
        """
        id = check_id("job_id", job_id)
        context = self._begin(options)
        wait_options = WaitOptions.of_wait(timeout, sleep, on_update, through_pause)
        return await self._wait(id, wait_options, context)

    async def cancel(self, job_id: str) -> NoReturn:
        """The service cannot cancel a fine-tuning job, so this always raises.

        Raises:
            UnsupportedError: Always (a `NotImplementedError`); nothing was sent.
        """
        raise UnsupportedError(
            f"The service has no operation that cancels the fine-tuning job "
            f"{check_id('job_id', job_id)}",
            suggestion="Ask the service's support to stop it",
        )

    async def _upload_files(
        self, files: dict[str, Path | str], context: RequestContext
    ) -> dict[str, Any]:
        """Upload the files that are paths, and return the id or the URL of each file."""
        paths = {field: file for field, file in files.items() if isinstance(file, Path)}
        sources = [source_of(path, None) for path in paths.values()]
        uploaded = await self._client_context.uploader.upload_all(
            sources, context, UploadOptions(purpose="fine-tune")
        )
        ids = dict(zip(paths, (file.id for file in uploaded), strict=True))
        return {**files, **ids}

    async def _names(self, query: dict[str, int], context: RequestContext) -> Page[str]:
        answer = await self._transport.request(list_fine_tuned_models._get_kwargs(**query), context)
        names = answer.json()
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            error = ResponseDecodeError("Expected a list of names of models", raw=names)
            raise with_response(error, answer)
        return Page(names)

    async def _page(
        self, query: dict[str, int], context: RequestContext
    ) -> Page[FinetuningResponse]:
        return await self._request_page(
            FinetuningResponse, list_fine_tuning_jobs._get_kwargs(**query), context
        )

    async def _fetch(self, id: str, context: RequestContext) -> FinetuningResponse:
        return await self._request(FinetuningResponse, get_fine_tuning_job._get_kwargs(id), context)
