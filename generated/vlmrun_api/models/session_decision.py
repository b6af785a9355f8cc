# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.system_one_answers import SystemOneAnswers
    from ..models.system_one_usage import SystemOneUsage


T = TypeVar("T", bound="SessionDecision")


@_attrs_define
class SessionDecision:
    """The answers about a frame or to a decide message."""

    type_: Literal["decision"]
    answers: SystemOneAnswers
    """ By the id of a question its answer. """
    id: None | str | Unset = UNSET
    """ Id of the decide message. """
    frame: int | None | Unset = UNSET
    """ Number of the frame; the first one is 1. """
    model: None | str | Unset = UNSET
    usage: None | SystemOneUsage | Unset = UNSET
    latency_ms: float | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.system_one_usage import SystemOneUsage

        type_ = self.type_

        answers = self.answers.to_dict()

        id: None | str | Unset
        if isinstance(self.id, Unset):
            id = UNSET
        else:
            id = self.id

        frame: int | None | Unset
        if isinstance(self.frame, Unset):
            frame = UNSET
        else:
            frame = self.frame

        model: None | str | Unset
        if isinstance(self.model, Unset):
            model = UNSET
        else:
            model = self.model

        usage: dict[str, Any] | None | Unset
        if isinstance(self.usage, Unset):
            usage = UNSET
        elif isinstance(self.usage, SystemOneUsage):
            usage = self.usage.to_dict()
        else:
            usage = self.usage

        latency_ms: float | None | Unset
        if isinstance(self.latency_ms, Unset):
            latency_ms = UNSET
        else:
            latency_ms = self.latency_ms

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
                "answers": answers,
            }
        )
        if id is not UNSET:
            field_dict["id"] = id
        if frame is not UNSET:
            field_dict["frame"] = frame
        if model is not UNSET:
            field_dict["model"] = model
        if usage is not UNSET:
            field_dict["usage"] = usage
        if latency_ms is not UNSET:
            field_dict["latency_ms"] = latency_ms

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.system_one_answers import SystemOneAnswers
        from ..models.system_one_usage import SystemOneUsage

        d = dict(src_dict)
        type_ = cast(Literal["decision"], d.pop("type"))
        if type_ != "decision":
            raise ValueError(f"type must match const 'decision', got '{type_}'")

        answers = SystemOneAnswers.from_dict(d.pop("answers"))

        def _parse_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        id = _parse_id(d.pop("id", UNSET))

        def _parse_frame(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        frame = _parse_frame(d.pop("frame", UNSET))

        def _parse_model(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        model = _parse_model(d.pop("model", UNSET))

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

        def _parse_latency_ms(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        latency_ms = _parse_latency_ms(d.pop("latency_ms", UNSET))

        session_decision = cls(
            type_=type_,
            answers=answers,
            id=id,
            frame=frame,
            model=model,
            usage=usage,
            latency_ms=latency_ms,
        )

        session_decision.additional_properties = d
        return session_decision

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
