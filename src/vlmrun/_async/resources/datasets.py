"""`client.datasets`: directories of files for fine-tuning."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from tempfile import TemporaryFile, gettempdir
from typing import Any, ClassVar

from vlmrun_api.api.datasets import create_dataset, get_dataset, list_datasets

from vlmrun._async.http.uploader import UploadOptions
from vlmrun._async.resources._tracked import TrackedResource
from vlmrun._async.waiting import WaitOptions
from vlmrun._core.polling import DEFAULT_WAIT
from vlmrun._core.request_context import RequestContext
from vlmrun._core.request_options import RequestOptions
from vlmrun._files.paths import file_errors
from vlmrun._files.upload_source import source_of
from vlmrun._requests.training import dataset_body, wandb_fields
from vlmrun._runtime.async_runtime import in_thread
from vlmrun._validation import check_id
from vlmrun.types.datasets import DatasetResponse, DatasetType


class Datasets(TrackedResource[DatasetResponse]):
    """Create, get, list and wait for datasets."""

    _attribute = "datasets"
    _job_class = DatasetResponse
    _operations: ClassVar = {
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
        """Pack a directory, upload the archive, and create a dataset from it.

        The archive is written to a temporary file and streamed from there, so memory use does not
        depend on the size of the directory. On the same day, the same contents give the same bytes,
        which are uploaded only once.

        Args:
            domain: For example "document.invoice".
            dataset_directory: The directory, which is packed recursively. Version control, secrets
                such as `.env`, virtual environments, caches, and OS and editor files are excluded
                (`vlmrun.skills.DEFAULT_EXCLUDES`).
            dataset_name: The dataset's name. The archive, and the one folder in it, are named
                `{dataset_name}_{YYYYMMDD}`.
            dataset_type: "images", "videos" or "documents".
            wandb_base_url: The URL of Weights & Biases; the service's default is
                "https://api.wandb.ai".
            wandb_project_name: The project in Weights & Biases that logs the run.
            wandb_api_key: The API key for it, which no error message shows.
            exclude: Globs of further files and folders to exclude, as in `vlmrun.skills.bundle`.
            options: Options of this call. `deadline` covers packing, upload and creation.

        Raises:
            MissingFileError: The directory does not exist (a `FileNotFoundError`); nothing was
                sent.
            InputError: The directory is empty, a link leads out of it, or an argument is invalid;
                nothing was sent.
            OutcomeUnknownError: The request was sent, but there was no response. It was not sent
                again.

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
        # A file without a name: it disappears even if the process is killed.
        with TemporaryFile() as packed:
            dated = archives.dated_name(name)
            with file_errors("dataset_directory", gettempdir(), "written"):
                await in_thread(archives.write_archive, files, dated, packed)
            # The upload starts at the current position.
            packed.seek(0)
            source = source_of(packed, dated + archives.SUFFIX)
            uploaded = await self._client_context.uploader.upload(
                source, context, UploadOptions(purpose="datasets")
            )
        body["file_id"] = uploaded.id
        return await self._submit(
            DatasetResponse, create_dataset._get_kwargs, body, context, secret=wandb_api_key
        )

    async def get(
        self, dataset_id: str, *, options: RequestOptions | None = None
    ) -> DatasetResponse:
        """Return a dataset in its current state.

        Args:
            dataset_id: The dataset's id.
            options: Options of this call: timeout, deadline, max_retries, headers.

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
            dataset_id: The dataset's id.
            timeout: Seconds to wait at most (default 600); None for no limit, 0 to poll once.
            sleep: Seconds between two polls at most (default 12).
            on_update: Called with the dataset after each poll.
            through_pause: Keep waiting while it is paused.
            options: Options of this call. If it has a `deadline`, whichever of `deadline` and
                `timeout` is earlier ends the wait.

        Raises:
            JobFailedError: It failed; the error's `job` is the dataset.
            JobPausedError: It is paused, and `through_pause` is not set.
            WaitTimeoutError: The wait timed out (a `TimeoutError`); the service continues.
            ResourceNotFoundError: No dataset has this id.

        Example:
            >>> dataset = await client.datasets.wait(dataset.id, timeout=3600)
        """
        id = check_id("dataset_id", dataset_id)
        context = self._begin(options)
        wait_options = WaitOptions.of_wait(timeout, sleep, on_update, through_pause)
        return await self._wait(id, wait_options, context)

    def _list_kwargs(self, **query: int) -> dict[str, Any]:
        return list_datasets._get_kwargs(**query)

    async def _fetch(self, id: str, context: RequestContext) -> DatasetResponse:
        return await self._request(DatasetResponse, get_dataset._get_kwargs(id), context)
