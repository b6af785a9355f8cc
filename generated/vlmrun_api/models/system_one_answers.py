# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.box_answer import BoxAnswer
    from ..models.choice_answer import ChoiceAnswer
    from ..models.json_object import JSONObject
    from ..models.noul_answer import NoulAnswer
    from ..models.score_answer import ScoreAnswer


T = TypeVar("T", bound="SystemOneAnswers")


@_attrs_define
class SystemOneAnswers:
    """By the id of a question its answer."""

    additional_properties: dict[str, BoxAnswer | ChoiceAnswer | JSONObject | NoulAnswer | ScoreAnswer] = _attrs_field(
        init=False, factory=dict
    )

    def to_dict(self) -> dict[str, Any]:
        from ..models.box_answer import BoxAnswer
        from ..models.choice_answer import ChoiceAnswer
        from ..models.noul_answer import NoulAnswer
        from ..models.score_answer import ScoreAnswer

        field_dict: dict[str, Any] = {}
        for prop_name, prop in self.additional_properties.items():
            if isinstance(prop, NoulAnswer):
                field_dict[prop_name] = prop.to_dict()
            elif isinstance(prop, ChoiceAnswer):
                field_dict[prop_name] = prop.to_dict()
            elif isinstance(prop, ScoreAnswer):
                field_dict[prop_name] = prop.to_dict()
            elif isinstance(prop, BoxAnswer):
                field_dict[prop_name] = prop.to_dict()
            else:
                field_dict[prop_name] = prop.to_dict()

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.box_answer import BoxAnswer
        from ..models.choice_answer import ChoiceAnswer
        from ..models.json_object import JSONObject
        from ..models.noul_answer import NoulAnswer
        from ..models.score_answer import ScoreAnswer

        d = dict(src_dict)
        system_one_answers = cls()

        additional_properties = {}
        for prop_name, prop_dict in d.items():

            def _parse_additional_property(
                data: object,
            ) -> BoxAnswer | ChoiceAnswer | JSONObject | NoulAnswer | ScoreAnswer:
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    componentsschemas_system_one_answer_type_0 = NoulAnswer.from_dict(data)

                    return componentsschemas_system_one_answer_type_0
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    componentsschemas_system_one_answer_type_1 = ChoiceAnswer.from_dict(data)

                    return componentsschemas_system_one_answer_type_1
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    componentsschemas_system_one_answer_type_2 = ScoreAnswer.from_dict(data)

                    return componentsschemas_system_one_answer_type_2
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    componentsschemas_system_one_answer_type_3 = BoxAnswer.from_dict(data)

                    return componentsschemas_system_one_answer_type_3
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_system_one_answer_type_4 = JSONObject.from_dict(data)

                return componentsschemas_system_one_answer_type_4

            additional_property = _parse_additional_property(prop_dict)

            additional_properties[prop_name] = additional_property

        system_one_answers.additional_properties = additional_properties
        return system_one_answers

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> BoxAnswer | ChoiceAnswer | JSONObject | NoulAnswer | ScoreAnswer:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: BoxAnswer | ChoiceAnswer | JSONObject | NoulAnswer | ScoreAnswer) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
