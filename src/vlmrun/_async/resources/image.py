"""`client.image`: structured data from images."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar
from uuid import UUID

from vlmrun_api.api.files import get_file
from vlmrun_api.api.image import (
    execute_image_agent,
    generate_image_prediction,
    generate_image_schema,
)
from vlmrun_api.models import ImageExecuteRequest, ImageGenerateRequest, ImageSchemaRequest

from vlmrun._async.resources._base import storage_url
from vlmrun._async.resources._media_predictions import MediaPredictions
from vlmrun._core.options import RequestOptions
from vlmrun._core.polling import DEFAULT_WAIT
from vlmrun._core.request_context import RequestContext
from vlmrun._requests.agent import resolve_config
from vlmrun._requests.media import Images, images_of
from vlmrun._requests.prediction import Waiting, prediction_body
from vlmrun._runtime.async_runtime import in_thread
from vlmrun._validation import check_id, check_str
from vlmrun.errors import InputError
from vlmrun.types.agent import GenerationConfig
from vlmrun.types.files import FileResponse
from vlmrun.types.metadata import RequestMetadata
from vlmrun.types.predictions import PredictionResponse
from vlmrun.types.skills import AgentSkill

if TYPE_CHECKING:
    from PIL import Image

    ImageInput = Image.Image | os.PathLike[str] | bytes | BinaryIO


class ImagePredictions(MediaPredictions):
    """Structured data from images; list, get and wait are those of `predictions`."""

    attribute = "image"
    operations: ClassVar = {
        "generate_image_prediction": "generate",
        "execute_image_agent": "execute",
        "generate_image_schema": "schema",
    }

    async def generate(
        self,
        domain: str | None = None,
        images: Sequence[ImageInput] | None = None,
        urls: Sequence[str] | None = None,
        model: str | None = None,
        batch: bool = False,
        metadata: RequestMetadata | Mapping[str, Any] | None = None,
        config: GenerationConfig | Mapping[str, Any] | None = None,
        callback_url: str | None = None,
        autocast: bool = False,
        *,
        file: str | UUID | ImageInput | None = None,
        file_id: str | UUID | None = None,
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
        """Read images for a domain. Give exactly one of `images`, `urls`, `file` and `file_id`.

        Args:
            domain: Such as "document.invoice"; needed unless there are skills.
            images: Images of PIL in any mode, or `Path`s, or bytes and open binary files; all of
                one kind. They are turned as their EXIF says and sent as JPEG of quality 90, with
                white where they are transparent.
            urls: Where the service shall fetch images.
            model: The service's default, and the only one, is "vlm-1".
            batch: False returns the finished prediction, and waits where the service only queues
                it. True returns at once, with an id to poll. It is sent in either case.
            metadata: Tags; a dict will do.
            config: Prompt, the form of the answer and more; a dict of its fields will do.
            callback_url: Where the service shall post the finished prediction.
            autocast: Make `.response` of a completed prediction an instance of the class of
                `config`'s schema, or else of the domain's. Where that cannot be (pydantic is not
                installed, the answer does not fit), it stays a dict, and the log says why.
            file: One image, in any of the forms of `images`. A text with a suffix is a path, one
                without is the id of an uploaded image, one that begins like a URL is a URL.
            file_id: The id of an uploaded image; its URL is asked for and sent.
            prompt: Shortcut for `config.prompt`.
            skills: Shortcut for `config.skills`; a single one will do.
            response_model: Shortcut for `config.response_model`: what `.parsed` shall be.
            id: An id of your own for the request; by default the service makes one.
            created_at: When the request was made; by default the service takes its own clock.
            wait_timeout: With `batch=False`, seconds to wait once it is queued (default 600); None
                for no bound.
            on_update: With `batch=False`, called with the prediction after each look.
            through_pause: With `batch=False`, go on waiting while the prediction is paused.
            options: For this call alone. `deadline` bounds submission and waiting.

        Returns:
            The prediction: completed, or just accepted (`batch=True`). With `config.grounding` or
            `config.confidence` a field `x` of its `.response` has an `x_metadata` beside it.

        Raises:
            InputError: An argument that cannot be sent (a `ValueError`); nothing was sent.
            MissingFileError: A path that is not there; nothing was sent.
            DependencyError: Images need the extra `images`.
            ResourceNotFoundError: There is no such domain or skill.
            OutcomeUnknownError: The request was sent but no answer came; it was not sent again.
                Look for it with `client.predictions.list()`.
            PredictionFailedError: With `batch=False`: it failed; `prediction` has it.
            WaitTimeoutError: With `batch=False`: it is still running; the message has its id.

        Example:
            >>> prediction = await client.image.generate(
            ...     "document.invoice", images=[Path("invoice.png")]
            ... )
            >>> print(prediction.response["invoice_id"])
        """
        config = resolve_config(GenerationConfig, config, prompt, skills, response_model)
        given = images_of(images, urls, file, file_id)
        if domain is None and not (config and config.skills):
            raise InputError("domain is missing", suggestion="Give domain=..., or config.skills")
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
        body["images"] = await self._sent(given, context)
        request = ImageGenerateRequest.from_dict(body)
        kwargs = generate_image_prediction._get_kwargs(body=request)
        cast_to = (domain or "") if autocast else None
        return await self._predict(kwargs, context, config, None if batch else waiting, cast_to)

    async def execute(
        self,
        name: str,
        version: str | None = None,
        images: Sequence[ImageInput] | None = None,
        urls: Sequence[str] | None = None,
        batch: bool = False,
        metadata: RequestMetadata | Mapping[str, Any] | None = None,
        config: GenerationConfig | Mapping[str, Any] | None = None,
        callback_url: str | None = None,
        autocast: bool = False,
        *,
        file: str | UUID | ImageInput | None = None,
        file_id: str | UUID | None = None,
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
        """Run a named agent on images. Give exactly one of `images`, `urls`, `file` and `file_id`.

        Args:
            name: The agent's name.
            version: Its version; the service's default is "latest".
            images: As in `generate`, and so are all arguments that are not named here.
            urls: Where the service shall fetch images.
            batch: False returns the finished prediction.
            metadata: Tags; a dict will do.
            config: Prompt, the form of the answer and more; a dict of its fields will do.
            callback_url: Where the service shall post the finished prediction.
            autocast: Make `.response` of a completed prediction an instance of the class of
                `config`'s schema, or else of the domain that the prediction names.
            file: One image.
            file_id: The id of an uploaded image.
            prompt: Shortcut for `config.prompt`.
            skills: Shortcut for `config.skills`.
            response_model: Shortcut for `config.response_model`.
            id: An id of your own for the request.
            created_at: When the request was made.
            wait_timeout: Seconds to wait once it is queued.
            on_update: Called with the prediction after each look.
            through_pause: Go on waiting while the prediction is paused.
            options: For this call alone. `deadline` bounds submission and waiting.

        Returns:
            The prediction: completed, or just accepted (`batch=True`).

        Raises:
            ResourceNotFoundError: There is no such agent.
            InputError: An argument that cannot be sent; and the other errors of `generate`.

        Example:
            >>> prediction = await client.image.execute("invoices", images=[Path("invoice.png")])
        """
        config = resolve_config(GenerationConfig, config, prompt, skills, response_model)
        given = images_of(images, urls, file, file_id)
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
        body["images"] = await self._sent(given, context)
        kwargs = execute_image_agent._get_kwargs(body=ImageExecuteRequest.from_dict(body))
        cast_to = "" if autocast else None
        return await self._predict(kwargs, context, config, None if batch else waiting, cast_to)

    async def schema(
        self,
        images: Sequence[ImageInput] | None = None,
        urls: Sequence[str] | None = None,
        *,
        file: str | UUID | ImageInput | None = None,
        file_id: str | UUID | None = None,
        model: str | None = None,
        id: str | None = None,
        created_at: datetime | str | None = None,
        callback_url: str | None = None,
        wait_timeout: float | None = DEFAULT_WAIT,
        on_update: Callable[[PredictionResponse], Any] | None = None,
        through_pause: bool = False,
        options: RequestOptions | None = None,
    ) -> PredictionResponse:
        """Derive a schema from images. Give exactly one of `images`, `urls`, `file` and `file_id`.

        Args:
            images: As in `generate`, and so are all arguments.
            urls: Where the service shall fetch images.
            file: One image.
            file_id: The id of an uploaded image.
            model: The service's default, and the only one, is "vlm-1".
            id: An id of your own for the request.
            created_at: When the request was made.
            callback_url: Where the service shall post the finished prediction.
            wait_timeout: Seconds to wait once it is queued.
            on_update: Called with the prediction after each look.
            through_pause: Go on waiting while the prediction is paused.
            options: For this call alone. `deadline` bounds submission and waiting.

        Returns:
            The completed prediction, whose `.response` is a `SchemaResponse`.

        Raises:
            InputError: An argument that cannot be sent; and the other errors of `generate`.

        Example:
            >>> prediction = await client.image.schema(images=[Path("invoice.png")])
            >>> print(prediction.response.json_schema)
            >>> Invoice = prediction.response.response_model
        """
        given = images_of(images, urls, file, file_id)
        body = prediction_body(model=model, callback_url=callback_url, id=id, created_at=created_at)
        waiting = Waiting.checked(wait_timeout, on_update, through_pause)
        context = self._begin(options)
        body["images"] = await self._sent(given, context)
        kwargs = generate_image_schema._get_kwargs(body=ImageSchemaRequest.from_dict(body))
        return await self._derive(kwargs, context, waiting)

    async def _sent(self, given: Images, context: RequestContext) -> list[str]:
        """The images as they are sent; an uploaded one by its URL, since ids have no field."""
        if given.file_id is None:
            return await in_thread(given.encoded)
        kwargs = get_file._get_kwargs(check_id("file_id", given.file_id), generate_public_url=True)
        return [storage_url(await self._one(FileResponse, kwargs, context), "public_url")]
