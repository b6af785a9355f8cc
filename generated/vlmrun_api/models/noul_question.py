# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.json_object import JSONObject
    from ..models.noul_criteria import NoulCriteria


T = TypeVar("T", bound="NoulQuestion")


@_attrs_define
class NoulQuestion:
    """A yes or no question."""

    type_: Literal["noul"]
    instructions: JSONObject | list[Any] | None | str | Unset = UNSET
    """ A text, a JSON object or a JSON array. """
    criteria: None | NoulCriteria | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.json_object import JSONObject
        from ..models.noul_criteria import NoulCriteria

        type_ = self.type_

        instructions: dict[str, Any] | list[Any] | None | str | Unset
        if isinstance(self.instructions, Unset):
            instructions = UNSET
        elif isinstance(self.instructions, JSONObject):
            instructions = self.instructions.to_dict()
        elif isinstance(self.instructions, list):
            instructions = self.instructions

        else:
            instructions = self.instructions

        criteria: dict[str, Any] | None | Unset
        if isinstance(self.criteria, Unset):
            criteria = UNSET
        elif isinstance(self.criteria, NoulCriteria):
            criteria = self.criteria.to_dict()
        else:
            criteria = self.criteria

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type": type_,
            }
        )
        if instructions is not UNSET:
            field_dict["instructions"] = instructions
        if criteria is not UNSET:
            field_dict["criteria"] = criteria

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.json_object import JSONObject
        from ..models.noul_criteria import NoulCriteria

        d = dict(src_dict)
        type_ = cast(Literal["noul"], d.pop("type"))
        if type_ != "noul":
            raise ValueError(f"type must match const 'noul', got '{type_}'")

        def _parse_instructions(data: object) -> JSONObject | list[Any] | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_question_content_type_1 = JSONObject.from_dict(data)

                return componentsschemas_question_content_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, list):
                    raise TypeError()
                componentsschemas_question_content_type_2 = cast(list[Any], data)

                return componentsschemas_question_content_type_2
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(JSONObject | list[Any] | None | str | Unset, data)

        instructions = _parse_instructions(d.pop("instructions", UNSET))

        def _parse_criteria(data: object) -> None | NoulCriteria | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                criteria_type_0 = NoulCriteria.from_dict(data)

                return criteria_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | NoulCriteria | Unset, data)

        criteria = _parse_criteria(d.pop("criteria", UNSET))

        noul_question = cls(
            type_=type_,
            instructions=instructions,
            criteria=criteria,
        )

        return noul_question
