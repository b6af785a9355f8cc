# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.reasoning_effort import ReasoningEffort
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.image_part import ImagePart
    from ..models.json_object import JSONObject
    from ..models.pdf_part import PDFPart
    from ..models.system_one_assets import SystemOneAssets
    from ..models.system_one_questions import SystemOneQuestions
    from ..models.text_part import TextPart


T = TypeVar("T", bound="SystemOneRequest")


@_attrs_define
class SystemOneRequest:
    """Questions and what they are about."""

    state: JSONObject | list[Any] | str
    """ What the questions are about. """
    model: str
    questions: SystemOneQuestions
    """ By an id of the caller's a question. """
    content: list[ImagePart | PDFPart | TextPart] | None | Unset = UNSET
    """ At most 8 images and one PDF. """
    assets: None | SystemOneAssets | Unset = UNSET
    steps: int | None | Unset = UNSET
    """ Denoising steps; defaults to 1. """
    samples: int | None | Unset = UNSET
    """ Draws to average; each is billed. """
    reasoning_effort: None | ReasoningEffort | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.image_part import ImagePart
        from ..models.json_object import JSONObject
        from ..models.pdf_part import PDFPart
        from ..models.system_one_assets import SystemOneAssets

        state: dict[str, Any] | list[Any] | str
        if isinstance(self.state, JSONObject):
            state = self.state.to_dict()
        elif isinstance(self.state, list):
            state = self.state

        else:
            state = self.state

        model = self.model

        questions = self.questions.to_dict()

        content: list[dict[str, Any]] | None | Unset
        if isinstance(self.content, Unset):
            content = UNSET
        elif isinstance(self.content, list):
            content = []
            for content_type_0_item_data in self.content:
                content_type_0_item: dict[str, Any]
                if isinstance(content_type_0_item_data, ImagePart):
                    content_type_0_item = content_type_0_item_data.to_dict()
                elif isinstance(content_type_0_item_data, PDFPart):
                    content_type_0_item = content_type_0_item_data.to_dict()
                else:
                    content_type_0_item = content_type_0_item_data.to_dict()

                content.append(content_type_0_item)

        else:
            content = self.content

        assets: dict[str, Any] | None | Unset
        if isinstance(self.assets, Unset):
            assets = UNSET
        elif isinstance(self.assets, SystemOneAssets):
            assets = self.assets.to_dict()
        else:
            assets = self.assets

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

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "state": state,
                "model": model,
                "questions": questions,
            }
        )
        if content is not UNSET:
            field_dict["content"] = content
        if assets is not UNSET:
            field_dict["assets"] = assets
        if steps is not UNSET:
            field_dict["steps"] = steps
        if samples is not UNSET:
            field_dict["samples"] = samples
        if reasoning_effort is not UNSET:
            field_dict["reasoning_effort"] = reasoning_effort

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.image_part import ImagePart
        from ..models.json_object import JSONObject
        from ..models.pdf_part import PDFPart
        from ..models.system_one_assets import SystemOneAssets
        from ..models.system_one_questions import SystemOneQuestions
        from ..models.text_part import TextPart

        d = dict(src_dict)

        def _parse_state(data: object) -> JSONObject | list[Any] | str:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                state_type_1 = JSONObject.from_dict(data)

                return state_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, list):
                    raise TypeError()
                state_type_2 = cast(list[Any], data)

                return state_type_2
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(JSONObject | list[Any] | str, data)

        state = _parse_state(d.pop("state"))

        model = d.pop("model")

        questions = SystemOneQuestions.from_dict(d.pop("questions"))

        def _parse_content(data: object) -> list[ImagePart | PDFPart | TextPart] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                content_type_0 = []
                _content_type_0 = data
                for content_type_0_item_data in _content_type_0:

                    def _parse_content_type_0_item(data: object) -> ImagePart | PDFPart | TextPart:
                        try:
                            if not isinstance(data, dict):
                                raise TypeError()
                            componentsschemas_system_one_part_type_0 = ImagePart.from_dict(data)

                            return componentsschemas_system_one_part_type_0
                        except (TypeError, ValueError, AttributeError, KeyError):
                            pass
                        try:
                            if not isinstance(data, dict):
                                raise TypeError()
                            componentsschemas_system_one_part_type_1 = PDFPart.from_dict(data)

                            return componentsschemas_system_one_part_type_1
                        except (TypeError, ValueError, AttributeError, KeyError):
                            pass
                        if not isinstance(data, dict):
                            raise TypeError()
                        componentsschemas_system_one_part_type_2 = TextPart.from_dict(data)

                        return componentsschemas_system_one_part_type_2

                    content_type_0_item = _parse_content_type_0_item(content_type_0_item_data)

                    content_type_0.append(content_type_0_item)

                return content_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[ImagePart | PDFPart | TextPart] | None | Unset, data)

        content = _parse_content(d.pop("content", UNSET))

        def _parse_assets(data: object) -> None | SystemOneAssets | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                assets_type_0 = SystemOneAssets.from_dict(data)

                return assets_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SystemOneAssets | Unset, data)

        assets = _parse_assets(d.pop("assets", UNSET))

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

        system_one_request = cls(
            state=state,
            model=model,
            questions=questions,
            content=content,
            assets=assets,
            steps=steps,
            samples=samples,
            reasoning_effort=reasoning_effort,
        )

        return system_one_request
