# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field
from dateutil.parser import isoparse

from ..types import UNSET, Unset

T = TypeVar("T", bound="FinetuningRequest")


@_attrs_define
class FinetuningRequest:
    """A fine-tuning job."""

    model: str
    """ The model to start from. """
    training_file: str
    """ Id or URL of the examples. """
    id: str | Unset = UNSET
    """ An id of the caller's own; the service makes one otherwise. """
    created_at: datetime.datetime | Unset = UNSET
    """ When the request was made; the service takes its own clock otherwise. """
    callback_url: None | str | Unset = UNSET
    """ Where to post the finished job; see the webhook jobFinished. """
    validation_file: None | str | Unset = UNSET
    """ Id or URL. """
    num_epochs: int | Unset = UNSET
    """ 8 where nothing is said. """
    batch_size: int | str | Unset = UNSET
    """ A number, or auto. """
    learning_rate: float | Unset = UNSET
    """ 0.0002 where nothing is said. """
    suffix: None | str | Unset = UNSET
    """ Part of the new model's name. """
    wandb_base_url: None | str | Unset = UNSET
    """ https://api.wandb.ai where nothing is said. """
    wandb_project_name: None | str | Unset = UNSET
    wandb_api_key: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        model = self.model

        training_file = self.training_file

        id = self.id

        created_at: str | Unset = UNSET
        if not isinstance(self.created_at, Unset):
            created_at = self.created_at.isoformat()

        callback_url: None | str | Unset
        if isinstance(self.callback_url, Unset):
            callback_url = UNSET
        else:
            callback_url = self.callback_url

        validation_file: None | str | Unset
        if isinstance(self.validation_file, Unset):
            validation_file = UNSET
        else:
            validation_file = self.validation_file

        num_epochs = self.num_epochs

        batch_size: int | str | Unset
        if isinstance(self.batch_size, Unset):
            batch_size = UNSET
        else:
            batch_size = self.batch_size

        learning_rate = self.learning_rate

        suffix: None | str | Unset
        if isinstance(self.suffix, Unset):
            suffix = UNSET
        else:
            suffix = self.suffix

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
                "model": model,
                "training_file": training_file,
            }
        )
        if id is not UNSET:
            field_dict["id"] = id
        if created_at is not UNSET:
            field_dict["created_at"] = created_at
        if callback_url is not UNSET:
            field_dict["callback_url"] = callback_url
        if validation_file is not UNSET:
            field_dict["validation_file"] = validation_file
        if num_epochs is not UNSET:
            field_dict["num_epochs"] = num_epochs
        if batch_size is not UNSET:
            field_dict["batch_size"] = batch_size
        if learning_rate is not UNSET:
            field_dict["learning_rate"] = learning_rate
        if suffix is not UNSET:
            field_dict["suffix"] = suffix
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
        model = d.pop("model")

        training_file = d.pop("training_file")

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

        def _parse_validation_file(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        validation_file = _parse_validation_file(d.pop("validation_file", UNSET))

        num_epochs = d.pop("num_epochs", UNSET)

        def _parse_batch_size(data: object) -> int | str | Unset:
            if isinstance(data, Unset):
                return data
            return cast(int | str | Unset, data)

        batch_size = _parse_batch_size(d.pop("batch_size", UNSET))

        learning_rate = d.pop("learning_rate", UNSET)

        def _parse_suffix(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        suffix = _parse_suffix(d.pop("suffix", UNSET))

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

        finetuning_request = cls(
            model=model,
            training_file=training_file,
            id=id,
            created_at=created_at,
            callback_url=callback_url,
            validation_file=validation_file,
            num_epochs=num_epochs,
            batch_size=batch_size,
            learning_rate=learning_rate,
            suffix=suffix,
            wandb_base_url=wandb_base_url,
            wandb_project_name=wandb_project_name,
            wandb_api_key=wandb_api_key,
        )

        finetuning_request.additional_properties = d
        return finetuning_request

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
