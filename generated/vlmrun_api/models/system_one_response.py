# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.system_one_answers import SystemOneAnswers
    from ..models.system_one_usage import SystemOneUsage


T = TypeVar("T", bound="SystemOneResponse")


@_attrs_define
class SystemOneResponse:
    """Answers to typed questions."""

    model: str
    answers: SystemOneAnswers
    """ By the id of a question its answer. """
    usage: None | SystemOneUsage | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.system_one_usage import SystemOneUsage

        model = self.model

        answers = self.answers.to_dict()

        usage: dict[str, Any] | None | Unset
        if isinstance(self.usage, Unset):
            usage = UNSET
        elif isinstance(self.usage, SystemOneUsage):
            usage = self.usage.to_dict()
        else:
            usage = self.usage

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "model": model,
                "answers": answers,
            }
        )
        if usage is not UNSET:
            field_dict["usage"] = usage

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.system_one_answers import SystemOneAnswers
        from ..models.system_one_usage import SystemOneUsage

        d = dict(src_dict)
        model = d.pop("model")

        answers = SystemOneAnswers.from_dict(d.pop("answers"))

        def _parse_usage(data: object) -> None | SystemOneUsage | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                usage_type_0 = SystemOneUsage.from_dict(data)

                return usage_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SystemOneUsage | Unset, data)

        usage = _parse_usage(d.pop("usage", UNSET))

        system_one_response = cls(
            model=model,
            answers=answers,
            usage=usage,
        )

        system_one_response.additional_properties = d
        return system_one_response

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
