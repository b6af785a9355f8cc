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

from vlmrun._async.http.operation_sender import storage_url
from vlmrun._async.resources._media_predictions import PredictionArguments
from vlmrun._async.resources._prediction_batches import PredictionBatches
from vlmrun._core.polling import DEFAULT_WAIT
from vlmrun._core.request_context import RequestContext
from vlmrun._core.request_options import RequestOptions
from vlmrun._requests.agent import resolve_config
from vlmrun._requests.batch_inputs import image_arguments
from vlmrun._requests.media import Images, check_domain, images_of
from vlmrun._runtime.async_runtime import in_thread
from vlmrun._validation import check_id, check_str
from vlmrun.errors import InputError
from vlmrun.types.agent import GenerationConfig, PredictionModel
from vlmrun.types.files import FileResponse
from vlmrun.types.jobs import ParsedT, ResultT
from vlmrun.types.metadata import RequestMetadata
from vlmrun.types.predictions import PredictionResponse
from vlmrun.types.skills import AgentSkill

if TYPE_CHECKING:
    from PIL import Image

    from vlmrun._async.many.operation import PreparedItem

    ImageInput = Image.Image | os.PathLike[str] | bytes | BinaryIO


class ImagePredictions(PredictionBatches):
    """Structured data from images; list, get and wait are those of `predictions`."""

    _attribute = "image"
    _operations: ClassVar = {
        "generate_image_prediction": "generate",
        "execute_image_agent": "execute",
        "generate_image_schema": "schema",
    }
    _generate: ClassVar = generate_image_prediction

    async def generate(
        self,
        domain: str | None = None,
        images: Sequence[ImageInput] | None = None,
        urls: Sequence[str] | None = None,
        model: PredictionModel | str | None = None,
        batch: bool = False,
        metadata: RequestMetadata | Mapping[str, Any] | None = None,
        config: GenerationConfig[ParsedT] | Mapping[str, Any] | None = None,
        callback_url: str | None = None,
        autocast: bool = False,
        *,
        file: str | UUID | ImageInput | None = None,
        file_id: str | UUID | None = None,
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
        """Extract structured data from images.

        Pass exactly one of `images`, `urls`, `file` and `file_id`.

        Args:
            domain: For example "document.invoice"; required unless there are skills.
            images: PIL images in any mode, `Path` objects, or bytes and open binary files; all of
                the same kind. They are rotated according to their EXIF orientation and sent as
                JPEG of quality 90, with transparency on white.
            urls: URLs that the service fetches the images from.
            model: The service's default, and the only one, is "vlm-1".
            batch: False (default) returns the completed prediction, and waits if the service only
                queues it. True returns at once, with an id to poll. It is sent in either case.
            metadata: Tags; may be a dict.
            config: Prompt, schema of the response and more; may be a dict of its fields.
            callback_url: The URL that the service posts the completed prediction to.
            autocast: Make `.response` of a completed prediction an instance of the class of
                `config`'s schema, or else of the domain's. If that is not possible (pydantic is not
                installed, or the response does not match), it stays a dict, and a warning is
                logged.
            file: One image, in any of the forms of `images`. A str with a suffix is a path, one
                without is the id of an uploaded image, one that starts like a URL is a URL.
            file_id: The id of an uploaded image, whose URL is looked up and sent.
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
            options: Options of this call. `deadline` covers submission and waiting.

        Returns:
            The prediction: completed, or just accepted (`batch=True`). With `config.grounding` or
            `config.confidence`, a field `x` of its `.response` has an `x_metadata` next to it.

        Raises:
            InputError: An argument is invalid (a `ValueError`); nothing was sent.
            MissingFileError: A path does not exist; nothing was sent.
            DependencyError: Images need the extra `images`.
            ResourceNotFoundError: The domain or a skill does not exist.
            OutcomeUnknownError: The request was sent, but there was no response. It was not sent
                again; `client.predictions.reconcile(error)` tells what became of it.
            PredictionFailedError: With `batch=False`: it failed; `prediction` has it.
            WaitTimeoutError: With `batch=False`: it is still running; the message has its id.

        Example:
            >>> prediction = await client.image.generate(
            ...     "document.invoice", images=[Path("invoice.png")]
            ... )
            >>> print(prediction.response["invoice_id"])
        """
        config = resolve_config(GenerationConfig, config, prompt, skills, response_model)
        check_domain(domain)
        media = images_of(images, urls, file, file_id)
        _require_domain(domain, config)
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
        return await self._predict(
            generate_image_prediction, media, arguments, domain=domain, model=model
        )

    async def execute(
        self,
        name: str,
        version: str | None = None,
        images: Sequence[ImageInput] | None = None,
        urls: Sequence[str] | None = None,
        batch: bool = False,
        metadata: RequestMetadata | Mapping[str, Any] | None = None,
        config: GenerationConfig[ParsedT] | Mapping[str, Any] | None = None,
        callback_url: str | None = None,
        autocast: bool = False,
        *,
        file: str | UUID | ImageInput | None = None,
        file_id: str | UUID | None = None,
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
        """Run a named agent on images.

        Pass exactly one of `images`, `urls`, `file` and `file_id`.

        Args:
            name: The agent's name.
            version: The agent's version; the service's default is "latest".
            images: PIL images in any mode, `Path` objects, or bytes and open binary files; all of
                the same kind. They are rotated according to their EXIF orientation and sent as
                JPEG of quality 90, with transparency on white.
            urls: URLs that the service fetches the images from.
            batch: False (default) returns the completed prediction, and waits if the service only
                queues it. True returns at once, with an id to poll.
            metadata: Tags; may be a dict.
            config: Prompt, schema of the response and more; may be a dict of its fields.
            callback_url: The URL that the service posts the completed prediction to.
            autocast: Make `.response` of a completed prediction an instance of the class of
                `config`'s schema, or else of the domain that the prediction names. If that is not
                possible, it stays a dict, and a warning is logged.
            file: One image, in any of the forms of `images`. A str with a suffix is a path, one
                without is the id of an uploaded image, one that starts like a URL is a URL.
            file_id: The id of an uploaded image, whose URL is looked up and sent.
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
            options: Options of this call. `deadline` covers submission and waiting.

        Returns:
            The prediction: completed, or just accepted (`batch=True`).

        Raises:
            ResourceNotFoundError: The agent does not exist.
            InputError: An argument is invalid (a `ValueError`); nothing was sent.
            MissingFileError: A path does not exist; nothing was sent.
            DependencyError: Images need the extra `images`.
            OutcomeUnknownError: The request was sent, but there was no response. It was not sent
                again; `client.predictions.reconcile(error)` tells what became of it.
            PredictionFailedError: It failed; `prediction` has it.
            WaitTimeoutError: It is still running; the message has its id.

        Example:
            >>> prediction = await client.image.execute("invoices", images=[Path("invoice.png")])
        """
        config = resolve_config(GenerationConfig, config, prompt, skills, response_model)
        media = images_of(images, urls, file, file_id)
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
        return await self._predict(
            execute_image_agent, media, arguments, name=name, version=version
        )

    async def schema(
        self,
        images: Sequence[ImageInput] | None = None,
        urls: Sequence[str] | None = None,
        *,
        file: str | UUID | ImageInput | None = None,
        file_id: str | UUID | None = None,
        model: PredictionModel | str | None = None,
        id: str | None = None,
        created_at: datetime | str | None = None,
        callback_url: str | None = None,
        wait_timeout: float | None = DEFAULT_WAIT,
        on_update: Callable[[PredictionResponse], Any] | None = None,
        through_pause: bool = False,
        options: RequestOptions | None = None,
    ) -> PredictionResponse:
        """Derive a schema from images.

        Pass exactly one of `images`, `urls`, `file` and `file_id`.

        Args:
            images: PIL images in any mode, `Path` objects, or bytes and open binary files; all of
                the same kind. They are rotated according to their EXIF orientation and sent as
                JPEG of quality 90, with transparency on white.
            urls: URLs that the service fetches the images from.
            file: One image, in any of the forms of `images`. A str with a suffix is a path, one
                without is the id of an uploaded image, one that starts like a URL is a URL.
            file_id: The id of an uploaded image, whose URL is looked up and sent.
            model: The service's default, and the only one, is "vlm-1".
            id: Your own id for the job; by default a new UUID, created before the first attempt.
            created_at: The time of the request; by default the service uses its own clock.
            callback_url: The URL that the service posts the completed prediction to.
            wait_timeout: Seconds to wait once it is queued (default 600); None for no limit.
            on_update: Called with the prediction after each poll.
            through_pause: Keep waiting while the prediction is paused.
            options: Options of this call. `deadline` covers submission and waiting.

        Returns:
            The completed prediction, whose `.response` is a `SchemaResponse`.

        Raises:
            InputError: An argument is invalid (a `ValueError`); nothing was sent.
            MissingFileError: A path does not exist; nothing was sent.
            DependencyError: Images need the extra `images`.
            OutcomeUnknownError: The request was sent, but there was no response. It was not sent
                again; `client.predictions.reconcile(error)` tells what became of it.
            PredictionFailedError: It failed; `prediction` has it.
            WaitTimeoutError: It is still running; the message has its id.

        Example:
            >>> prediction = await client.image.schema(images=[Path("invoice.png")])
            >>> print(prediction.response.json_schema)
            >>> Invoice = prediction.response.response_model
        """
        media = images_of(images, urls, file, file_id)
        arguments = PredictionArguments(
            callback_url=callback_url,
            id=id,
            created_at=created_at,
            wait_timeout=wait_timeout,
            on_update=on_update,
            through_pause=through_pause,
            options=options,
        )
        return await self._derive_schema(generate_image_schema, media, arguments, model)

    async def _media_fields(self, media: Images, context: RequestContext) -> dict[str, Any]:
        # Encoding would block the event loop.
        if media.file_id is None:
            return {"images": await in_thread(media.encoded)}
        return {"images": [await self._url_of(media.file_id, context)]}

    async def _url_of(self, file_id: str, context: RequestContext) -> str:
        # Requests for images have no field for the id of an uploaded file.
        kwargs = get_file._get_kwargs(check_id("file_id", file_id), generate_public_url=True)
        file = await self._request(FileResponse, kwargs, context)
        return storage_url(file, "public_url", context)

    def _check_domain(self, domain: str | None, config: GenerationConfig | None) -> None:
        check_domain(domain)
        _require_domain(domain, config)

    def _prepare_item(self, item: Any) -> PreparedItem:
        from vlmrun._async.many.operation import PreparedItem
        from vlmrun._requests.sent_files import sent_media

        media = images_of(**image_arguments(item))
        if media.file_id is not None:
            return PreparedItem({"file_id": media.file_id}, others=sent_media(media))
        return PreparedItem({"images": media.encoded()}, others=sent_media(media))

    async def _complete_fields(
        self, fields: dict[str, Any], context: RequestContext
    ) -> dict[str, Any]:
        if "images" in fields:
            return fields
        return {"images": [await self._url_of(fields["file_id"], context)]}


def _require_domain(domain: str | None, config: GenerationConfig | None) -> None:
    """Raise `InputError` if images have neither a domain nor skills.

    The other media can do without a domain; images without one are rejected only after they were
    encoded and sent.
    """
    if domain is None and not (config and config.skills):
        raise InputError("domain is missing", suggestion="Pass domain=..., or config.skills")
