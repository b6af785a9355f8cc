# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="SessionClose")


@_attrs_define
class SessionClose:
    """The last message of a client in a session."""

    type_: Literal["session.close"]

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type": type_,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        type_ = cast(Literal["session.close"], d.pop("type"))
        if type_ != "session.close":
            raise ValueError(f"type must match const 'session.close', got '{type_}'")

        session_close = cls(
            type_=type_,
        )

        return session_close
