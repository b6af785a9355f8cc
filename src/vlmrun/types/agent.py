"""Agents: the configuration of a run, and what the service says of agents and executions."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import attrs

from vlmrun.errors import InputError
from vlmrun.types._base import Model, Received
from vlmrun.types._schema import json_schema_of
from vlmrun.types.common import CreditUsage, Job, ServiceTier
from vlmrun.types.skills import AgentSkill

__all__ = [
    "AgentCreationConfig",
    "AgentCreationResponse",
    "AgentExecutionConfig",
    "AgentExecutionOrCreationConfig",
    "AgentExecutionResponse",
    "AgentInfo",
    "AgentResponse",
    "GenerationConfig",
]


class _SchemaConfig(Model):
    """A configuration whose `response_model` goes out as `json_schema`."""

    prompt: str | None = None
    response_model: Any = None
    json_schema: dict[str, Any] | None = None
    skills: list[AgentSkill] | None = None
    service_tier: ServiceTier | None = None

    def _verify(self) -> None:
        if self.response_model is None:
            return
        if self.json_schema is not None:
            name = type(self).__name__
            raise InputError(f"{name}: give response_model or json_schema, not both")
        self._response_schema()

    def _response_schema(self) -> dict[str, Any]:
        """Return the JSON schema of `response_model`, which pydantic takes milliseconds to build.

        It is cached together with the model, so that copies of the configuration share it.
        """
        if isinstance(self.response_model, Mapping):
            return json_schema_of(self.response_model)
        model, schema = self.__dict__.get("_cached_schema", (None, None))
        if schema is None or model is not self.response_model:
            schema = json_schema_of(self.response_model)
            self.__dict__["_cached_schema"] = (self.response_model, schema)
        return copy.deepcopy(schema)

    def model_dump(self, **options: Any) -> dict[str, Any]:
        """Return the fields as a dict, with `response_model` as the `json_schema` that is sent.

        Accepts the options of every type's `model_dump`.
        """
        dumped = super().model_dump(**options)
        if dumped.pop("response_model", None) is not None:
            dumped["json_schema"] = self._response_schema()
        return dumped

    def to_dict(self) -> dict[str, Any]:
        """Return the body that is sent: the fields that are set, as JSON."""
        sent = self.model_dump(mode="json", exclude_none=True, exclude={"skills"})
        if self.skills is not None:
            sent["skills"] = [skill.to_dict() for skill in self.skills]
        return sent


class AgentExecutionOrCreationConfig(_SchemaConfig):
    """What configures both a run and a new agent. What is not set is not sent.

    Attributes:
        prompt: What the agent shall do.
        response_model: The form of the answer: a pydantic class, a JSON schema, or (extra
            `structured`) a dataclass, TypedDict or attrs class. Sent as `json_schema`.
        json_schema: The same as a JSON schema; not together with `response_model`.
        skills: Skills to use, `AgentSkill` or dicts of its fields.
        service_tier: Price and speed; the service's default is "standard".
        orchestration_mode: The service's own default where not set.

    Raises:
        InputError: Both `response_model` and `json_schema`, or a value that cannot be.
        InputTypeError: A field that does not exist; the message names the nearest.
    """

    orchestration_mode: bool | None = None


class AgentExecutionConfig(AgentExecutionOrCreationConfig):
    """Configuration of one run: the base's fields, and `mode` ("agent" or "program").

    Example:
        >>> AgentExecutionConfig(prompt="Read it", skills=[{"skill_name": "invoices"}]).to_dict()
        {'prompt': 'Read it', 'skills': [{'type': 'skill_reference', 'skill_name': 'invoices'}]}
    """

    mode: Literal["agent", "program"] | None = None


class AgentCreationConfig(AgentExecutionOrCreationConfig):
    """Configuration of a new agent; `prompt` is required by `client.agent.create`."""


class GenerationConfig(_SchemaConfig):
    """Configuration of a prediction. What is not set is not sent; the service has its defaults.

    Attributes:
        response_model: The form of the answer, as in `AgentExecutionConfig`; `.response` stays a
            dict, and `.parsed` is the instance.
        gql_stmt: A GraphQL selection of the domain's fields, to get these only.
        detail: "auto" (the service's default), "lo" or "hi".
        confidence: Put an `x_metadata` beside each field `x` of the answer, whose `confidence` is
            "hi", "med" or "low" (also seen: "lo").
        grounding: Put into `x_metadata` where `x` was read: `bboxes`, a list of `{"xywh": [x, y,
            width, height]}` or `{"bbox": {"xywh": ...}, "content": ..., "page": ...}` with pages
            from 0; older answers have a single `bbox` and `bbox_content`. Numbers are fractions of
            the width and the height.
        page_indices: Pages of a document to read, from 0; all where not set.
        video_segment_duration: Seconds.
        skills: In place of a domain.

    Example:
        >>> GenerationConfig(detail="hi", grounding=True).to_dict()
        {'detail': 'hi', 'grounding': True}
    """

    gql_stmt: str | None = None
    max_retries: int | None = None
    max_tokens: int | None = None
    temperature: float | None = None
    detail: Literal["auto", "lo", "hi"] | None = None
    confidence: bool | None = None
    grounding: bool | None = None
    keyframes: bool | None = None
    video_segment_duration: float | None = None
    video_frames_per_segment: int | None = None
    page_indices: list[int] | None = None

    def model_dump(self, **options: Any) -> dict[str, Any]:
        """The fields that are set as a dict, with `response_model` as the `json_schema` sent.

        Takes the options of every type's `model_dump`; `exclude_none` is True by default.
        """
        return super().model_dump(**{"exclude_none": True, **options})


class AgentInfo(Received):
    """An agent."""

    id: str
    name: str
    description: str | None = None
    prompt: str | None = None
    json_schema: dict[str, Any] | None = None
    json_sample: dict[str, Any] | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    status: str = "pending"


AgentResponse = AgentInfo  # the name that one page of the documentation imports


class AgentCreationResponse(Received):
    """A newly created agent."""

    id: str
    name: str
    created_at: datetime | None = None
    updated_at: datetime | None = None
    status: str = "pending"


class AgentExecutionResponse(Job):
    """One run of an agent.

    Attributes:
        id: The execution's id, for `client.executions.get` and `wait`.
        status: pending, enqueued, running, completed, failed or paused; others are kept.
        response: The answer, plain JSON, once completed.
        usage: What it has cost.
    """

    id: str
    name: str | None = None
    created_at: datetime | None = None
    completed_at: datetime | None = None
    response: Any = None
    execution_mode: str | None = None
    status: str = "pending"
    usage: CreditUsage = attrs.field(factory=CreditUsage)
