"""`client.predictions`: predictions from files, as jobs."""

from __future__ import annotations

from typing import ClassVar

from vlmrun_api.api.executions import get_execution
from vlmrun_api.api.predictions import get_prediction, list_predictions

from vlmrun._async.http.operation_sender import OperationSender
from vlmrun._async.resources._jobs import Jobs
from vlmrun._core.request_context import RequestContext
from vlmrun.errors import ResourceNotFoundError
from vlmrun.types.page import Page
from vlmrun.types.predictions import PredictionResponse


class PredictionFetcher(OperationSender):
    """Mixin of the resources that poll predictions."""

    async def _fetch_prediction(self, id: str, context: RequestContext) -> PredictionResponse:
        """Return a prediction; if there is none, the execution that has the id.

        The service's documentation polls executions through `client.predictions` too.
        """
        try:
            return await self._request(PredictionResponse, get_prediction._get_kwargs(id), context)
        except ResourceNotFoundError as missing:
            try:
                kwargs = get_execution._get_kwargs(id)
                return await self._request(PredictionResponse, kwargs, context)
            except ResourceNotFoundError:
                raise missing from None


class Predictions(Jobs[PredictionResponse], PredictionFetcher):
    """Get, list and wait for predictions; the ids of executions are accepted too."""

    attribute = "predictions"
    job_class = PredictionResponse
    operations: ClassVar = {
        "get_prediction": "get",
        "list_predictions": "list",
    }

    async def _page(
        self, query: dict[str, int], context: RequestContext
    ) -> Page[PredictionResponse]:
        kwargs = list_predictions._get_kwargs(**query)
        return await self._request_page(PredictionResponse, kwargs, context)

    async def _fetch(self, id: str, context: RequestContext) -> PredictionResponse:
        return await self._fetch_prediction(id, context)
