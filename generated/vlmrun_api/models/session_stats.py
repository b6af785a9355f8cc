# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="SessionStats")


@_attrs_define
class SessionStats:
    """The last message of the server in a session."""

    type_: Literal["session.stats"]
    frames: int | None | Unset = UNSET
    """ Number of frames received. """
    answered: int | None | Unset = UNSET
    """ Number of frames that were read. """
    dropped: int | None | Unset = UNSET
    """ Number of frames that were not read. """
    seconds: float | None | Unset = UNSET
    """ Duration of the session. """
    cost: float | None | Unset = UNSET
    """ US dollars. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        frames: int | None | Unset
        if isinstance(self.frames, Unset):
            frames = UNSET
        else:
            frames = self.frames

        answered: int | None | Unset
        if isinstance(self.answered, Unset):
            answered = UNSET
        else:
            answered = self.answered

        dropped: int | None | Unset
        if isinstance(self.dropped, Unset):
            dropped = UNSET
        else:
            dropped = self.dropped

        seconds: float | None | Unset
        if isinstance(self.seconds, Unset):
            seconds = UNSET
        else:
            seconds = self.seconds

        cost: float | None | Unset
        if isinstance(self.cost, Unset):
            cost = UNSET
        else:
            cost = self.cost

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
            }
        )
        if frames is not UNSET:
            field_dict["frames"] = frames
        if answered is not UNSET:
            field_dict["answered"] = answered
        if dropped is not UNSET:
            field_dict["dropped"] = dropped
        if seconds is not UNSET:
            field_dict["seconds"] = seconds
        if cost is not UNSET:
            field_dict["cost"] = cost

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        type_ = cast(Literal["session.stats"], d.pop("type"))
        if type_ != "session.stats":
            raise ValueError(f"type must match const 'session.stats', got '{type_}'")

        def _parse_frames(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        frames = _parse_frames(d.pop("frames", UNSET))

        def _parse_answered(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        answered = _parse_answered(d.pop("answered", UNSET))

        def _parse_dropped(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        dropped = _parse_dropped(d.pop("dropped", UNSET))

        def _parse_seconds(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        seconds = _parse_seconds(d.pop("seconds", UNSET))

        def _parse_cost(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        cost = _parse_cost(d.pop("cost", UNSET))

        session_stats = cls(
            type_=type_,
            frames=frames,
            answered=answered,
            dropped=dropped,
            seconds=seconds,
            cost=cost,
        )

        session_stats.additional_properties = d
        return session_stats

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
