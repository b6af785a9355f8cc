"""Base class of `client.image`, `document`, `audio` and `video`: submit, wait, and cast."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple

from vlmrun._async.resources._submission import JobSubmission
from vlmrun._async.resources.predictions import Predictions
from vlmrun._async.waiting import WaitOptions
from vlmrun._core.outcomes import add_note, before_submission
from vlmrun._core.polling import DEFAULT_WAIT
from vlmrun._core.request_context import RequestContext
from vlmrun._core.request_options import RequestOptions
from vlmrun._requests.prediction import prediction_body
from vlmrun._requests.sent_files import of_indices, sent_media
from vlmrun._validation import check_bool
from vlmrun.errors import (
    APIError,
    InputError,
    ResponseDecodeError,
    UnprocessableEntityError,
    VLMRunError,
)
from vlmrun.types._base import read
from vlmrun.types._response_models import parse_response
from vlmrun.types._saving import check_save_to
from vlmrun.types.agent import GenerationConfig
from vlmrun.types.domains import SchemaResponse
from vlmrun.types.metadata import RequestMetadata
from vlmrun.types.predictions import PredictionResponse

logger = logging.getLogger("vlmrun")


class PredictionArguments(NamedTuple):
    """The arguments that all calls for predictions have in common, as the caller passed them.

    Attributes:
        batch: Whether to return at once; None is not sent, and waits.
        autocast: Whether to make the response an instance of the schema's class.
    """

    callback_url: str | None
    id: str | None
    created_at: datetime | str | None
    batch: bool | None = None
    config: GenerationConfig | None = None
    metadata: RequestMetadata | Mapping[str, Any] | None = None
    autocast: bool = False
    wait_timeout: float | None = DEFAULT_WAIT
    on_update: Callable[[PredictionResponse], Any] | None = None
    through_pause: bool = False
    save_to: str | os.PathLike[str] | None = None
    options: RequestOptions | None = None


class MediaPredictions(Predictions, JobSubmission):
    """Predictions from one kind of media; list, get and wait are those of `client.predictions`."""

    async def _media_fields(self, media: Any, context: RequestContext) -> dict[str, Any]:
        """Return the fields of a body that hold the media, after uploading or encoding them."""
        raise NotImplementedError

    async def _predict(
        self, operation: Any, media: Any, arguments: PredictionArguments, **fields: str | None
    ) -> PredictionResponse:
        """Submit a prediction, and wait for it unless `batch` is set.

        Args:
            operation: The generated module of the operation.
            media: What `_media_fields` takes.
            arguments: What the caller passed.
            **fields: Further fields of the body; with `domain`, `autocast` casts to its class.
        """
        body = prediction_body(
            batch=arguments.batch,
            config=arguments.config,
            metadata=arguments.metadata,
            callback_url=arguments.callback_url,
            id=arguments.id,
            created_at=arguments.created_at,
            **fields,
        )
        wait_options = WaitOptions.unless(
            arguments.batch,
            arguments.wait_timeout,
            arguments.on_update,
            arguments.through_pause,
        )
        check_save_to(arguments.save_to, arguments.batch)
        check_bool("autocast", arguments.autocast)
        context = self._begin(arguments.options)
        if arguments.autocast:
            self._prepare_cast(arguments.config)
        with before_submission(PredictionResponse, body):
            body |= await self._media_fields(media, context)
        config = arguments.config
        advice: dict[type[APIError], str] = {}
        if fields.get("domain", "") is None and not (config and config.skills):
            missing = "Pass domain=..., such as 'document.invoice', or skills=..."
            advice[UnprocessableEntityError] = missing
        prediction = await self._run_job(
            self._source(config and config.response_model),
            operation._get_kwargs,
            body,
            context,
            wait_options,
            sent=of_indices(sent_media(media), config.page_indices if config else None),
            advice=advice,
        )
        if arguments.autocast and prediction.status == "completed":
            prediction = await self._cast(prediction, fields.get("domain"), config, context)
        await self._save_to(prediction, arguments.save_to, context)
        return prediction

    async def _derive_schema(
        self, operation: Any, media: Any, arguments: PredictionArguments, model: str | None
    ) -> PredictionResponse:
        """Submit, wait, and read the response as a schema."""
        # Imported before the request is sent, like all that converts its result.
        schemas = self._client_context.domain_schemas
        prediction = await self._predict(operation, media, arguments, model=model)
        # The response of this operation is a schema, regardless of `response_model`.
        try:
            schema = read(SchemaResponse, prediction.response)
        except ResponseDecodeError as error:
            error.outcome, error.job_id = "accepted", prediction.id
            error.suggestion = f"Prediction {prediction.id} is completed; its response is in .raw"
            raise
        return prediction._with_response(schemas.share_classes(schema))

    def _prepare_cast(self, config: GenerationConfig | None) -> None:
        """Import and build what the response will be cast with, before the request is sent.

        Failures are reported with the prediction, which is returned in spite of them.
        """
        requested = config and (config.response_model or config.json_schema)
        schema = dict(requested) if isinstance(requested, Mapping) else None
        with suppress(VLMRunError):
            self._client_context.domain_schemas.prepare(schema)

    async def _cast(
        self,
        prediction: PredictionResponse,
        domain: str | None,
        config: GenerationConfig | None,
        context: RequestContext,
    ) -> PredictionResponse:
        """Return the prediction with its response as an instance of the schema's class.

        The prediction is paid for, so a schema that cannot be fetched or does not fit must not lose
        it: then it is returned unchanged, and a warning is logged.
        """
        if not isinstance(prediction.response, (dict, list)):
            return prediction
        try:
            cls = await self._class_for(domain or prediction.domain, config, context)
            parsed = parse_response(cls, prediction.response, keep_metadata=True)
        except Exception as error:  # after any error, the prediction must not be lost
            logger.warning(
                "autocast: the response of prediction %s is left unchanged: %s",
                prediction.id,
                error.message if isinstance(error, VLMRunError) else type(error).__name__,
            )
            return prediction
        except BaseException as error:  # Ctrl-C, or a cancelled task
            add_note(
                error, f"The prediction is completed: client.predictions.get({prediction.id!r})"
            )
            raise
        return prediction._with_response(parsed)

    async def _class_for(
        self, domain: str | None, config: GenerationConfig | None, context: RequestContext
    ) -> Any:
        """Return the class of the schema in the configuration, or else of the domain's."""
        requested = config and (config.response_model or config.json_schema)
        if isinstance(requested, Mapping):
            return self._client_context.schema_classes.model_of(dict(requested))
        if requested is not None and not hasattr(requested, "model_validate"):
            raise InputError("only .parsed can be an instance of a class that is not pydantic's")
        if requested is not None:
            return requested
        if not domain:
            raise InputError("there is neither a domain nor a schema to cast it to")
        gql_stmt = None if config is None else config.gql_stmt
        narrowing = {"gql_stmt": gql_stmt} if gql_stmt else None
        schemas = self._client_context.domain_schemas
        return await schemas.fetch_class(domain, narrowing, context)
