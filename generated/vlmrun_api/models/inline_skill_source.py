# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.skill_media_type import SkillMediaType
from ..models.skill_source_type import SkillSourceType
from ..types import UNSET, Unset

T = TypeVar("T", bound="InlineSkillSource")


@_attrs_define
class InlineSkillSource:
    """The files of an inline skill."""

    data: str
    """ A zip file with SKILL.md at its root, in base64. """
    type_: SkillSourceType | Unset = UNSET
    """ Encoding of the files of an inline skill. """
    media_type: SkillMediaType | Unset = UNSET
    """ Media type of the files of an inline skill. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        data = self.data

        type_: str | Unset = UNSET
        if not isinstance(self.type_, Unset):
            type_ = self.type_.value

        media_type: str | Unset = UNSET
        if not isinstance(self.media_type, Unset):
            media_type = self.media_type.value

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "data": data,
            }
        )
        if type_ is not UNSET:
            field_dict["type"] = type_
        if media_type is not UNSET:
            field_dict["media_type"] = media_type

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        data = d.pop("data")

        _type_ = d.pop("type", UNSET)
        type_: SkillSourceType | Unset
        if isinstance(_type_, Unset):
            type_ = UNSET
        else:
            type_ = SkillSourceType(_type_)

        _media_type = d.pop("media_type", UNSET)
        media_type: SkillMediaType | Unset
        if isinstance(_media_type, Unset):
            media_type = UNSET
        else:
            media_type = SkillMediaType(_media_type)

        inline_skill_source = cls(
            data=data,
            type_=type_,
            media_type=media_type,
        )

        inline_skill_source.additional_properties = d
        return inline_skill_source

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
