# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.skill_type import SkillType
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.inline_skill_source import InlineSkillSource


T = TypeVar("T", bound="AgentSkill")


@_attrs_define
class AgentSkill:
    """A skill to use, either a reference to a stored skill or an inline skill. A reference requires skill_id or
    skill_name; an inline skill requires source and neither of the two.

    """

    type_: SkillType | Unset = UNSET
    """ Whether a skill is stored or inline; defaults to skill_reference. """
    skill_id: None | str | Unset = UNSET
    """ Id or name of a stored skill; precedes skill_name. """
    skill_name: None | str | Unset = UNSET
    """ Name of a stored skill. """
    skill_version: None | str | Unset = UNSET
    """ Version of a stored skill, such as 20260219-abc123; defaults to latest. """
    version: None | str | Unset = UNSET
    """ Former name of skill_version. """
    name: None | str | Unset = UNSET
    """ Name of an inline skill. """
    description: None | str | Unset = UNSET
    """ Description of an inline skill. """
    source: InlineSkillSource | None | Unset = UNSET
    """ Files of an inline skill. """
    bundle: None | str | Unset = UNSET
    """ Former name of source.data. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.inline_skill_source import InlineSkillSource

        type_: str | Unset = UNSET
        if not isinstance(self.type_, Unset):
            type_ = self.type_.value

        skill_id: None | str | Unset
        if isinstance(self.skill_id, Unset):
            skill_id = UNSET
        else:
            skill_id = self.skill_id

        skill_name: None | str | Unset
        if isinstance(self.skill_name, Unset):
            skill_name = UNSET
        else:
            skill_name = self.skill_name

        skill_version: None | str | Unset
        if isinstance(self.skill_version, Unset):
            skill_version = UNSET
        else:
            skill_version = self.skill_version

        version: None | str | Unset
        if isinstance(self.version, Unset):
            version = UNSET
        else:
            version = self.version

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        description: None | str | Unset
        if isinstance(self.description, Unset):
            description = UNSET
        else:
            description = self.description

        source: dict[str, Any] | None | Unset
        if isinstance(self.source, Unset):
            source = UNSET
        elif isinstance(self.source, InlineSkillSource):
            source = self.source.to_dict()
        else:
            source = self.source

        bundle: None | str | Unset
        if isinstance(self.bundle, Unset):
            bundle = UNSET
        else:
            bundle = self.bundle

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if type_ is not UNSET:
            field_dict["type"] = type_
        if skill_id is not UNSET:
            field_dict["skill_id"] = skill_id
        if skill_name is not UNSET:
            field_dict["skill_name"] = skill_name
        if skill_version is not UNSET:
            field_dict["skill_version"] = skill_version
        if version is not UNSET:
            field_dict["version"] = version
        if name is not UNSET:
            field_dict["name"] = name
        if description is not UNSET:
            field_dict["description"] = description
        if source is not UNSET:
            field_dict["source"] = source
        if bundle is not UNSET:
            field_dict["bundle"] = bundle

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.inline_skill_source import InlineSkillSource

        d = dict(src_dict)
        _type_ = d.pop("type", UNSET)
        type_: SkillType | Unset
        if isinstance(_type_, Unset):
            type_ = UNSET
        else:
            type_ = SkillType(_type_)

        def _parse_skill_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        skill_id = _parse_skill_id(d.pop("skill_id", UNSET))

        def _parse_skill_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        skill_name = _parse_skill_name(d.pop("skill_name", UNSET))

        def _parse_skill_version(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        skill_version = _parse_skill_version(d.pop("skill_version", UNSET))

        def _parse_version(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        version = _parse_version(d.pop("version", UNSET))

        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name = _parse_name(d.pop("name", UNSET))

        def _parse_description(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        description = _parse_description(d.pop("description", UNSET))

        def _parse_source(data: object) -> InlineSkillSource | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                source_type_0 = InlineSkillSource.from_dict(data)

                return source_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(InlineSkillSource | None | Unset, data)

        source = _parse_source(d.pop("source", UNSET))

        def _parse_bundle(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        bundle = _parse_bundle(d.pop("bundle", UNSET))

        agent_skill = cls(
            type_=type_,
            skill_id=skill_id,
            skill_name=skill_name,
            skill_version=skill_version,
            version=version,
            name=name,
            description=description,
            source=source,
            bundle=bundle,
        )

        agent_skill.additional_properties = d
        return agent_skill

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
