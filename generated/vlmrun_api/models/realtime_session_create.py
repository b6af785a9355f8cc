# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="RealtimeSessionCreate")


@_attrs_define
class RealtimeSessionCreate:
    """The first message of a client at /v1/ws."""

    type_: Literal["session.create"]
    model: str
    method: None | str | Unset = UNSET
    """ As for chat completions. """
    max_inflight: int | None | Unset = UNSET
    """ Number of frames in flight. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        model = self.model

        method: None | str | Unset
        if isinstance(self.method, Unset):
            method = UNSET
        else:
            method = self.method

        max_inflight: int | None | Unset
        if isinstance(self.max_inflight, Unset):
            max_inflight = UNSET
        else:
            max_inflight = self.max_inflight

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
                "model": model,
            }
        )
        if method is not UNSET:
            field_dict["method"] = method
        if max_inflight is not UNSET:
            field_dict["max_inflight"] = max_inflight

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        type_ = cast(Literal["session.create"], d.pop("type"))
        if type_ != "session.create":
            raise ValueError(f"type must match const 'session.create', got '{type_}'")

        model = d.pop("model")

        def _parse_method(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        method = _parse_method(d.pop("method", UNSET))

        def _parse_max_inflight(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        max_inflight = _parse_max_inflight(d.pop("max_inflight", UNSET))

        realtime_session_create = cls(
            type_=type_,
            model=model,
            method=method,
            max_inflight=max_inflight,
        )

        realtime_session_create.additional_properties = d
        return realtime_session_create

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
