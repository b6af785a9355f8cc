"""`client.datasets`: directories of files that models are fine-tuned on."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from tempfile import TemporaryFile
from typing import Any, ClassVar

from vlmrun_api.api.datasets import create_dataset, get_dataset, list_datasets

from vlmrun._async.http.uploader import UploadOptions
from vlmrun._async.resources._jobs import TrackedResource
from vlmrun._async.waiting import WaitOptions
from vlmrun._core.options import RequestOptions
from vlmrun._core.polling import DEFAULT_WAIT
from vlmrun._core.request_context import RequestContext
from vlmrun._files.upload_source import source_of
from vlmrun._requests.common import json_body
from vlmrun._requests.training import dataset_body, wandb_fields
from vlmrun._runtime.async_runtime import in_thread
from vlmrun._validation import check_id
from vlmrun.types.datasets import DatasetResponse, DatasetType
from vlmrun.types.page import Page


class Datasets(TrackedResource[DatasetResponse]):
    """Create datasets from directories, and look at them."""

    attribute = "datasets"
    operations: ClassVar = {
        "create_dataset": "create",
        "get_dataset": "get",
        "list_datasets": "list",
    }

    async def create(
        self,
        domain: str,
        dataset_directory: str | os.PathLike[str],
        dataset_name: str,
        dataset_type: DatasetType,
        wandb_base_url: str | None = None,
        wandb_project_name: str | None = None,
        wandb_api_key: str | None = None,
        *,
        exclude: Iterable[str] = (),
        options: RequestOptions | None = None,
    ) -> DatasetResponse:
        """Pack a directory, upload it, and create a dataset of it.

        The archive is written to a nameless temporary file and streamed from there, so the size of
        the directory does not matter to memory. It is packed anew by every call; on one day the
        same contents give the same bytes, which are uploaded once only.

        Args:
            domain: Such as "document.invoice".
            dataset_directory: What to pack, its folders too. Version control, secrets such as
                `.env`, virtual environments, caches and litter of systems and editors stay behind
                (`vlmrun.skills.DEFAULT_EXCLUDES`).
            dataset_name: The dataset's name. The archive, and the one folder in it, are called
                `{dataset_name}_{YYYYMMDD}`.
            dataset_type: "images", "videos" or "documents".
            wandb_base_url: Of Weights & Biases; the service's default is "https://api.wandb.ai".
            wandb_project_name: The project there that logs the run.
            wandb_api_key: The key for it. It shows in no message of this package.
            exclude: Globs of further files and folders to leave out, as in `vlmrun.skills.bundle`.
            options: For this call alone. `deadline` bounds packing, upload and creation.

        Raises:
            MissingFileError: No such directory (a `FileNotFoundError`); nothing was sent.
            InputError: There is no file in the directory, a link leads out of it, or an argument
                cannot be used; nothing was sent.
            OutcomeUnknownError: Creation was asked for but no answer came; it was not sent again.

        Example:
            >>> dataset = await client.datasets.create(
            ...     domain="document.invoice",
            ...     dataset_directory="invoices",
            ...     dataset_name="invoices-2026",
            ...     dataset_type="documents",
            ... )
            >>> dataset = await client.datasets.wait(dataset.id)
        """
        from vlmrun._files import dataset_archives as archives

        name = archives.check_archive_name("dataset_name", dataset_name)
        body = dataset_body(domain, name, dataset_type)
        body |= wandb_fields(wandb_base_url, wandb_project_name, wandb_api_key)
        context = self._begin(options)
        files = await in_thread(
            archives.select_files, "dataset_directory", dataset_directory, exclude
        )
        with TemporaryFile() as packed:
            dated = archives.dated_name(name)
            await in_thread(archives.write_archive, files, dated, packed)
            packed.seek(0)
            source = source_of(packed, dated + archives.SUFFIX)
            uploaded = await self._client_context.uploader.upload(
                source, context, UploadOptions(purpose="datasets")
            )
        body["file_id"] = uploaded.id
        kwargs = create_dataset._get_kwargs(body=json_body(body))
        return await self._request(DatasetResponse, kwargs, context, secret=wandb_api_key)

    async def get(
        self, dataset_id: str, *, options: RequestOptions | None = None
    ) -> DatasetResponse:
        """One dataset, as it stands now.

        Args:
            dataset_id: Its id.
            options: For this call alone: timeout, deadline, max_retries, headers.

        Raises:
            ResourceNotFoundError: No dataset has this id.
            InputError: The id is empty or would change the URL.

        Example:
            >>> dataset = await client.datasets.get(dataset.id)
            >>> print(dataset.status)
        """
        return await self._fetch(check_id("dataset_id", dataset_id), self._begin(options))

    async def wait(
        self,
        dataset_id: str,
        timeout: float | None = DEFAULT_WAIT,
        sleep: float | None = None,
        *,
        on_update: Callable[[DatasetResponse], Any] | None = None,
        through_pause: bool = False,
        options: RequestOptions | None = None,
    ) -> DatasetResponse:
        """Wait until a dataset is completed, and return it.

        Args:
            dataset_id: Its id.
            timeout: Seconds to wait at most (default 600); None for no bound, 0 for one look.
            sleep: The longest pause between two looks, in seconds (default 5).
            on_update: Called with the dataset after each look.
            through_pause: Go on waiting while it is paused.
            options: For this call alone. A `deadline` counts beside `timeout`: the earlier ends it.

        Raises:
            JobFailedError: It failed; the error's `job` is the dataset.
            JobPausedError: It is paused, and `through_pause` is not set.
            WaitTimeoutError: Time is up (a `TimeoutError`); the service goes on.
            ResourceNotFoundError: No dataset has this id.

        Example:
            >>> dataset = await client.datasets.wait(dataset.id, timeout=3600)
        """
        id = check_id("dataset_id", dataset_id)
        context = self._begin(options)
        wait_options = WaitOptions.of_wait(timeout, sleep, on_update, through_pause)
        return await self._wait(id, wait_options, context)

    async def _page(self, query: dict[str, int], context: RequestContext) -> Page[DatasetResponse]:
        return await self._request_page(
            DatasetResponse, list_datasets._get_kwargs(**query), context
        )

    async def _fetch(self, id: str, context: RequestContext) -> DatasetResponse:
        return await self._request(DatasetResponse, get_dataset._get_kwargs(id), context)
