"""What `document`, `audio` and `video` share: structured data from one file."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, BinaryIO, ClassVar
from uuid import UUID

from vlmrun_api.models import FileExecuteRequest, FileSchemaRequest

from vlmrun._async.resources._media_predictions import MediaPredictions
from vlmrun._core.options import RequestOptions
from vlmrun._core.polling import DEFAULT_WAIT
from vlmrun._core.request_context import RequestContext
from vlmrun._requests.agent import resolve_config
from vlmrun._requests.media import MediaFile, file_of
from vlmrun._requests.prediction import Waiting, prediction_body
from vlmrun._validation import check_str
from vlmrun.types.agent import GenerationConfig
from vlmrun.types.metadata import RequestMetadata
from vlmrun.types.predictions import PredictionResponse
from vlmrun.types.skills import AgentSkill

FileInput = str | os.PathLike[str] | bytes | BinaryIO | UUID


class FilePredictions(MediaPredictions):
    """Structured data from one file; a subclass says of which kind, and by which operations."""

    _generate: ClassVar[Any]
    _execute: ClassVar[Any]
    _schema: ClassVar[Any]
    _request: ClassVar[Any]

    async def generate(
        self,
        file: FileInput | None = None,
        url: str | None = None,
        model: str | None = None,
        domain: str | None = None,
        batch: bool = False,
        config: GenerationConfig | Mapping[str, Any] | None = None,
        metadata: RequestMetadata | Mapping[str, Any] | None = None,
        callback_url: str | None = None,
        autocast: bool = False,
        *,
        file_id: str | UUID | None = None,
        filename: str | None = None,
        prompt: str | None = None,
        skills: AgentSkill | Sequence[AgentSkill | Mapping[str, Any]] | None = None,
        response_model: Any = None,
        id: str | None = None,
        created_at: datetime | str | None = None,
        wait_timeout: float | None = DEFAULT_WAIT,
        on_update: Callable[[PredictionResponse], Any] | None = None,
        through_pause: bool = False,
        options: RequestOptions | None = None,
    ) -> PredictionResponse:
        """Read a file for a domain. Give exactly one of `file`, `url` and `file_id`.

        Args:
            file: A local file, which is uploaded first unless the service has the same content: a
                `Path`, a text with a suffix, bytes, or a file open in binary mode. A text without a
                suffix is the id of an uploaded file, and one that begins like a URL is a URL.
            url: Where the service shall fetch the file.
            model: The service's default, and the only one, is "vlm-1".
            domain: Such as "document.invoice"; the service needs it unless there are skills.
            batch: False returns the finished prediction, and waits where the service only queues
                it. True returns at once, with an id to poll. It is sent in either case.
            config: Prompt, the form of the answer and more; a dict of its fields will do.
            metadata: Tags; a dict will do.
            callback_url: Where the service shall post the finished prediction.
            autocast: Make `.response` of a completed prediction an instance of the class of
                `config`'s schema, or else of the domain's. Where that cannot be (pydantic is not
                installed, the answer does not fit), it stays a dict, and the log says why.
            file_id: The id of an uploaded file.
            filename: The name that an upload shall have; by default the file's own, and for bytes
                one with the suffix of the content's kind.
            prompt: Shortcut for `config.prompt`.
            skills: Shortcut for `config.skills`; a single one will do.
            response_model: Shortcut for `config.response_model`: what `.parsed` shall be.
            id: An id of your own for the request; by default the service makes one.
            created_at: When the request was made; by default the service takes its own clock.
            wait_timeout: With `batch=False`, seconds to wait once it is queued (default 600); None
                for no bound.
            on_update: With `batch=False`, called with the prediction after each look.
            through_pause: With `batch=False`, go on waiting while the prediction is paused.
            options: For this call alone. `deadline` bounds upload, submission and waiting.

        Returns:
            The prediction: completed, or just accepted (`batch=True`). With `config.grounding` or
            `config.confidence` a field `x` of its `.response` has an `x_metadata` beside it.

        Raises:
            InputError: An argument that cannot be sent (a `ValueError`); nothing was sent.
            MissingFileError: A path that is not there; nothing was sent.
            ResourceNotFoundError: There is no such domain, skill or uploaded file.
            OutcomeUnknownError: The request was sent but no answer came; it was not sent again.
                Look for it with `client.predictions.list()`.
            PredictionFailedError: With `batch=False`: it failed; `prediction` has it.
            WaitTimeoutError: With `batch=False`: it is still running; the message has its id.

        Example:
            >>> prediction = await client.document.generate(
            ...     file=Path("invoice.pdf"), domain="document.invoice"
            ... )
            >>> print(prediction.response["invoice_id"])
        """
        config = resolve_config(GenerationConfig, config, prompt, skills, response_model)
        media = file_of(file, url, file_id, filename)
        body = prediction_body(
            batch=batch,
            config=config,
            metadata=metadata,
            callback_url=callback_url,
            id=id,
            created_at=created_at,
            domain=domain,
            model=model,
        )
        waiting = Waiting.checked(wait_timeout, on_update, through_pause)
        context = self._begin(options)
        body |= await self._field_of(media, context)
        kwargs = self._generate._get_kwargs(body=self._request.from_dict(body))
        cast_to = (domain or "") if autocast else None
        return await self._predict(kwargs, context, config, None if batch else waiting, cast_to)

    async def execute(
        self,
        name: str,
        version: str | None = None,
        file: FileInput | None = None,
        url: str | None = None,
        batch: bool = False,
        config: GenerationConfig | Mapping[str, Any] | None = None,
        metadata: RequestMetadata | Mapping[str, Any] | None = None,
        callback_url: str | None = None,
        autocast: bool = False,
        *,
        file_id: str | UUID | None = None,
        filename: str | None = None,
        prompt: str | None = None,
        skills: AgentSkill | Sequence[AgentSkill | Mapping[str, Any]] | None = None,
        response_model: Any = None,
        id: str | None = None,
        created_at: datetime | str | None = None,
        wait_timeout: float | None = DEFAULT_WAIT,
        on_update: Callable[[PredictionResponse], Any] | None = None,
        through_pause: bool = False,
        options: RequestOptions | None = None,
    ) -> PredictionResponse:
        """Run a named agent on a file. Give exactly one of `file`, `url` and `file_id`.

        Args:
            name: The agent's name.
            version: Its version; the service's default is "latest".
            file: As in `generate`, and so are all arguments that are not named here.
            url: Where the service shall fetch the file.
            batch: False returns the finished prediction.
            config: Prompt, the form of the answer and more; a dict of its fields will do.
            metadata: Tags; a dict will do.
            callback_url: Where the service shall post the finished prediction.
            autocast: Make `.response` of a completed prediction an instance of the class of
                `config`'s schema, or else of the domain that the prediction names.
            file_id: The id of an uploaded file.
            filename: The name that an upload shall have.
            prompt: Shortcut for `config.prompt`.
            skills: Shortcut for `config.skills`.
            response_model: Shortcut for `config.response_model`.
            id: An id of your own for the request.
            created_at: When the request was made.
            wait_timeout: Seconds to wait once it is queued.
            on_update: Called with the prediction after each look.
            through_pause: Go on waiting while the prediction is paused.
            options: For this call alone. `deadline` bounds upload, submission and waiting.

        Returns:
            The prediction: completed, or just accepted (`batch=True`).

        Raises:
            ResourceNotFoundError: There is no such agent or uploaded file.
            InputError: An argument that cannot be sent; and the other errors of `generate`.

        Example:
            >>> prediction = await client.document.execute("invoices", file=Path("invoice.pdf"))
        """
        config = resolve_config(GenerationConfig, config, prompt, skills, response_model)
        media = file_of(file, url, file_id, filename)
        body = prediction_body(
            batch=batch,
            config=config,
            metadata=metadata,
            callback_url=callback_url,
            id=id,
            created_at=created_at,
            name=check_str("name", name),
            version=version,
        )
        waiting = Waiting.checked(wait_timeout, on_update, through_pause)
        context = self._begin(options)
        body |= await self._field_of(media, context)
        kwargs = self._execute._get_kwargs(body=FileExecuteRequest.from_dict(body))
        cast_to = "" if autocast else None
        return await self._predict(kwargs, context, config, None if batch else waiting, cast_to)

    async def schema(
        self,
        file: FileInput | None = None,
        url: str | None = None,
        *,
        file_id: str | UUID | None = None,
        filename: str | None = None,
        model: str | None = None,
        id: str | None = None,
        created_at: datetime | str | None = None,
        callback_url: str | None = None,
        wait_timeout: float | None = DEFAULT_WAIT,
        on_update: Callable[[PredictionResponse], Any] | None = None,
        through_pause: bool = False,
        options: RequestOptions | None = None,
    ) -> PredictionResponse:
        """Derive a schema from a file. Give exactly one of `file`, `url` and `file_id`.

        Args:
            file: As in `generate`, and so are all arguments.
            url: Where the service shall fetch the file.
            file_id: The id of an uploaded file.
            filename: The name that an upload shall have.
            model: The service's default, and the only one, is "vlm-1".
            id: An id of your own for the request.
            created_at: When the request was made.
            callback_url: Where the service shall post the finished prediction.
            wait_timeout: Seconds to wait once it is queued.
            on_update: Called with the prediction after each look.
            through_pause: Go on waiting while the prediction is paused.
            options: For this call alone. `deadline` bounds upload, submission and waiting.

        Returns:
            The completed prediction, whose `.response` is a `SchemaResponse`.

        Raises:
            InputError: An argument that cannot be sent; and the other errors of `generate`.

        Example:
            >>> prediction = await client.document.schema(file=Path("invoice.pdf"))
            >>> print(prediction.response.json_schema)
            >>> Invoice = prediction.response.response_model
        """
        media = file_of(file, url, file_id, filename)
        body = prediction_body(model=model, callback_url=callback_url, id=id, created_at=created_at)
        waiting = Waiting.checked(wait_timeout, on_update, through_pause)
        context = self._begin(options)
        body |= await self._field_of(media, context)
        kwargs = self._schema._get_kwargs(body=FileSchemaRequest.from_dict(body))
        return await self._derive(kwargs, context, waiting)

    async def _field_of(self, media: MediaFile, context: RequestContext) -> dict[str, str]:
        """The field that says where the file is, which is uploaded if it is here."""
        if media.source is None:
            return media.field
        file = await self._client.files._send(media.source, context)
        return {"file_id": str(file.id)}
