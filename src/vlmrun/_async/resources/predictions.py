"""`client.predictions`: structured data from single files."""

from __future__ import annotations

from typing import ClassVar

from vlmrun_api.api.executions import get_execution
from vlmrun_api.api.predictions import get_prediction, list_predictions

from vlmrun._async.resources._jobs import Jobs
from vlmrun._core.request_context import RequestContext
from vlmrun.errors import ResourceNotFoundError
from vlmrun.types.page import Page
from vlmrun.types.predictions import PredictionResponse


class Predictions(Jobs[PredictionResponse]):
    """Look at predictions, and wait for them; an agent's execution is found by its id too."""

    attribute = "predictions"
    operations: ClassVar = {
        "get_prediction": "get",
        "list_predictions": "list",
    }

    async def _page(
        self, given: dict[str, int], context: RequestContext
    ) -> Page[PredictionResponse]:
        return await self._many(PredictionResponse, list_predictions._get_kwargs(**given), context)

    async def _fetch(self, id: str, context: RequestContext) -> PredictionResponse:
        """The prediction; where there is none, the execution: the documentation polls it here."""
        try:
            return await self._one(PredictionResponse, get_prediction._get_kwargs(id), context)
        except ResourceNotFoundError as missing:
            try:
                return await self._one(PredictionResponse, get_execution._get_kwargs(id), context)
            except ResourceNotFoundError:
                raise missing from None
