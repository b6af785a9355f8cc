# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.json_object import JSONObject


T = TypeVar("T", bound="BoxQuestion")


@_attrs_define
class BoxQuestion:
    """A question that a region of the image answers."""

    type_: Literal["box"]
    instructions: JSONObject | list[Any] | None | str | Unset = UNSET
    """ A text, a JSON object or a JSON array. """

    def to_dict(self) -> dict[str, Any]:
        from ..models.json_object import JSONObject

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

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type": type_,
            }
        )
        if instructions is not UNSET:
            field_dict["instructions"] = instructions

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.json_object import JSONObject

        d = dict(src_dict)
        type_ = cast(Literal["box"], d.pop("type"))
        if type_ != "box":
            raise ValueError(f"type must match const 'box', got '{type_}'")

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

        box_question = cls(
            type_=type_,
            instructions=instructions,
        )

        return box_question
