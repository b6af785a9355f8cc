# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.dataset_type import DatasetType
from ..types import UNSET, Unset

T = TypeVar("T", bound="DatasetCreationRequest")


@_attrs_define
class DatasetCreationRequest:
    """A dataset to create."""

    file_id: str
    """ An uploaded tar.gz of purpose datasets. """
    domain: str
    dataset_name: str
    dataset_type: DatasetType
    """ Content of a dataset. """
    wandb_base_url: None | str | Unset = UNSET
    """ Defaults to https://api.wandb.ai. """
    wandb_project_name: None | str | Unset = UNSET
    wandb_api_key: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        file_id = self.file_id

        domain = self.domain

        dataset_name = self.dataset_name

        dataset_type = self.dataset_type.value

        wandb_base_url: None | str | Unset
        if isinstance(self.wandb_base_url, Unset):
            wandb_base_url = UNSET
        else:
            wandb_base_url = self.wandb_base_url

        wandb_project_name: None | str | Unset
        if isinstance(self.wandb_project_name, Unset):
            wandb_project_name = UNSET
        else:
            wandb_project_name = self.wandb_project_name

        wandb_api_key: None | str | Unset
        if isinstance(self.wandb_api_key, Unset):
            wandb_api_key = UNSET
        else:
            wandb_api_key = self.wandb_api_key

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "file_id": file_id,
                "domain": domain,
                "dataset_name": dataset_name,
                "dataset_type": dataset_type,
            }
        )
        if wandb_base_url is not UNSET:
            field_dict["wandb_base_url"] = wandb_base_url
        if wandb_project_name is not UNSET:
            field_dict["wandb_project_name"] = wandb_project_name
        if wandb_api_key is not UNSET:
            field_dict["wandb_api_key"] = wandb_api_key

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        file_id = d.pop("file_id")

        domain = d.pop("domain")

        dataset_name = d.pop("dataset_name")

        dataset_type = DatasetType(d.pop("dataset_type"))

        def _parse_wandb_base_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        wandb_base_url = _parse_wandb_base_url(d.pop("wandb_base_url", UNSET))

        def _parse_wandb_project_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        wandb_project_name = _parse_wandb_project_name(d.pop("wandb_project_name", UNSET))

        def _parse_wandb_api_key(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        wandb_api_key = _parse_wandb_api_key(d.pop("wandb_api_key", UNSET))

        dataset_creation_request = cls(
            file_id=file_id,
            domain=domain,
            dataset_name=dataset_name,
            dataset_type=dataset_type,
            wandb_base_url=wandb_base_url,
            wandb_project_name=wandb_project_name,
            wandb_api_key=wandb_api_key,
        )

        dataset_creation_request.additional_properties = d
        return dataset_creation_request

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
