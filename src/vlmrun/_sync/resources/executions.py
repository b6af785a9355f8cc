# Derived from _async/resources/executions.py by `make generate`. Do not edit.
"""`client.executions`: runs of agents."""

from __future__ import annotations

from typing import ClassVar

from vlmrun_api.api.executions import get_execution, list_executions

from vlmrun._core.request_context import RequestContext
from vlmrun._sync.resources._jobs import Jobs
from vlmrun.types.executions import AgentExecutionResponse
from vlmrun.types.page import Page


class Executions(Jobs[AgentExecutionResponse]):
    """Get, list and wait for the executions of agents."""

    attribute = "executions"
    job_class = AgentExecutionResponse
    operations: ClassVar = {
        "get_execution": "get",
        "list_executions": "list",
    }

    def _page(self, query: dict[str, int], context: RequestContext) -> Page[AgentExecutionResponse]:
        kwargs = list_executions._get_kwargs(**query)
        return self._request_page(AgentExecutionResponse, kwargs, context)

    def _fetch(self, id: str, context: RequestContext) -> AgentExecutionResponse:
        return self._request(AgentExecutionResponse, get_execution._get_kwargs(id), context)
