# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.box_question import BoxQuestion
    from ..models.choice_question import ChoiceQuestion
    from ..models.noul_question import NoulQuestion
    from ..models.score_question import ScoreQuestion


T = TypeVar("T", bound="SystemOneQuestions")


@_attrs_define
class SystemOneQuestions:
    """By an id of the caller's a question."""

    additional_properties: dict[str, BoxQuestion | ChoiceQuestion | NoulQuestion | ScoreQuestion] = _attrs_field(
        init=False, factory=dict
    )

    def to_dict(self) -> dict[str, Any]:
        from ..models.choice_question import ChoiceQuestion
        from ..models.noul_question import NoulQuestion
        from ..models.score_question import ScoreQuestion

        field_dict: dict[str, Any] = {}
        for prop_name, prop in self.additional_properties.items():
            if isinstance(prop, NoulQuestion):
                field_dict[prop_name] = prop.to_dict()
            elif isinstance(prop, ChoiceQuestion):
                field_dict[prop_name] = prop.to_dict()
            elif isinstance(prop, ScoreQuestion):
                field_dict[prop_name] = prop.to_dict()
            else:
                field_dict[prop_name] = prop.to_dict()

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.box_question import BoxQuestion
        from ..models.choice_question import ChoiceQuestion
        from ..models.noul_question import NoulQuestion
        from ..models.score_question import ScoreQuestion

        d = dict(src_dict)
        system_one_questions = cls()

        additional_properties = {}
        for prop_name, prop_dict in d.items():

            def _parse_additional_property(data: object) -> BoxQuestion | ChoiceQuestion | NoulQuestion | ScoreQuestion:
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    componentsschemas_system_one_question_type_0 = NoulQuestion.from_dict(data)

                    return componentsschemas_system_one_question_type_0
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    componentsschemas_system_one_question_type_1 = ChoiceQuestion.from_dict(data)

                    return componentsschemas_system_one_question_type_1
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    componentsschemas_system_one_question_type_2 = ScoreQuestion.from_dict(data)

                    return componentsschemas_system_one_question_type_2
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_system_one_question_type_3 = BoxQuestion.from_dict(data)

                return componentsschemas_system_one_question_type_3

            additional_property = _parse_additional_property(prop_dict)

            additional_properties[prop_name] = additional_property

        system_one_questions.additional_properties = additional_properties
        return system_one_questions

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> BoxQuestion | ChoiceQuestion | NoulQuestion | ScoreQuestion:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: BoxQuestion | ChoiceQuestion | NoulQuestion | ScoreQuestion) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
