"""Base class of `client.document`, `audio` and `video`: structured data from one file."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, BinaryIO, ClassVar
from uuid import UUID

from vlmrun._async.resources._media_predictions import PredictionArguments
from vlmrun._async.resources._prediction_batches import PredictionBatches
from vlmrun._core.polling import DEFAULT_WAIT
from vlmrun._core.request_context import RequestContext
from vlmrun._core.request_options import RequestOptions
from vlmrun._requests.agent import resolve_config
from vlmrun._requests.media import MediaFile, file_of
from vlmrun._validation import check_str
from vlmrun.types.agent import GenerationConfig, PredictionModel
from vlmrun.types.files import FileResponse
from vlmrun.types.jobs import ParsedT, ResultT
from vlmrun.types.metadata import RequestMetadata
from vlmrun.types.pdf_pages import PdfPages
from vlmrun.types.predictions import PredictionResponse
from vlmrun.types.skills import AgentSkill

FileInput = str | os.PathLike[str] | bytes | BinaryIO | UUID | FileResponse | PdfPages


class FilePredictions(PredictionBatches):
    """Structured data from one file; a subclass names the generated modules of its operations."""

    _execute: ClassVar[Any]
    _schema: ClassVar[Any]

    async def generate(
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
    ) -> PredictionResponse[ResultT]:
        """Extract structured data from a file. Pass exactly one of `file`, `url` and `file_id`.

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
            save_to: With `batch=False`, a folder to save the result to, as `save` does. It must not
                exist yet, or be empty.
            options: Options of this call. `deadline` covers upload, submission and waiting.

        Returns:
            The prediction: completed, or just accepted (`batch=True`). With `config.grounding` or
            `config.confidence`, a field `x` of its `.response` has an `x_metadata` next to it.

        Raises:
            InputError: An argument is invalid (a `ValueError`); nothing was sent.
            MissingFileError: A path does not exist; nothing was sent.
            ResourceNotFoundError: The domain, a skill or the uploaded file does not exist.
            OutcomeUnknownError: The request was sent, but there was no response. It was not sent
                again; `client.predictions.reconcile(error)` tells what became of it.
            PredictionFailedError: With `batch=False`: it failed; `prediction` has it.
            WaitTimeoutError: With `batch=False`: it is still running; the message has its id.

        Example:
            >>> prediction = await client.document.generate(
            ...     file=Path("invoice.pdf"), domain="document.invoice"
            ... )
            >>> print(prediction.response["invoice_id"])
        """
        config = resolve_config(GenerationConfig, config, prompt, skills, response_model)
        media = file_of(file, url, file_id, filename, self._attribute)
        arguments = PredictionArguments(
            batch=batch,
            config=config,
            metadata=metadata,
            callback_url=callback_url,
            autocast=autocast,
            id=id,
            created_at=created_at,
            wait_timeout=wait_timeout,
            on_update=on_update,
            through_pause=through_pause,
            save_to=save_to,
            options=options,
        )
        return await self._predict(self._generate, media, arguments, domain=domain, model=model)

    async def execute(
        self,
        name: str,
        version: str | None = None,
        file: FileInput | None = None,
        url: str | None = None,
        batch: bool = False,
        config: GenerationConfig[ParsedT] | Mapping[str, Any] | None = None,
        metadata: RequestMetadata | Mapping[str, Any] | None = None,
        callback_url: str | None = None,
        autocast: bool = False,
        *,
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
    ) -> PredictionResponse[ResultT]:
        """Run a named agent on a file. Pass exactly one of `file`, `url` and `file_id`.

        Args:
            name: The agent's name.
            version: The agent's version; the service's default is "latest".
            file: A local file, which is uploaded first unless the service has the same content: a
                `Path`, a str with a suffix, bytes, or a file open in binary mode. A str without a
                suffix is the id of an uploaded file, and one that starts like a URL is a URL.
            url: The URL that the service fetches the file from.
            batch: False (default) returns the completed prediction, and waits if the service only
                queues it. True returns at once, with an id to poll.
            config: Prompt, schema of the response and more; may be a dict of its fields.
            metadata: Tags; may be a dict.
            callback_url: The URL that the service posts the completed prediction to.
            autocast: Make `.response` of a completed prediction an instance of the class of
                `config`'s schema, or else of the domain that the prediction names. If that is not
                possible, it stays a dict, and a warning is logged.
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
            save_to: With `batch=False`, a folder to save the result to, as `save` does. It must not
                exist yet, or be empty.
            options: Options of this call. `deadline` covers upload, submission and waiting.

        Returns:
            The prediction: completed, or just accepted (`batch=True`).

        Raises:
            ResourceNotFoundError: The agent or the uploaded file does not exist.
            InputError: An argument is invalid (a `ValueError`); nothing was sent.
            MissingFileError: A path does not exist; nothing was sent.
            OutcomeUnknownError: The request was sent, but there was no response. It was not sent
                again; `client.predictions.reconcile(error)` tells what became of it.
            PredictionFailedError: It failed; `prediction` has it.
            WaitTimeoutError: It is still running; the message has its id.

        Example:
            >>> prediction = await client.document.execute("invoices", file=Path("invoice.pdf"))
        """
        config = resolve_config(GenerationConfig, config, prompt, skills, response_model)
        media = file_of(file, url, file_id, filename, self._attribute)
        check_str("name", name)
        arguments = PredictionArguments(
            batch=batch,
            config=config,
            metadata=metadata,
            callback_url=callback_url,
            autocast=autocast,
            id=id,
            created_at=created_at,
            wait_timeout=wait_timeout,
            on_update=on_update,
            through_pause=through_pause,
            save_to=save_to,
            options=options,
        )
        return await self._predict(self._execute, media, arguments, name=name, version=version)

    async def schema(
        self,
        file: FileInput | None = None,
        url: str | None = None,
        *,
        file_id: str | UUID | None = None,
        filename: str | None = None,
        model: PredictionModel | str | None = None,
        id: str | None = None,
        created_at: datetime | str | None = None,
        callback_url: str | None = None,
        wait_timeout: float | None = DEFAULT_WAIT,
        on_update: Callable[[PredictionResponse], Any] | None = None,
        through_pause: bool = False,
        options: RequestOptions | None = None,
    ) -> PredictionResponse:
        """Derive a schema from a file. Pass exactly one of `file`, `url` and `file_id`.

        Args:
            file: A local file, which is uploaded first unless the service has the same content: a
                `Path`, a str with a suffix, bytes, or a file open in binary mode. A str without a
                suffix is the id of an uploaded file, and one that starts like a URL is a URL.
            url: The URL that the service fetches the file from.
            file_id: The id of an uploaded file.
            filename: The name for the upload; defaults to the file's own, and for bytes to one with
                the suffix of their media type.
            model: The service's default, and the only one, is "vlm-1".
            id: Your own id for the job; by default a new UUID, created before the first attempt.
            created_at: The time of the request; by default the service uses its own clock.
            callback_url: The URL that the service posts the completed prediction to.
            wait_timeout: Seconds to wait once it is queued (default 600); None for no limit.
            on_update: Called with the prediction after each poll.
            through_pause: Keep waiting while the prediction is paused.
            options: Options of this call. `deadline` covers upload, submission and waiting.

        Returns:
            The completed prediction, whose `.response` is a `SchemaResponse`.

        Raises:
            InputError: An argument is invalid (a `ValueError`); nothing was sent.
            MissingFileError: A path does not exist; nothing was sent.
            OutcomeUnknownError: The request was sent, but there was no response. It was not sent
                again; `client.predictions.reconcile(error)` tells what became of it.
            PredictionFailedError: It failed; `prediction` has it.
            WaitTimeoutError: It is still running; the message has its id.

        Example:
            >>> prediction = await client.document.schema(file=Path("invoice.pdf"))
            >>> print(prediction.response.json_schema)
            >>> Invoice = prediction.response.response_model
        """
        media = file_of(file, url, file_id, filename, self._attribute)
        arguments = PredictionArguments(
            callback_url=callback_url,
            id=id,
            created_at=created_at,
            wait_timeout=wait_timeout,
            on_update=on_update,
            through_pause=through_pause,
            options=options,
        )
        return await self._derive_schema(self._schema, media, arguments, model)

    async def _media_fields(self, media: MediaFile, context: RequestContext) -> dict[str, Any]:
        if media.source is None:
            return dict(media.reference)
        file = await self._client_context.uploader.upload(media.source, context)
        return {"file_id": str(file.id)}
