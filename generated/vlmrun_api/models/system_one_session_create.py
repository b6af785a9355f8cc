# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from attrs import define as _attrs_define

from ..models.reasoning_effort import ReasoningEffort
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.system_one_questions import SystemOneQuestions


T = TypeVar("T", bound="SystemOneSessionCreate")


@_attrs_define
class SystemOneSessionCreate:
    """The first message of a client at /v1/ws/systemone."""

    type_: Literal["session.create"]
    model: str
    questions: SystemOneQuestions
    """ By an id of the caller's a question. """
    max_inflight: int | None | Unset = UNSET
    """ Number of frames in flight. """
    steps: int | None | Unset = UNSET
    samples: int | None | Unset = UNSET
    reasoning_effort: None | ReasoningEffort | Unset = UNSET
    stride: int | None | Unset = UNSET
    """ Number of frames from one decision to the next. """
    window: int | None | Unset = UNSET
    """ Number of frames that a decision is about. """

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        model = self.model

        questions = self.questions.to_dict()

        max_inflight: int | None | Unset
        if isinstance(self.max_inflight, Unset):
            max_inflight = UNSET
        else:
            max_inflight = self.max_inflight

        steps: int | None | Unset
        if isinstance(self.steps, Unset):
            steps = UNSET
        else:
            steps = self.steps

        samples: int | None | Unset
        if isinstance(self.samples, Unset):
            samples = UNSET
        else:
            samples = self.samples

        reasoning_effort: None | str | Unset
        if isinstance(self.reasoning_effort, Unset):
            reasoning_effort = UNSET
        elif isinstance(self.reasoning_effort, ReasoningEffort):
            reasoning_effort = self.reasoning_effort.value
        else:
            reasoning_effort = self.reasoning_effort

        stride: int | None | Unset
        if isinstance(self.stride, Unset):
            stride = UNSET
        else:
            stride = self.stride

        window: int | None | Unset
        if isinstance(self.window, Unset):
            window = UNSET
        else:
            window = self.window

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type": type_,
                "model": model,
                "questions": questions,
            }
        )
        if max_inflight is not UNSET:
            field_dict["max_inflight"] = max_inflight
        if steps is not UNSET:
            field_dict["steps"] = steps
        if samples is not UNSET:
            field_dict["samples"] = samples
        if reasoning_effort is not UNSET:
            field_dict["reasoning_effort"] = reasoning_effort
        if stride is not UNSET:
            field_dict["stride"] = stride
        if window is not UNSET:
            field_dict["window"] = window

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.system_one_questions import SystemOneQuestions

        d = dict(src_dict)
        type_ = cast(Literal["session.create"], d.pop("type"))
        if type_ != "session.create":
            raise ValueError(f"type must match const 'session.create', got '{type_}'")

        model = d.pop("model")

        questions = SystemOneQuestions.from_dict(d.pop("questions"))

        def _parse_max_inflight(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        max_inflight = _parse_max_inflight(d.pop("max_inflight", UNSET))

        def _parse_steps(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        steps = _parse_steps(d.pop("steps", UNSET))

        def _parse_samples(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        samples = _parse_samples(d.pop("samples", UNSET))

        def _parse_reasoning_effort(data: object) -> None | ReasoningEffort | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                reasoning_effort_type_0 = ReasoningEffort(data)

                return reasoning_effort_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ReasoningEffort | Unset, data)

        reasoning_effort = _parse_reasoning_effort(d.pop("reasoning_effort", UNSET))

        def _parse_stride(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        stride = _parse_stride(d.pop("stride", UNSET))

        def _parse_window(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        window = _parse_window(d.pop("window", UNSET))

        system_one_session_create = cls(
            type_=type_,
            model=model,
            questions=questions,
            max_inflight=max_inflight,
            steps=steps,
            samples=samples,
            reasoning_effort=reasoning_effort,
            stride=stride,
            window=window,
        )

        return system_one_session_create
