"""Executions of agents."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

import attrs

from vlmrun.types.jobs import (
    CreditUsage,
    Job,
    JobStatus,
    NewResponseModel,
    NewT,
    ParsedT,
    calls_for,
)

__all__ = ["AgentExecutionResponse"]


class AgentExecutionResponse(Job[ParsedT]):
    """An execution of an agent.

    Attributes:
        id: The id, for `client.executions.get` and `wait`.
        status: "pending", "enqueued", "running", "completed", "failed", "paused", or a status that
            this version does not know.
        response: The response as JSON data, once the execution has completed.
        usage: The cost of the execution.
    """

    _elsewhere: ClassVar[dict[str, str]] = calls_for("client.executions")

    id: str
    name: str | None = None
    created_at: datetime | None = None
    completed_at: datetime | None = None
    response: Any = None
    execution_mode: str | None = None
    status: JobStatus | str = "pending"
    usage: CreditUsage = attrs.field(factory=CreditUsage)

    if TYPE_CHECKING:
        # Python has no way to say that the type of `self` takes another argument.
        def with_response_model(
            self, response_model: NewResponseModel[NewT]
        ) -> AgentExecutionResponse[NewT]:
            """Return the same job with `parsed` as an instance of `response_model`.

            Args:
                response_model: A pydantic class, a JSON schema, or (extra `structured`) a
                    dataclass, TypedDict or attrs class.
            """
            raise NotImplementedError
