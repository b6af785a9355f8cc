# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="SystemOneAsset")


@_attrs_define
class SystemOneAsset:
    """An image."""

    type_: Literal["image"]
    format_: str
    """ png, jpg or jpeg. """
    data_base64: str
    """ Its content. """

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        format_ = self.format_

        data_base64 = self.data_base64

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type": type_,
                "format": format_,
                "data_base64": data_base64,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        type_ = cast(Literal["image"], d.pop("type"))
        if type_ != "image":
            raise ValueError(f"type must match const 'image', got '{type_}'")

        format_ = d.pop("format")

        data_base64 = d.pop("data_base64")

        system_one_asset = cls(
            type_=type_,
            format_=format_,
            data_base64=data_base64,
        )

        return system_one_asset
