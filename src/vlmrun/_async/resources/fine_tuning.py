"""`client.fine_tuning`: fine-tuning jobs, and predictions with fine-tuned models."""

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

from vlmrun._async.http.uploader import UploadOptions
from vlmrun._async.paging import PAGE_SIZE, iterate_pages
from vlmrun._async.resources._submission import JobSubmission
from vlmrun._async.resources._tracked import TrackedResource
from vlmrun._async.resources.predictions import Predictions
from vlmrun._async.waiting import WaitOptions
from vlmrun._core.argument_errors import unknown_argument
from vlmrun._core.polling import DEFAULT_WAIT
from vlmrun._core.request_context import RequestContext
from vlmrun._core.request_options import RequestOptions
from vlmrun._files.upload_source import source_of
from vlmrun._requests.training import (
    check_media,
    encode_media,
    file_or_reference,
    generation_body,
    generation_config,
    provision_body,
    tuning_body,
    wandb_fields,
)
from vlmrun._runtime.async_runtime import in_thread
from vlmrun._validation import check_id, check_paging
from vlmrun.errors import UnsupportedError
from vlmrun.types.agent import GenerationConfig
from vlmrun.types.fine_tuning import FinetuningProvisionResponse, FinetuningResponse
from vlmrun.types.metadata import RequestMetadata
from vlmrun.types.page import Page
from vlmrun.types.predictions import PredictionResponse

if TYPE_CHECKING:
    from PIL import Image


class Finetuning(TrackedResource[FinetuningResponse], JobSubmission):
    """Create, get, list and wait for fine-tuning jobs, and use their models."""

    _attribute = "fine_tuning"
    _job_class = FinetuningResponse
    _operations: ClassVar = {
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
            model: The base model, such as "vlm-1".
            training_file: The training examples: the id of an uploaded file, a URL, or a file to
                upload: a `Path`, or a str with a suffix, such as "train.jsonl".
            validation_file: The validation examples, in the same forms.
            num_epochs: The number of epochs; the service's default is 8.
            batch_size: The number of examples per batch, or "auto"; the service's default is 8.
            learning_rate: The service's default is 0.0002.
            suffix: A part of the new model's name: letters, digits, `-` and `_`.
            wandb_api_key: An API key of Weights & Biases, which no error message shows.
            wandb_base_url: The service's default is "https://api.wandb.ai".
            wandb_project_name: The project in Weights & Biases that logs the run.
            callback_url: The URL that the service posts the finished job to.
            options: Options of this call. `deadline` covers uploads and submission.
            **unknown: Rejected, so that no misspelled setting is ignored.

        Returns:
            The job, for `get` and `wait`.

        Raises:
            InputError: An argument is invalid; nothing was sent.
            MissingFileError: A path does not exist; nothing was sent.
            OutcomeUnknownError: The job was submitted, but there was no response. It may be running
                and was not submitted again; check `client.fine_tuning.list()`.

        Example:
            >>> job = await client.fine_tuning.create("vlm-1", Path("train.jsonl"), suffix="mine")
            >>> job = await client.fine_tuning.wait(job.id, timeout=None)
        """
        # The official SDK accepts any keyword here, so a misspelled one would go unnoticed.
        if unknown:
            name = next(iter(unknown))
            raise unknown_argument("client.fine_tuning.create", type(self).create, name)
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
        return await self._submit(
            FinetuningResponse,
            create_fine_tuning_job._get_kwargs,
            body,
            context,
            secret=wandb_api_key,
        )

    async def provision(
        self,
        model: str,
        duration: int | None = None,
        concurrency: int | None = None,
        *,
        options: RequestOptions | None = None,
    ) -> FinetuningProvisionResponse:
        """Provision a fine-tuned model for some time.

        Args:
            model: The model's name.
            duration: The duration in seconds; the service's default is 600.
            concurrency: The number of concurrent requests; the service's default is 1.
            options: Options of this call: timeout, deadline, max_retries, headers.

        Raises:
            ResourceNotFoundError: The model does not exist.
            OutcomeUnknownError: The request was sent, but there was no response. It was not sent
                again.

        Example:
            >>> ready = await client.fine_tuning.provision(job.model, duration=3600)
        """
        body = provision_body(model, duration, concurrency)
        get_kwargs = provision_fine_tuned_model._get_kwargs
        context = self._begin(options)
        return await self._submit(FinetuningProvisionResponse, get_kwargs, body, context)

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
        """Create a prediction with a fine-tuned model, from up to 16 images or one video.

        Args:
            model: The model's name.
            images: `Path` objects or PIL images (both need the extra `images`, and are sent as
                JPEG), or URLs as str; all of the same kind.
            videos: One `Path` of at most 50 MB, which is sent inline, or one URL as str.
            batch: False (default) returns the completed prediction, and waits if the service only
                queues it. True returns at once, with an id for `client.predictions.wait`.
            config: Its `prompt` is required, and so is a schema of the response: `response_model`
                or `json_schema`. May be a dict of its fields.
            metadata: Tags; may be a dict.
            callback_url: The URL that the service posts the completed prediction to.
            wait_timeout: With `batch=False`, seconds to wait (default 600); None for no limit.
            on_update: With `batch=False`, called with the prediction after each poll.
            through_pause: With `batch=False`, keep waiting while the prediction is paused.
            options: Options of this call. `deadline` covers encoding, submission and waiting.

        Returns:
            The prediction, with `.response` and, with a `response_model`, `.parsed`.

        Raises:
            InputError: Not exactly one of images and videos, too many of them, images of different
                kinds, or no prompt or schema; nothing was sent.
            ResourceNotFoundError: The model does not exist.
            OutcomeUnknownError: The request was sent, but there was no response. It was not sent
                again.
            PredictionFailedError: With `batch=False`: it failed; `prediction` has it.

        Example:
            >>> prediction = await client.fine_tuning.generate(
            ...     job.model,
            ...     images=[Path("invoice.png")],
            ...     config=GenerationConfig(prompt="Read it", response_model=Invoice),
            ... )
            >>> print(prediction.parsed)
        """
        wait_options = WaitOptions.unless(batch, wait_timeout, on_update, through_pause)
        media = check_media(images, videos)
        settings = generation_config(config)
        body = generation_body(
            model=model,
            config=settings,
            metadata=metadata,
            batch=bool(batch),
            callback_url=callback_url,
        )
        context = self._begin(options)
        # Decoding and encoding images would block the event loop for seconds.
        body |= await in_thread(encode_media, media)
        get_kwargs = generate_fine_tuned_prediction._get_kwargs
        source = Predictions(self._client_context)._source(settings.response_model)
        return await self._run_job(source, get_kwargs, body, context, wait_options)

    async def list_models(
        self,
        skip: int | None = None,
        limit: int | None = None,
        *,
        options: RequestOptions | None = None,
    ) -> Page[str]:
        """List the names of the fine-tuned models.

        Args:
            skip: The number of items to skip; the service's default is 0.
            limit: The maximum number of items to return, 1 to 1000; the service's default is 10.
            options: Options of this call: timeout, deadline, max_retries, headers.

        Raises:
            InputError: `skip` or `limit` is out of range.

        Example:
            >>> print(await client.fine_tuning.list_models())
        """
        return await self._names(check_paging(skip=skip, limit=limit), self._begin(options))

    def iterate_models(
        self,
        *,
        skip: int = 0,
        limit: int | None = None,
        page_size: int = PAGE_SIZE,
        options: RequestOptions | None = None,
    ) -> AsyncIterator[str]:
        """Iterate over the names of all fine-tuned models; pages are fetched as needed.

        Args:
            skip: The number of items to skip.
            limit: The number of items to return at most; None (the default) for all.
            page_size: The number of items per request, 1 to 1000.
            options: Options of each request.

        Raises:
            InputError: `skip` or `page_size` is out of range.

        Example:
            >>> async for name in client.fine_tuning.iterate_models():
            ...     print(name)
        """

        async def fetch(skip: int, limit: int) -> Page[str]:
            return await self._names({"skip": skip, "limit": limit}, self._begin(options))

        return iterate_pages(fetch, skip, page_size, limit)

    async def get(
        self, job_id: str, *, options: RequestOptions | None = None
    ) -> FinetuningResponse:
        """Return a fine-tuning job in its current state.

        Args:
            job_id: The job's id.
            options: Options of this call: timeout, deadline, max_retries, headers.

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
            job_id: The job's id.
            timeout: Seconds to wait at most (default 600); None for no limit, 0 to poll once.
            sleep: Seconds between two polls at most (default 12).
            on_update: Called with the job after each poll.
            through_pause: Keep waiting while it is paused.
            options: Options of this call. If it has a `deadline`, whichever of `deadline` and
                `timeout` is earlier ends the wait.

        Raises:
            JobFailedError: It failed; the error's `job` has it.
            JobPausedError: It is paused, and `through_pause` is not set.
            WaitTimeoutError: The wait timed out (a `TimeoutError`); the job continues.
            ResourceNotFoundError: No job has this id.

        Example:
            >>> job = await client.fine_tuning.wait(job.id, timeout=None, sleep=60)
        """
        id = check_id("job_id", job_id)
        context = self._begin(options)
        wait_options = WaitOptions.of_wait(timeout, sleep, on_update, through_pause)
        return await self._wait(id, wait_options, context)

    async def cancel(self, job_id: str) -> NoReturn:
        """Raise an error: the service cannot cancel a fine-tuning job.

        Args:
            job_id: The job's id.

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
        sources = [source_of(path, None, field) for field, path in paths.items()]
        uploaded = await self._client_context.uploader.upload_all(
            sources, context, UploadOptions(purpose="fine-tune")
        )
        ids = dict(zip(paths, (file.id for file in uploaded), strict=True))
        return {**files, **ids}

    async def _names(self, query: dict[str, int], context: RequestContext) -> Page[str]:
        response = await self._transport.request(
            list_fine_tuned_models._get_kwargs(**query), context
        )
        # The only list of the API whose items are not objects.
        names = response.json()
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            failed = response.undecodable("Expected a list of model names", names)
            del names  # the frame of an error must not hold what the service sent
            raise failed
        return Page(names)

    def _list_kwargs(self, **query: int) -> dict[str, Any]:
        return list_fine_tuning_jobs._get_kwargs(**query)

    async def _fetch(self, id: str, context: RequestContext) -> FinetuningResponse:
        return await self._request(FinetuningResponse, get_fine_tuning_job._get_kwargs(id), context)
