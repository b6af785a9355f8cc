# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.element_type import ElementType
from ..types import UNSET, Unset

T = TypeVar("T", bound="CreditUsageResponse")


@_attrs_define
class CreditUsageResponse:
    """Cost of a job and the amount of data processed."""

    elements_processed: float | None | Unset = UNSET
    """ Number of elements processed. """
    element_type: ElementType | None | str | Unset = UNSET
    """ Type of the elements. """
    credits_used: float | None | Unset = UNSET
    """ Credits; 100 are one US dollar. May be fractional. """
    steps: int | None | Unset = UNSET
    """ Number of steps of the agent. """
    message: None | str | Unset = UNSET
    """ A message from the service. """
    duration_seconds: float | None | Unset = UNSET
    """ Duration of the job in seconds. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        elements_processed: float | None | Unset
        if isinstance(self.elements_processed, Unset):
            elements_processed = UNSET
        else:
            elements_processed = self.elements_processed

        element_type: None | str | Unset
        if isinstance(self.element_type, Unset):
            element_type = UNSET
        elif isinstance(self.element_type, ElementType):
            element_type = self.element_type.value
        else:
            element_type = self.element_type

        credits_used: float | None | Unset
        if isinstance(self.credits_used, Unset):
            credits_used = UNSET
        else:
            credits_used = self.credits_used

        steps: int | None | Unset
        if isinstance(self.steps, Unset):
            steps = UNSET
        else:
            steps = self.steps

        message: None | str | Unset
        if isinstance(self.message, Unset):
            message = UNSET
        else:
            message = self.message

        duration_seconds: float | None | Unset
        if isinstance(self.duration_seconds, Unset):
            duration_seconds = UNSET
        else:
            duration_seconds = self.duration_seconds

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if elements_processed is not UNSET:
            field_dict["elements_processed"] = elements_processed
        if element_type is not UNSET:
            field_dict["element_type"] = element_type
        if credits_used is not UNSET:
            field_dict["credits_used"] = credits_used
        if steps is not UNSET:
            field_dict["steps"] = steps
        if message is not UNSET:
            field_dict["message"] = message
        if duration_seconds is not UNSET:
            field_dict["duration_seconds"] = duration_seconds

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_elements_processed(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        elements_processed = _parse_elements_processed(d.pop("elements_processed", UNSET))

        def _parse_element_type(data: object) -> ElementType | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                element_type_type_0 = ElementType(data)

                return element_type_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ElementType | None | str | Unset, data)

        element_type = _parse_element_type(d.pop("element_type", UNSET))

        def _parse_credits_used(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        credits_used = _parse_credits_used(d.pop("credits_used", UNSET))

        def _parse_steps(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        steps = _parse_steps(d.pop("steps", UNSET))

        def _parse_message(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        message = _parse_message(d.pop("message", UNSET))

        def _parse_duration_seconds(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        duration_seconds = _parse_duration_seconds(d.pop("duration_seconds", UNSET))

        credit_usage_response = cls(
            elements_processed=elements_processed,
            element_type=element_type,
            credits_used=credits_used,
            steps=steps,
            message=message,
            duration_seconds=duration_seconds,
        )

        credit_usage_response.additional_properties = d
        return credit_usage_response

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
