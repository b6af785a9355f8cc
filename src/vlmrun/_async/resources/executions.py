"""`client.executions`: runs of agents."""

from __future__ import annotations

from typing import ClassVar

from vlmrun_api.api.executions import get_execution, list_executions

from vlmrun._async.resources._jobs import Jobs
from vlmrun._core.request_context import RequestContext
from vlmrun.types.agent import AgentExecutionResponse
from vlmrun.types.page import Page


class Executions(Jobs[AgentExecutionResponse]):
    """Look at the runs of agents, and wait for them."""

    attribute = "executions"
    operations: ClassVar = {
        "get_execution": "get",
        "list_executions": "list",
    }

    async def _page(
        self, given: dict[str, int], context: RequestContext
    ) -> Page[AgentExecutionResponse]:
        return await self._many(
            AgentExecutionResponse, list_executions._get_kwargs(**given), context
        )

    async def _fetch(self, id: str, context: RequestContext) -> AgentExecutionResponse:
        return await self._one(AgentExecutionResponse, get_execution._get_kwargs(id), context)
