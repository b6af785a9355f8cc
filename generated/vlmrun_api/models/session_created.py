# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="SessionCreated")


@_attrs_define
class SessionCreated:
    """The first message of the server in a session."""

    type_: Literal["session.created"]
    model: None | str | Unset = UNSET
    max_inflight: int | None | Unset = UNSET
    """ Number of frames that may be in flight. """
    max_frame_bytes: int | None | Unset = UNSET
    """ Size of the largest frame. """
    expires_in: float | None | Unset = UNSET
    """ Seconds until the session ends. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        model: None | str | Unset
        if isinstance(self.model, Unset):
            model = UNSET
        else:
            model = self.model

        max_inflight: int | None | Unset
        if isinstance(self.max_inflight, Unset):
            max_inflight = UNSET
        else:
            max_inflight = self.max_inflight

        max_frame_bytes: int | None | Unset
        if isinstance(self.max_frame_bytes, Unset):
            max_frame_bytes = UNSET
        else:
            max_frame_bytes = self.max_frame_bytes

        expires_in: float | None | Unset
        if isinstance(self.expires_in, Unset):
            expires_in = UNSET
        else:
            expires_in = self.expires_in

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
            }
        )
        if model is not UNSET:
            field_dict["model"] = model
        if max_inflight is not UNSET:
            field_dict["max_inflight"] = max_inflight
        if max_frame_bytes is not UNSET:
            field_dict["max_frame_bytes"] = max_frame_bytes
        if expires_in is not UNSET:
            field_dict["expires_in"] = expires_in

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        type_ = cast(Literal["session.created"], d.pop("type"))
        if type_ != "session.created":
            raise ValueError(f"type must match const 'session.created', got '{type_}'")

        def _parse_model(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        model = _parse_model(d.pop("model", UNSET))

        def _parse_max_inflight(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        max_inflight = _parse_max_inflight(d.pop("max_inflight", UNSET))

        def _parse_max_frame_bytes(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        max_frame_bytes = _parse_max_frame_bytes(d.pop("max_frame_bytes", UNSET))

        def _parse_expires_in(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        expires_in = _parse_expires_in(d.pop("expires_in", UNSET))

        session_created = cls(
            type_=type_,
            model=model,
            max_inflight=max_inflight,
            max_frame_bytes=max_frame_bytes,
            expires_in=expires_in,
        )

        session_created.additional_properties = d
        return session_created

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
