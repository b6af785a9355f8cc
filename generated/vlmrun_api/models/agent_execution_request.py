# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field
from dateutil.parser import isoparse

from ..models.agent_toolset import AgentToolset
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.agent_execution_config import AgentExecutionConfig
    from ..models.agent_inputs import AgentInputs
    from ..models.request_metadata import RequestMetadata


T = TypeVar("T", bound="AgentExecutionRequest")


@_attrs_define
class AgentExecutionRequest:
    """A run of an agent."""

    id: str | Unset = UNSET
    """ An id of the caller's own; the service makes one otherwise. """
    created_at: datetime.datetime | Unset = UNSET
    """ When the request was made; the service takes its own clock otherwise. """
    callback_url: None | str | Unset = UNSET
    """ Where to post the finished job; see the webhook jobFinished. """
    name: None | str | Unset = UNSET
    """ agent or agent:version; without it the prompt or the skills say what to do. """
    inputs: AgentInputs | None | Unset = UNSET
    batch: bool | Unset = UNSET
    """ Whether to return at once; the service takes true where nothing is said, and may refuse false. """
    config: AgentExecutionConfig | Unset = UNSET
    """ Configuration of one run of an agent. """
    metadata: RequestMetadata | Unset = UNSET
    """ Tags of a request. """
    model: str | Unset = UNSET
    """ vlmrun-orion-1:auto where nothing is said. """
    toolsets: list[AgentToolset] | None | Unset = UNSET
    """ What the agent may use; core only where nothing is said. """
    priority: str | Unset = UNSET
    """ low, normal or high; one guide alone documents it. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.agent_inputs import AgentInputs

        id = self.id

        created_at: str | Unset = UNSET
        if not isinstance(self.created_at, Unset):
            created_at = self.created_at.isoformat()

        callback_url: None | str | Unset
        if isinstance(self.callback_url, Unset):
            callback_url = UNSET
        else:
            callback_url = self.callback_url

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        inputs: dict[str, Any] | None | Unset
        if isinstance(self.inputs, Unset):
            inputs = UNSET
        elif isinstance(self.inputs, AgentInputs):
            inputs = self.inputs.to_dict()
        else:
            inputs = self.inputs

        batch = self.batch

        config: dict[str, Any] | Unset = UNSET
        if not isinstance(self.config, Unset):
            config = self.config.to_dict()

        metadata: dict[str, Any] | Unset = UNSET
        if not isinstance(self.metadata, Unset):
            metadata = self.metadata.to_dict()

        model = self.model

        toolsets: list[str] | None | Unset
        if isinstance(self.toolsets, Unset):
            toolsets = UNSET
        elif isinstance(self.toolsets, list):
            toolsets = []
            for toolsets_type_0_item_data in self.toolsets:
                toolsets_type_0_item = toolsets_type_0_item_data.value
                toolsets.append(toolsets_type_0_item)

        else:
            toolsets = self.toolsets

        priority = self.priority

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if id is not UNSET:
            field_dict["id"] = id
        if created_at is not UNSET:
            field_dict["created_at"] = created_at
        if callback_url is not UNSET:
            field_dict["callback_url"] = callback_url
        if name is not UNSET:
            field_dict["name"] = name
        if inputs is not UNSET:
            field_dict["inputs"] = inputs
        if batch is not UNSET:
            field_dict["batch"] = batch
        if config is not UNSET:
            field_dict["config"] = config
        if metadata is not UNSET:
            field_dict["metadata"] = metadata
        if model is not UNSET:
            field_dict["model"] = model
        if toolsets is not UNSET:
            field_dict["toolsets"] = toolsets
        if priority is not UNSET:
            field_dict["priority"] = priority

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.agent_execution_config import AgentExecutionConfig
        from ..models.agent_inputs import AgentInputs
        from ..models.request_metadata import RequestMetadata

        d = dict(src_dict)
        id = d.pop("id", UNSET)

        _created_at = d.pop("created_at", UNSET)
        created_at: datetime.datetime | Unset
        if isinstance(_created_at, Unset):
            created_at = UNSET
        else:
            created_at = isoparse(_created_at)

        def _parse_callback_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        callback_url = _parse_callback_url(d.pop("callback_url", UNSET))

        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name = _parse_name(d.pop("name", UNSET))

        def _parse_inputs(data: object) -> AgentInputs | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                inputs_type_0 = AgentInputs.from_dict(data)

                return inputs_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AgentInputs | None | Unset, data)

        inputs = _parse_inputs(d.pop("inputs", UNSET))

        batch = d.pop("batch", UNSET)

        _config = d.pop("config", UNSET)
        config: AgentExecutionConfig | Unset
        if isinstance(_config, Unset):
            config = UNSET
        else:
            config = AgentExecutionConfig.from_dict(_config)

        _metadata = d.pop("metadata", UNSET)
        metadata: RequestMetadata | Unset
        if isinstance(_metadata, Unset):
            metadata = UNSET
        else:
            metadata = RequestMetadata.from_dict(_metadata)

        model = d.pop("model", UNSET)

        def _parse_toolsets(data: object) -> list[AgentToolset] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                toolsets_type_0 = []
                _toolsets_type_0 = data
                for toolsets_type_0_item_data in _toolsets_type_0:
                    toolsets_type_0_item = AgentToolset(toolsets_type_0_item_data)

                    toolsets_type_0.append(toolsets_type_0_item)

                return toolsets_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[AgentToolset] | None | Unset, data)

        toolsets = _parse_toolsets(d.pop("toolsets", UNSET))

        priority = d.pop("priority", UNSET)

        agent_execution_request = cls(
            id=id,
            created_at=created_at,
            callback_url=callback_url,
            name=name,
            inputs=inputs,
            batch=batch,
            config=config,
            metadata=metadata,
            model=model,
            toolsets=toolsets,
            priority=priority,
        )

        agent_execution_request.additional_properties = d
        return agent_execution_request

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
