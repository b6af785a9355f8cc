"""`client.predictions`: predictions from files, as jobs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from vlmrun_api.api.executions import get_execution
from vlmrun_api.api.predictions import get_prediction, list_predictions

from vlmrun._async.resources._jobs import Jobs
from vlmrun._core.polling import DEFAULT_WAIT
from vlmrun._core.request_context import RequestContext
from vlmrun._core.request_options import RequestOptions
from vlmrun.errors import ResourceNotFoundError
from vlmrun.types.jobs import ParsedT
from vlmrun.types.predictions import PredictionResponse


class Predictions(Jobs[PredictionResponse]):
    """Get, list and wait for predictions; the ids of executions are accepted too."""

    _attribute = "predictions"
    _job_class = PredictionResponse
    _operations: ClassVar = {
        "get_prediction": "get",
        "list_predictions": "list",
    }

    if TYPE_CHECKING:
        # The class of `parsed` follows from `response_model`, which `Jobs` cannot express: Python
        # has no type variables for classes that have parameters themselves.
        async def get(
            self,
            id: str,
            *,
            response_model: type[ParsedT] | Mapping[str, Any] | None = None,
            options: RequestOptions | None = None,
        ) -> PredictionResponse[ParsedT]: ...

        async def wait(
            self,
            id: str,
            timeout: float | None = DEFAULT_WAIT,
            sleep: float | None = None,
            *,
            on_update: Callable[[PredictionResponse[Any]], Any] | None = None,
            through_pause: bool = False,
            response_model: type[ParsedT] | Mapping[str, Any] | None = None,
            options: RequestOptions | None = None,
        ) -> PredictionResponse[ParsedT]: ...

    def _list_kwargs(self, **query: int) -> dict[str, Any]:
        return list_predictions._get_kwargs(**query)

    async def _fetch(self, id: str, context: RequestContext) -> PredictionResponse:
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
