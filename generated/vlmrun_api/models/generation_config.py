# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.generation_detail import GenerationDetail
from ..models.service_tier import ServiceTier
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.agent_skill import AgentSkill
    from ..models.json_object import JSONObject


T = TypeVar("T", bound="GenerationConfig")


@_attrs_define
class GenerationConfig:
    """Configuration of a prediction."""

    prompt: None | str | Unset = UNSET
    detail: GenerationDetail | Unset = UNSET
    """ Level of detail; defaults to auto. """
    json_schema: JSONObject | None | Unset = UNSET
    """ JSON Schema of the response. """
    gql_stmt: None | str | Unset = UNSET
    """ GraphQL query that selects fields of the domain. """
    max_retries: int | Unset = UNSET
    """ Defaults to 1. """
    max_tokens: int | Unset = UNSET
    """ Defaults to 65535. """
    temperature: float | Unset = UNSET
    """ Defaults to 0. """
    confidence: bool | Unset = UNSET
    """ Whether to add confidence scores; defaults to false. """
    grounding: bool | Unset = UNSET
    """ Whether to add bounding boxes; defaults to false. """
    keyframes: bool | Unset = UNSET
    """ Whether to add keyframes; defaults to false. """
    video_segment_duration: float | None | Unset = UNSET
    """ Duration in seconds; defaults to 30. """
    video_frames_per_segment: int | None | Unset = UNSET
    """ Defaults to 8. """
    page_indices: list[int] | None | Unset = UNSET
    """ Zero-based page numbers; defaults to all pages. """
    service_tier: None | ServiceTier | Unset = UNSET
    skills: list[AgentSkill] | None | Unset = UNSET
    """ Skills to use instead of a domain. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.json_object import JSONObject

        prompt: None | str | Unset
        if isinstance(self.prompt, Unset):
            prompt = UNSET
        else:
            prompt = self.prompt

        detail: str | Unset = UNSET
        if not isinstance(self.detail, Unset):
            detail = self.detail.value

        json_schema: dict[str, Any] | None | Unset
        if isinstance(self.json_schema, Unset):
            json_schema = UNSET
        elif isinstance(self.json_schema, JSONObject):
            json_schema = self.json_schema.to_dict()
        else:
            json_schema = self.json_schema

        gql_stmt: None | str | Unset
        if isinstance(self.gql_stmt, Unset):
            gql_stmt = UNSET
        else:
            gql_stmt = self.gql_stmt

        max_retries = self.max_retries

        max_tokens = self.max_tokens

        temperature = self.temperature

        confidence = self.confidence

        grounding = self.grounding

        keyframes = self.keyframes

        video_segment_duration: float | None | Unset
        if isinstance(self.video_segment_duration, Unset):
            video_segment_duration = UNSET
        else:
            video_segment_duration = self.video_segment_duration

        video_frames_per_segment: int | None | Unset
        if isinstance(self.video_frames_per_segment, Unset):
            video_frames_per_segment = UNSET
        else:
            video_frames_per_segment = self.video_frames_per_segment

        page_indices: list[int] | None | Unset
        if isinstance(self.page_indices, Unset):
            page_indices = UNSET
        elif isinstance(self.page_indices, list):
            page_indices = self.page_indices

        else:
            page_indices = self.page_indices

        service_tier: None | str | Unset
        if isinstance(self.service_tier, Unset):
            service_tier = UNSET
        elif isinstance(self.service_tier, ServiceTier):
            service_tier = self.service_tier.value
        else:
            service_tier = self.service_tier

        skills: list[dict[str, Any]] | None | Unset
        if isinstance(self.skills, Unset):
            skills = UNSET
        elif isinstance(self.skills, list):
            skills = []
            for skills_type_0_item_data in self.skills:
                skills_type_0_item = skills_type_0_item_data.to_dict()
                skills.append(skills_type_0_item)

        else:
            skills = self.skills

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if prompt is not UNSET:
            field_dict["prompt"] = prompt
        if detail is not UNSET:
            field_dict["detail"] = detail
        if json_schema is not UNSET:
            field_dict["json_schema"] = json_schema
        if gql_stmt is not UNSET:
            field_dict["gql_stmt"] = gql_stmt
        if max_retries is not UNSET:
            field_dict["max_retries"] = max_retries
        if max_tokens is not UNSET:
            field_dict["max_tokens"] = max_tokens
        if temperature is not UNSET:
            field_dict["temperature"] = temperature
        if confidence is not UNSET:
            field_dict["confidence"] = confidence
        if grounding is not UNSET:
            field_dict["grounding"] = grounding
        if keyframes is not UNSET:
            field_dict["keyframes"] = keyframes
        if video_segment_duration is not UNSET:
            field_dict["video_segment_duration"] = video_segment_duration
        if video_frames_per_segment is not UNSET:
            field_dict["video_frames_per_segment"] = video_frames_per_segment
        if page_indices is not UNSET:
            field_dict["page_indices"] = page_indices
        if service_tier is not UNSET:
            field_dict["service_tier"] = service_tier
        if skills is not UNSET:
            field_dict["skills"] = skills

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.agent_skill import AgentSkill
        from ..models.json_object import JSONObject

        d = dict(src_dict)

        def _parse_prompt(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        prompt = _parse_prompt(d.pop("prompt", UNSET))

        _detail = d.pop("detail", UNSET)
        detail: GenerationDetail | Unset
        if isinstance(_detail, Unset):
            detail = UNSET
        else:
            detail = GenerationDetail(_detail)

        def _parse_json_schema(data: object) -> JSONObject | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                json_schema_type_0 = JSONObject.from_dict(data)

                return json_schema_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(JSONObject | None | Unset, data)

        json_schema = _parse_json_schema(d.pop("json_schema", UNSET))

        def _parse_gql_stmt(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        gql_stmt = _parse_gql_stmt(d.pop("gql_stmt", UNSET))

        max_retries = d.pop("max_retries", UNSET)

        max_tokens = d.pop("max_tokens", UNSET)

        temperature = d.pop("temperature", UNSET)

        confidence = d.pop("confidence", UNSET)

        grounding = d.pop("grounding", UNSET)

        keyframes = d.pop("keyframes", UNSET)

        def _parse_video_segment_duration(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        video_segment_duration = _parse_video_segment_duration(d.pop("video_segment_duration", UNSET))

        def _parse_video_frames_per_segment(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        video_frames_per_segment = _parse_video_frames_per_segment(d.pop("video_frames_per_segment", UNSET))

        def _parse_page_indices(data: object) -> list[int] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                page_indices_type_0 = cast(list[int], data)

                return page_indices_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[int] | None | Unset, data)

        page_indices = _parse_page_indices(d.pop("page_indices", UNSET))

        def _parse_service_tier(data: object) -> None | ServiceTier | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                service_tier_type_0 = ServiceTier(data)

                return service_tier_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ServiceTier | Unset, data)

        service_tier = _parse_service_tier(d.pop("service_tier", UNSET))

        def _parse_skills(data: object) -> list[AgentSkill] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                skills_type_0 = []
                _skills_type_0 = data
                for skills_type_0_item_data in _skills_type_0:
                    skills_type_0_item = AgentSkill.from_dict(skills_type_0_item_data)

                    skills_type_0.append(skills_type_0_item)

                return skills_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[AgentSkill] | None | Unset, data)

        skills = _parse_skills(d.pop("skills", UNSET))

        generation_config = cls(
            prompt=prompt,
            detail=detail,
            json_schema=json_schema,
            gql_stmt=gql_stmt,
            max_retries=max_retries,
            max_tokens=max_tokens,
            temperature=temperature,
            confidence=confidence,
            grounding=grounding,
            keyframes=keyframes,
            video_segment_duration=video_segment_duration,
            video_frames_per_segment=video_frames_per_segment,
            page_indices=page_indices,
            service_tier=service_tier,
            skills=skills,
        )

        generation_config.additional_properties = d
        return generation_config

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
