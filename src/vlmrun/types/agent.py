"""Agents: the configuration of an execution, and the agents of the service."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal

from vlmrun.errors import InputError
from vlmrun.types._base import Hidden, Model, Received
from vlmrun.types._response_models import json_schema_of
from vlmrun.types._schema_checks import check_json_schema
from vlmrun.types.jobs import JobStatus, ParsedT
from vlmrun.types.skills import AgentSkill

__all__ = [
    "AgentCreationConfig",
    "AgentCreationResponse",
    "AgentExecutionConfig",
    "AgentExecutionOrCreationConfig",
    "AgentInfo",
    "AgentModel",
    "AgentResponse",
    "AgentRunMode",
    "AgentToolset",
    "ExecutionPriority",
    "GenerationConfig",
    "GenerationDetail",
    "PredictionModel",
    "ServiceTier",
]

# Values that this version knows, so that editors can offer them. Where one is passed, the type is
# `... | str`: the service decides which exist, and a new one must not need a new version.
# `tests/contract/test_values.py` compares them with the contract.
AgentModel = Literal[
    "vlmrun-orion-1",
    "vlmrun-orion-1:lite",
    "vlmrun-orion-1:fast",
    "vlmrun-orion-1:auto",
    "vlmrun-orion-1:pro",
    "vlmrun-orion-2:fast",
    "vlmrun-orion-2:auto",
    "vlmrun-orion-2:pro",
]
AgentRunMode = Literal["agent", "program"]
ExecutionPriority = Literal["low", "normal", "high"]
GenerationDetail = Literal["auto", "lo", "hi"]
PredictionModel = Literal["vlm-1"]
ServiceTier = Literal["auto", "default", "standard", "flex", "priority"]
AgentToolset = Literal["core", "image", "image-gen", "world-gen", "viz", "document", "video", "web"]


class _SchemaConfig(Model, Generic[ParsedT]):
    """A configuration whose `response_model` is sent as `json_schema`.

    Type checkers derive the class of a job's `.parsed` from it.
    """

    prompt: str | None = None
    if TYPE_CHECKING:
        response_model: type[ParsedT] | Mapping[str, Any] | None = None
    else:  # pydantic has no schema for the type of a class
        response_model: Any = None
    json_schema: dict[str, Any] | None = None
    skills: list[AgentSkill] | None = None
    service_tier: ServiceTier | str | None = None

    _cached_schema: ClassVar[Any] = Hidden(None)

    def _verify(self) -> None:
        if self.response_model is None:
            if self.json_schema is not None:
                check_json_schema("json_schema", self.json_schema)
            return
        if self.json_schema is not None:
            name = type(self).__name__
            raise InputError(f"{name}: pass response_model or json_schema, not both")
        self._response_schema()  # raises now, rather than when the request is sent

    def _response_schema(self) -> dict[str, Any]:
        """Return the JSON schema of `response_model`, which pydantic takes milliseconds to build.

        It is cached together with the model, so that copies of the configuration share it.
        """
        if isinstance(self.response_model, Mapping):
            return json_schema_of(self.response_model)
        cached = self._cached_schema
        # model_copy(update={"response_model": ...}) copies the schema of the previous model.
        if cached is None or cached[0] is not self.response_model:
            cached = self.response_model, json_schema_of(self.response_model)
            self._set(_cached_schema=cached)
        return copy.deepcopy(cached[1])

    def model_dump(self, **options: Any) -> dict[str, Any]:
        """Return the fields as a dict, with `response_model` converted to `json_schema`.

        Args:
            **options: `mode="json"` for JSON values; `include`, `exclude`, `exclude_none` and
                `exclude_defaults` select the fields.
        """
        dumped = super().model_dump(**options)
        if dumped.get("response_model") is not None:
            del dumped["response_model"]
            dumped["json_schema"] = self._response_schema()
        return dumped

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON data that is sent: all fields that are set."""
        sent = self.model_dump(mode="json", exclude_none=True, exclude={"skills"})
        if self.skills is not None:
            # model_dump has the old field `bundle`, which only to_dict converts.
            sent["skills"] = [skill.to_dict() for skill in self.skills]
        return sent


class AgentExecutionOrCreationConfig(_SchemaConfig[ParsedT]):
    """The configuration of an execution or of a new agent. Fields that are not set are not sent.

    Attributes:
        prompt: The instructions for the agent.
        response_model: The type of the response and of `.parsed`: a pydantic class, a JSON schema,
            or (extra `structured`) a dataclass, TypedDict or attrs class. It is sent as
            `json_schema`.
        json_schema: The same as a JSON schema; cannot be combined with `response_model`.
        skills: Skills to use: `AgentSkill` objects, or dicts of their fields.
        service_tier: Price and speed; the service's default is "standard".
        orchestration_mode: The service has a default of its own.

    Raises:
        InputError: `response_model` and `json_schema` were both passed, or a value is invalid.
        InputTypeError: A field does not exist; the message suggests a similar one.
    """

    orchestration_mode: bool | None = None


class AgentExecutionConfig(AgentExecutionOrCreationConfig[ParsedT]):
    """The configuration of an execution. Fields that are not set are not sent.

    Attributes:
        prompt: The instructions for the agent.
        response_model: The type of the response and of `.parsed`: a pydantic class, a JSON schema,
            or (extra `structured`) a dataclass, TypedDict or attrs class. It is sent as
            `json_schema`.
        json_schema: The same as a JSON schema; cannot be combined with `response_model`.
        skills: Skills to use: `AgentSkill` objects, or dicts of their fields.
        service_tier: Price and speed; the service's default is "standard".
        orchestration_mode: The service has a default of its own.
        mode: "agent" or "program"; the service has a default of its own.

    Example:
        >>> AgentExecutionConfig(prompt="Read it", skills=[{"skill_name": "invoices"}]).to_dict()
        {'prompt': 'Read it', 'skills': [{'type': 'skill_reference', 'skill_name': 'invoices'}]}
    """

    mode: AgentRunMode | str | None = None


class AgentCreationConfig(AgentExecutionOrCreationConfig[ParsedT]):
    """The configuration of a new agent. Fields that are not set are not sent.

    Attributes:
        prompt: The instructions for the agent, which `client.agent.create` requires.
        response_model: The type of the response and of `.parsed`: a pydantic class, a JSON schema,
            or (extra `structured`) a dataclass, TypedDict or attrs class. It is sent as
            `json_schema`.
        json_schema: The same as a JSON schema; cannot be combined with `response_model`.
        skills: Skills to use: `AgentSkill` objects, or dicts of their fields.
        service_tier: Price and speed; the service's default is "standard".
        orchestration_mode: The service has a default of its own.
    """


class GenerationConfig(_SchemaConfig[ParsedT]):
    """The configuration of a prediction. Fields that are not set are not sent.

    Attributes:
        prompt: Instructions, in addition to those of the domain.
        response_model: The type of `.parsed`: a pydantic class, a JSON schema, or (extra
            `structured`) a dataclass, TypedDict or attrs class. It is sent as `json_schema`;
            `.response` stays a dict.
        json_schema: The same as a JSON schema; cannot be combined with `response_model`.
        gql_stmt: A GraphQL selection of the domain's fields that the response should have.
        detail: "auto" (the service's default), "lo" or "hi".
        confidence: Add an `x_metadata` next to each field `x` of the response, whose `confidence`
            is "hi", "med" or "low" (also seen: "lo").
        grounding: Add the location of `x` to `x_metadata`: `bboxes`, a list of `{"xywh": [x, y,
            width, height]}` or `{"bbox": {"xywh": ...}, "content": ..., "page": ...}` with pages
            from 0; older responses have a single `bbox` and `bbox_content`. Numbers are fractions
            of the page's width and height. `.evidence` of the result reads all of these forms.
        page_indices: The pages of a document to read, from 0; by default all. `.evidence` has the
            numbers of the pages in the file.
        keyframes: Add the keyframes of a video; the service's default is False.
        video_segment_duration: The duration of a segment, in seconds; the service's default is 30.
        video_frames_per_segment: The number of frames per segment; the service's default is 8.
        skills: Skills to use instead of a domain: `AgentSkill` objects, or dicts of their fields.
        service_tier: Price and speed; the service's default is "standard".
        max_retries: The number of retries of the model; the service's default is 1.
        max_tokens: The largest number of tokens to generate; the service's default is 65535.
        temperature: The temperature of the model; the service's default is 0.

    Example:
        >>> GenerationConfig(detail="hi", grounding=True).to_dict()
        {'detail': 'hi', 'grounding': True}
    """

    gql_stmt: str | None = None
    max_retries: int | None = None
    max_tokens: int | None = None
    temperature: float | None = None
    detail: GenerationDetail | str | None = None
    confidence: bool | None = None
    grounding: bool | None = None
    keyframes: bool | None = None
    video_segment_duration: float | None = None
    video_frames_per_segment: int | None = None
    page_indices: list[int] | None = None

    def model_dump(self, **options: Any) -> dict[str, Any]:
        """Return the fields that are set as a dict, with `response_model` as `json_schema`.

        Args:
            **options: `mode="json"` for JSON values; `include`, `exclude`, `exclude_none` and
                `exclude_defaults` select the fields; `exclude_none` is True by default.
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
    status: JobStatus | str = "pending"


AgentResponse = AgentInfo  # a page of the service's documentation imports this name


class AgentCreationResponse(Received):
    """A newly created agent."""

    id: str
    name: str
    created_at: datetime | None = None
    updated_at: datetime | None = None
    status: JobStatus | str = "pending"
