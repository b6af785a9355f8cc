# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="HubSchemaResponse")


@_attrs_define
class HubSchemaResponse:
    """The schema of a domain of the hub."""

    domain: str
    schema_version: str
    schema_hash: str
    gql_stmt: str
    """ GraphQL query that selects all fields. """
    json_schema: Any
    """ JSON Schema of the domain's responses. """
    description: None | str | Unset = UNSET
    json_sample: Any | Unset = UNSET
    """ An example response. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        domain = self.domain

        schema_version = self.schema_version

        schema_hash = self.schema_hash

        gql_stmt = self.gql_stmt

        json_schema = self.json_schema

        description: None | str | Unset
        if isinstance(self.description, Unset):
            description = UNSET
        else:
            description = self.description

        json_sample = self.json_sample

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "domain": domain,
                "schema_version": schema_version,
                "schema_hash": schema_hash,
                "gql_stmt": gql_stmt,
                "json_schema": json_schema,
            }
        )
        if description is not UNSET:
            field_dict["description"] = description
        if json_sample is not UNSET:
            field_dict["json_sample"] = json_sample

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        domain = d.pop("domain")

        schema_version = d.pop("schema_version")

        schema_hash = d.pop("schema_hash")

        gql_stmt = d.pop("gql_stmt")

        json_schema = d.pop("json_schema")

        def _parse_description(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        description = _parse_description(d.pop("description", UNSET))

        json_sample = d.pop("json_sample", UNSET)

        hub_schema_response = cls(
            domain=domain,
            schema_version=schema_version,
            schema_hash=schema_hash,
            gql_stmt=gql_stmt,
            json_schema=json_schema,
            description=description,
            json_sample=json_sample,
        )

        hub_schema_response.additional_properties = d
        return hub_schema_response

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
