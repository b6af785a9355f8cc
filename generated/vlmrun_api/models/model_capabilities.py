# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="ModelCapabilities")


@_attrs_define
class ModelCapabilities:
    """Inputs that a model of the gateway supports."""

    max_images: int | None | Unset = UNSET
    max_videos: int | None | Unset = UNSET
    supports_text_only: bool | None | Unset = UNSET
    supports_document_url: bool | None | Unset = UNSET
    supported_input_types: list[str] | None | Unset = UNSET
    supports_json_schema: bool | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        max_images: int | None | Unset
        if isinstance(self.max_images, Unset):
            max_images = UNSET
        else:
            max_images = self.max_images

        max_videos: int | None | Unset
        if isinstance(self.max_videos, Unset):
            max_videos = UNSET
        else:
            max_videos = self.max_videos

        supports_text_only: bool | None | Unset
        if isinstance(self.supports_text_only, Unset):
            supports_text_only = UNSET
        else:
            supports_text_only = self.supports_text_only

        supports_document_url: bool | None | Unset
        if isinstance(self.supports_document_url, Unset):
            supports_document_url = UNSET
        else:
            supports_document_url = self.supports_document_url

        supported_input_types: list[str] | None | Unset
        if isinstance(self.supported_input_types, Unset):
            supported_input_types = UNSET
        elif isinstance(self.supported_input_types, list):
            supported_input_types = self.supported_input_types

        else:
            supported_input_types = self.supported_input_types

        supports_json_schema: bool | None | Unset
        if isinstance(self.supports_json_schema, Unset):
            supports_json_schema = UNSET
        else:
            supports_json_schema = self.supports_json_schema

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if max_images is not UNSET:
            field_dict["max_images"] = max_images
        if max_videos is not UNSET:
            field_dict["max_videos"] = max_videos
        if supports_text_only is not UNSET:
            field_dict["supports_text_only"] = supports_text_only
        if supports_document_url is not UNSET:
            field_dict["supports_document_url"] = supports_document_url
        if supported_input_types is not UNSET:
            field_dict["supported_input_types"] = supported_input_types
        if supports_json_schema is not UNSET:
            field_dict["supports_json_schema"] = supports_json_schema

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_max_images(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        max_images = _parse_max_images(d.pop("max_images", UNSET))

        def _parse_max_videos(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        max_videos = _parse_max_videos(d.pop("max_videos", UNSET))

        def _parse_supports_text_only(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        supports_text_only = _parse_supports_text_only(d.pop("supports_text_only", UNSET))

        def _parse_supports_document_url(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        supports_document_url = _parse_supports_document_url(d.pop("supports_document_url", UNSET))

        def _parse_supported_input_types(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                supported_input_types_type_0 = cast(list[str], data)

                return supported_input_types_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        supported_input_types = _parse_supported_input_types(d.pop("supported_input_types", UNSET))

        def _parse_supports_json_schema(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        supports_json_schema = _parse_supports_json_schema(d.pop("supports_json_schema", UNSET))

        model_capabilities = cls(
            max_images=max_images,
            max_videos=max_videos,
            supports_text_only=supports_text_only,
            supports_document_url=supports_document_url,
            supported_input_types=supported_input_types,
            supports_json_schema=supports_json_schema,
        )

        model_capabilities.additional_properties = d
        return model_capabilities

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
