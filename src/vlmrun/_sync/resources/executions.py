# Derived from _async/resources/executions.py by `make generate`. Do not edit.
"""`client.executions`: runs of agents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from vlmrun_api.api.executions import get_execution, list_executions

from vlmrun._core.polling import DEFAULT_WAIT
from vlmrun._core.request_context import RequestContext
from vlmrun._core.request_options import RequestOptions
from vlmrun._sync.resources._jobs import Jobs
from vlmrun.errors import ResourceNotFoundError
from vlmrun.types.executions import AgentExecutionResponse
from vlmrun.types.jobs import ParsedT


class Executions(Jobs[AgentExecutionResponse]):
    """Get, list and wait for the executions of agents."""

    _attribute = "executions"
    _job_class = AgentExecutionResponse
    _operations: ClassVar = {
        "get_execution": "get",
        "list_executions": "list",
    }

    if TYPE_CHECKING:
        # The class of `parsed` follows from `response_model`, which `Jobs` cannot express: Python
        # has no type variables for classes that have parameters themselves.
        def get(
            self,
            id: str,
            *,
            response_model: type[ParsedT] | Mapping[str, Any] | None = None,
            options: RequestOptions | None = None,
        ) -> AgentExecutionResponse[ParsedT]: ...

        def wait(
            self,
            id: str,
            timeout: float | None = DEFAULT_WAIT,
            sleep: float | None = None,
            *,
            on_update: Callable[[AgentExecutionResponse[Any]], Any] | None = None,
            through_pause: bool = False,
            response_model: type[ParsedT] | Mapping[str, Any] | None = None,
            options: RequestOptions | None = None,
        ) -> AgentExecutionResponse[ParsedT]: ...

    def _list_kwargs(self, **query: int) -> dict[str, Any]:
        return list_executions._get_kwargs(**query)

    def _fetch(self, id: str, context: RequestContext) -> AgentExecutionResponse:
        try:
            kwargs = get_execution._get_kwargs(id)
            return self._request(AgentExecutionResponse, kwargs, context)
        except ResourceNotFoundError as error:
            error.suggestion = "Check the id; client.predictions.get takes the id of a prediction"
            raise
