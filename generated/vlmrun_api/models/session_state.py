# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.json_object import JSONObject


T = TypeVar("T", bound="SessionState")


@_attrs_define
class SessionState:
    """A message of a client with the state of the frames that follow."""

    type_: Literal["state"]
    state: JSONObject | list[Any] | None | str
    """ A text, a JSON object or a JSON array. """

    def to_dict(self) -> dict[str, Any]:
        from ..models.json_object import JSONObject

        type_ = self.type_

        state: dict[str, Any] | list[Any] | None | str
        if isinstance(self.state, JSONObject):
            state = self.state.to_dict()
        elif isinstance(self.state, list):
            state = self.state

        else:
            state = self.state

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type": type_,
                "state": state,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.json_object import JSONObject

        d = dict(src_dict)
        type_ = cast(Literal["state"], d.pop("type"))
        if type_ != "state":
            raise ValueError(f"type must match const 'state', got '{type_}'")

        def _parse_state(data: object) -> JSONObject | list[Any] | None | str:
            if data is None:
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
            return cast(JSONObject | list[Any] | None | str, data)

        state = _parse_state(d.pop("state"))

        session_state = cls(
            type_=type_,
            state=state,
        )

        return session_state
