"""What `image`, `document`, `audio` and `video` share: from a request to a finished prediction."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from vlmrun._async.resources.predictions import Predictions
from vlmrun._core.request_context import RequestContext
from vlmrun._requests.prediction import Waiting
from vlmrun.errors import InputError, ResponseDecodeError, VLMRunError
from vlmrun.types._base import read
from vlmrun.types.agent import GenerationConfig
from vlmrun.types.domains import SchemaResponse
from vlmrun.types.predictions import PredictionResponse

logger = logging.getLogger("vlmrun")


class MediaPredictions(Predictions):
    """Predictions from one kind of media; list, get and wait are those of `client.predictions`."""

    async def _predict(
        self,
        kwargs: dict[str, Any],
        context: RequestContext,
        config: GenerationConfig | None,
        waiting: Waiting | None,
        cast_to: str | None,
    ) -> PredictionResponse:
        """Submit, and wait where that is wished.

        Args:
            kwargs: The request.
            context: The settings, and the deadline over all of it.
            config: Its `response_model` is what `.parsed` will be.
            waiting: How to wait; None returns the prediction as it was accepted.
            cast_to: The domain whose class `.response` shall be of, or "" for whichever the
                prediction names; None leaves it a dict.
        """
        prediction = await self._one(PredictionResponse, kwargs, context)
        prediction = self._submitted(prediction, config and config.response_model)
        if waiting is not None:
            prediction = await self._finish(prediction, *waiting, context)
        if cast_to is None or prediction.status != "completed":
            return prediction
        return await self._cast(prediction, cast_to, config, context)

    async def _derive(
        self, kwargs: dict[str, Any], context: RequestContext, waiting: Waiting
    ) -> PredictionResponse:
        """Submit, wait, and read the answer as the schema that it is."""
        prediction = await self._one(PredictionResponse, kwargs, context)
        prediction = await self._finish(prediction, *waiting, context)
        schema = read(SchemaResponse, prediction.response)
        return prediction._with_response(schema._with_model_cache(self._client._classes))

    async def _cast(
        self,
        prediction: PredictionResponse,
        domain: str,
        config: GenerationConfig | None,
        context: RequestContext,
    ) -> PredictionResponse:
        """The prediction with its answer as an object; as it is, with a word in the log, if not.

        What was paid for is never lost to a schema that cannot be had or does not fit.
        """
        if not isinstance(prediction.response, (dict, list)):
            return prediction
        try:
            cls = await self._class_of(domain or prediction.domain, config, context)
            parsed = prediction.with_response_model(cls).parsed
        except VLMRunError as error:
            logger.warning(
                "autocast: the response of prediction %s stays as it is: %s",
                prediction.id,
                _without_values(error),
            )
            return prediction
        return prediction._with_response(parsed)

    async def _class_of(
        self, domain: str | None, config: GenerationConfig | None, context: RequestContext
    ) -> Any:
        wished = config and (config.response_model or config.json_schema)
        if isinstance(wished, Mapping):
            return self._client._classes.model_of(dict(wished))
        if wished is not None and not hasattr(wished, "model_validate"):
            raise InputError("only .parsed can be of a class that is not pydantic's")
        if wished is not None:
            return wished
        if not domain:
            raise InputError("there is neither a domain nor a schema to cast it to")
        gql_stmt = None if config is None else config.gql_stmt
        return await self._client.domains._type(domain, gql_stmt, context)


def _without_values(error: VLMRunError) -> str:
    """Why, less what the prediction says: that is no business of a log."""
    cause = error.__cause__
    if cause is None or not isinstance(error, ResponseDecodeError):
        return error.message
    listed: Any = getattr(cause, "errors", list)
    places = [".".join(map(str, each["loc"])) for each in listed()]
    return f"it does not fit the schema at {', '.join(places[:5]) or 'all'}"
