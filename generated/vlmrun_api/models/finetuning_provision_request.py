# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="FinetuningProvisionRequest")


@_attrs_define
class FinetuningProvisionRequest:
    """A fine-tuned model to provision."""

    model: str
    duration: int | Unset = UNSET
    """ Duration in seconds; defaults to 600. """
    concurrency: int | Unset = UNSET
    """ Defaults to 1. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        model = self.model

        duration = self.duration

        concurrency = self.concurrency

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "model": model,
            }
        )
        if duration is not UNSET:
            field_dict["duration"] = duration
        if concurrency is not UNSET:
            field_dict["concurrency"] = concurrency

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        model = d.pop("model")

        duration = d.pop("duration", UNSET)

        concurrency = d.pop("concurrency", UNSET)

        finetuning_provision_request = cls(
            model=model,
            duration=duration,
            concurrency=concurrency,
        )

        finetuning_provision_request.additional_properties = d
        return finetuning_provision_request

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
