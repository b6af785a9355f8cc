# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.generation_config import GenerationConfig


T = TypeVar("T", bound="HubSchemaRequest")


@_attrs_define
class HubSchemaRequest:
    """The domain whose schema is requested."""

    domain: str
    config: GenerationConfig | Unset = UNSET
    """ Configuration of a prediction. """
    gql_stmt: None | str | Unset = UNSET
    """ GraphQL query that selects fields of the domain. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        domain = self.domain

        config: dict[str, Any] | Unset = UNSET
        if not isinstance(self.config, Unset):
            config = self.config.to_dict()

        gql_stmt: None | str | Unset
        if isinstance(self.gql_stmt, Unset):
            gql_stmt = UNSET
        else:
            gql_stmt = self.gql_stmt

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "domain": domain,
            }
        )
        if config is not UNSET:
            field_dict["config"] = config
        if gql_stmt is not UNSET:
            field_dict["gql_stmt"] = gql_stmt

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.generation_config import GenerationConfig

        d = dict(src_dict)
        domain = d.pop("domain")

        _config = d.pop("config", UNSET)
        config: GenerationConfig | Unset
        if isinstance(_config, Unset):
            config = UNSET
        else:
            config = GenerationConfig.from_dict(_config)

        def _parse_gql_stmt(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        gql_stmt = _parse_gql_stmt(d.pop("gql_stmt", UNSET))

        hub_schema_request = cls(
            domain=domain,
            config=config,
            gql_stmt=gql_stmt,
        )

        hub_schema_request.additional_properties = d
        return hub_schema_request

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
