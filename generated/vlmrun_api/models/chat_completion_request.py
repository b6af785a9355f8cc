# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.agent_toolset import AgentToolset
from ..models.image_resolution import ImageResolution
from ..models.video_resolution import VideoResolution
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.agent_skill import AgentSkill
    from ..models.chat_message import ChatMessage
    from ..models.json_object import JSONObject
    from ..models.json_object_format import JSONObjectFormat
    from ..models.json_schema_format import JSONSchemaFormat
    from ..models.json_schema_strict_format import JSONSchemaStrictFormat
    from ..models.text_format import TextFormat


T = TypeVar("T", bound="ChatCompletionRequest")


@_attrs_define
class ChatCompletionRequest:
    """A chat with an agent (API host) or a model (gateway)."""

    messages: list[ChatMessage]
    id: str | Unset = UNSET
    """ A client-defined id for the completion. """
    model: str | Unset = UNSET
    """ Defaults to vlmrun-orion-1:auto; required by the gateway. """
    max_tokens: int | None | Unset = UNSET
    """ Defaults to 32768. """
    n: int | None | Unset = UNSET
    """ Defaults to 1. """
    temperature: float | None | Unset = UNSET
    """ Defaults to 0. """
    top_p: float | None | Unset = UNSET
    """ Defaults to 1. """
    top_k: int | None | Unset = UNSET
    logprobs: bool | int | None | Unset = UNSET
    """ Number of log probabilities; a boolean for the gateway, as in the OpenAI API. """
    stream: bool | None | Unset = UNSET
    """ Whether to stream server-sent events; defaults to false. """
    preview: bool | None | Unset = UNSET
    """ Whether to create previews of artifacts. """
    response_format: JSONObjectFormat | JSONSchemaFormat | JSONSchemaStrictFormat | None | TextFormat | Unset = UNSET
    """ Format of the response. """
    session_id: None | str | Unset = UNSET
    """ Id of a session to continue; by default a new one. """
    metadata: JSONObject | None | Unset = UNSET
    """ Client-defined tags. """
    skills: list[AgentSkill] | None | Unset = UNSET
    """ Skills to use. """
    toolsets: list[AgentToolset] | None | Unset = UNSET
    """ Tools that the agent may use. """
    models: list[str] | None | Unset = UNSET
    """ Models that the agent's tools may use. """
    frequency_penalty: float | None | Unset = UNSET
    """ As in the OpenAI API. Gateway only. """
    presence_penalty: float | None | Unset = UNSET
    """ As in the OpenAI API. Gateway only. """
    stop: list[str] | None | str | Unset = UNSET
    """ As in the OpenAI API. Gateway only. """
    method: None | str | Unset = UNSET
    """ Task, such as ocr, detect or markdown. Gateway only. """
    method_params: JSONObject | None | Unset = UNSET
    """ Arguments of the method. Gateway only. """
    llm: None | str | Unset = UNSET
    """ A model to post-process the response. Gateway only. """
    document_dpi: int | None | Unset = UNSET
    """ Resolution of rendered pages in DPI; defaults to 96. Gateway only. """
    document_pages: list[int | list[int]] | None | Unset = UNSET
    """ Zero-based page numbers, or pairs of start and end. Gateway only. """
    document_max_pages: int | None | Unset = UNSET
    """ Maximum number of pages; defaults to 128. Gateway only. """
    image_resolution: ImageResolution | None | Unset = UNSET
    """ Scale of images. Gateway only. """
    video_fps: float | None | Unset = UNSET
    """ Frames per second. Gateway only. """
    video_max_frames: int | None | Unset = UNSET
    """ Defaults to 8. Gateway only. """
    video_resolution: None | Unset | VideoResolution = UNSET
    """ Scale of frames. Gateway only. """
    precision: int | None | Unset = UNSET
    """ Decimal places of coordinates and scores; defaults to 4. Gateway only. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.json_object import JSONObject
        from ..models.json_object_format import JSONObjectFormat
        from ..models.json_schema_format import JSONSchemaFormat
        from ..models.json_schema_strict_format import JSONSchemaStrictFormat
        from ..models.text_format import TextFormat

        messages = []
        for messages_item_data in self.messages:
            messages_item = messages_item_data.to_dict()
            messages.append(messages_item)

        id = self.id

        model = self.model

        max_tokens: int | None | Unset
        if isinstance(self.max_tokens, Unset):
            max_tokens = UNSET
        else:
            max_tokens = self.max_tokens

        n: int | None | Unset
        if isinstance(self.n, Unset):
            n = UNSET
        else:
            n = self.n

        temperature: float | None | Unset
        if isinstance(self.temperature, Unset):
            temperature = UNSET
        else:
            temperature = self.temperature

        top_p: float | None | Unset
        if isinstance(self.top_p, Unset):
            top_p = UNSET
        else:
            top_p = self.top_p

        top_k: int | None | Unset
        if isinstance(self.top_k, Unset):
            top_k = UNSET
        else:
            top_k = self.top_k

        logprobs: bool | int | None | Unset
        if isinstance(self.logprobs, Unset):
            logprobs = UNSET
        else:
            logprobs = self.logprobs

        stream: bool | None | Unset
        if isinstance(self.stream, Unset):
            stream = UNSET
        else:
            stream = self.stream

        preview: bool | None | Unset
        if isinstance(self.preview, Unset):
            preview = UNSET
        else:
            preview = self.preview

        response_format: dict[str, Any] | None | Unset
        if isinstance(self.response_format, Unset):
            response_format = UNSET
        elif isinstance(self.response_format, JSONSchemaStrictFormat):
            response_format = self.response_format.to_dict()
        elif isinstance(self.response_format, JSONSchemaFormat):
            response_format = self.response_format.to_dict()
        elif isinstance(self.response_format, JSONObjectFormat):
            response_format = self.response_format.to_dict()
        elif isinstance(self.response_format, TextFormat):
            response_format = self.response_format.to_dict()
        else:
            response_format = self.response_format

        session_id: None | str | Unset
        if isinstance(self.session_id, Unset):
            session_id = UNSET
        else:
            session_id = self.session_id

        metadata: dict[str, Any] | None | Unset
        if isinstance(self.metadata, Unset):
            metadata = UNSET
        elif isinstance(self.metadata, JSONObject):
            metadata = self.metadata.to_dict()
        else:
            metadata = self.metadata

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

        toolsets: list[str] | None | Unset
        if isinstance(self.toolsets, Unset):
            toolsets = UNSET
        elif isinstance(self.toolsets, list):
            toolsets = []
            for toolsets_type_0_item_data in self.toolsets:
                toolsets_type_0_item = toolsets_type_0_item_data.value
                toolsets.append(toolsets_type_0_item)

        else:
            toolsets = self.toolsets

        models: list[str] | None | Unset
        if isinstance(self.models, Unset):
            models = UNSET
        elif isinstance(self.models, list):
            models = self.models

        else:
            models = self.models

        frequency_penalty: float | None | Unset
        if isinstance(self.frequency_penalty, Unset):
            frequency_penalty = UNSET
        else:
            frequency_penalty = self.frequency_penalty

        presence_penalty: float | None | Unset
        if isinstance(self.presence_penalty, Unset):
            presence_penalty = UNSET
        else:
            presence_penalty = self.presence_penalty

        stop: list[str] | None | str | Unset
        if isinstance(self.stop, Unset):
            stop = UNSET
        elif isinstance(self.stop, list):
            stop = self.stop

        else:
            stop = self.stop

        method: None | str | Unset
        if isinstance(self.method, Unset):
            method = UNSET
        else:
            method = self.method

        method_params: dict[str, Any] | None | Unset
        if isinstance(self.method_params, Unset):
            method_params = UNSET
        elif isinstance(self.method_params, JSONObject):
            method_params = self.method_params.to_dict()
        else:
            method_params = self.method_params

        llm: None | str | Unset
        if isinstance(self.llm, Unset):
            llm = UNSET
        else:
            llm = self.llm

        document_dpi: int | None | Unset
        if isinstance(self.document_dpi, Unset):
            document_dpi = UNSET
        else:
            document_dpi = self.document_dpi

        document_pages: list[int | list[int]] | None | Unset
        if isinstance(self.document_pages, Unset):
            document_pages = UNSET
        elif isinstance(self.document_pages, list):
            document_pages = []
            for document_pages_type_0_item_data in self.document_pages:
                document_pages_type_0_item: int | list[int]
                if isinstance(document_pages_type_0_item_data, list):
                    document_pages_type_0_item = document_pages_type_0_item_data

                else:
                    document_pages_type_0_item = document_pages_type_0_item_data
                document_pages.append(document_pages_type_0_item)

        else:
            document_pages = self.document_pages

        document_max_pages: int | None | Unset
        if isinstance(self.document_max_pages, Unset):
            document_max_pages = UNSET
        else:
            document_max_pages = self.document_max_pages

        image_resolution: None | str | Unset
        if isinstance(self.image_resolution, Unset):
            image_resolution = UNSET
        elif isinstance(self.image_resolution, ImageResolution):
            image_resolution = self.image_resolution.value
        else:
            image_resolution = self.image_resolution

        video_fps: float | None | Unset
        if isinstance(self.video_fps, Unset):
            video_fps = UNSET
        else:
            video_fps = self.video_fps

        video_max_frames: int | None | Unset
        if isinstance(self.video_max_frames, Unset):
            video_max_frames = UNSET
        else:
            video_max_frames = self.video_max_frames

        video_resolution: None | str | Unset
        if isinstance(self.video_resolution, Unset):
            video_resolution = UNSET
        elif isinstance(self.video_resolution, VideoResolution):
            video_resolution = self.video_resolution.value
        else:
            video_resolution = self.video_resolution

        precision: int | None | Unset
        if isinstance(self.precision, Unset):
            precision = UNSET
        else:
            precision = self.precision

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "messages": messages,
            }
        )
        if id is not UNSET:
            field_dict["id"] = id
        if model is not UNSET:
            field_dict["model"] = model
        if max_tokens is not UNSET:
            field_dict["max_tokens"] = max_tokens
        if n is not UNSET:
            field_dict["n"] = n
        if temperature is not UNSET:
            field_dict["temperature"] = temperature
        if top_p is not UNSET:
            field_dict["top_p"] = top_p
        if top_k is not UNSET:
            field_dict["top_k"] = top_k
        if logprobs is not UNSET:
            field_dict["logprobs"] = logprobs
        if stream is not UNSET:
            field_dict["stream"] = stream
        if preview is not UNSET:
            field_dict["preview"] = preview
        if response_format is not UNSET:
            field_dict["response_format"] = response_format
        if session_id is not UNSET:
            field_dict["session_id"] = session_id
        if metadata is not UNSET:
            field_dict["metadata"] = metadata
        if skills is not UNSET:
            field_dict["skills"] = skills
        if toolsets is not UNSET:
            field_dict["toolsets"] = toolsets
        if models is not UNSET:
            field_dict["models"] = models
        if frequency_penalty is not UNSET:
            field_dict["frequency_penalty"] = frequency_penalty
        if presence_penalty is not UNSET:
            field_dict["presence_penalty"] = presence_penalty
        if stop is not UNSET:
            field_dict["stop"] = stop
        if method is not UNSET:
            field_dict["method"] = method
        if method_params is not UNSET:
            field_dict["method_params"] = method_params
        if llm is not UNSET:
            field_dict["llm"] = llm
        if document_dpi is not UNSET:
            field_dict["document_dpi"] = document_dpi
        if document_pages is not UNSET:
            field_dict["document_pages"] = document_pages
        if document_max_pages is not UNSET:
            field_dict["document_max_pages"] = document_max_pages
        if image_resolution is not UNSET:
            field_dict["image_resolution"] = image_resolution
        if video_fps is not UNSET:
            field_dict["video_fps"] = video_fps
        if video_max_frames is not UNSET:
            field_dict["video_max_frames"] = video_max_frames
        if video_resolution is not UNSET:
            field_dict["video_resolution"] = video_resolution
        if precision is not UNSET:
            field_dict["precision"] = precision

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.agent_skill import AgentSkill
        from ..models.chat_message import ChatMessage
        from ..models.json_object import JSONObject
        from ..models.json_object_format import JSONObjectFormat
        from ..models.json_schema_format import JSONSchemaFormat
        from ..models.json_schema_strict_format import JSONSchemaStrictFormat
        from ..models.text_format import TextFormat

        d = dict(src_dict)
        messages = []
        _messages = d.pop("messages")
        for messages_item_data in _messages:
            messages_item = ChatMessage.from_dict(messages_item_data)

            messages.append(messages_item)

        id = d.pop("id", UNSET)

        model = d.pop("model", UNSET)

        def _parse_max_tokens(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        max_tokens = _parse_max_tokens(d.pop("max_tokens", UNSET))

        def _parse_n(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        n = _parse_n(d.pop("n", UNSET))

        def _parse_temperature(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        temperature = _parse_temperature(d.pop("temperature", UNSET))

        def _parse_top_p(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        top_p = _parse_top_p(d.pop("top_p", UNSET))

        def _parse_top_k(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        top_k = _parse_top_k(d.pop("top_k", UNSET))

        def _parse_logprobs(data: object) -> bool | int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | int | None | Unset, data)

        logprobs = _parse_logprobs(d.pop("logprobs", UNSET))

        def _parse_stream(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        stream = _parse_stream(d.pop("stream", UNSET))

        def _parse_preview(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        preview = _parse_preview(d.pop("preview", UNSET))

        def _parse_response_format(
            data: object,
        ) -> JSONObjectFormat | JSONSchemaFormat | JSONSchemaStrictFormat | None | TextFormat | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_format_type_0 = JSONSchemaStrictFormat.from_dict(data)

                return response_format_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_format_type_1 = JSONSchemaFormat.from_dict(data)

                return response_format_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_format_type_2 = JSONObjectFormat.from_dict(data)

                return response_format_type_2
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_format_type_3 = TextFormat.from_dict(data)

                return response_format_type_3
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(JSONObjectFormat | JSONSchemaFormat | JSONSchemaStrictFormat | None | TextFormat | Unset, data)

        response_format = _parse_response_format(d.pop("response_format", UNSET))

        def _parse_session_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        session_id = _parse_session_id(d.pop("session_id", UNSET))

        def _parse_metadata(data: object) -> JSONObject | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                metadata_type_0 = JSONObject.from_dict(data)

                return metadata_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(JSONObject | None | Unset, data)

        metadata = _parse_metadata(d.pop("metadata", UNSET))

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

        def _parse_toolsets(data: object) -> list[AgentToolset] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                toolsets_type_0 = []
                _toolsets_type_0 = data
                for toolsets_type_0_item_data in _toolsets_type_0:
                    toolsets_type_0_item = AgentToolset(toolsets_type_0_item_data)

                    toolsets_type_0.append(toolsets_type_0_item)

                return toolsets_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[AgentToolset] | None | Unset, data)

        toolsets = _parse_toolsets(d.pop("toolsets", UNSET))

        def _parse_models(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                models_type_0 = cast(list[str], data)

                return models_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        models = _parse_models(d.pop("models", UNSET))

        def _parse_frequency_penalty(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        frequency_penalty = _parse_frequency_penalty(d.pop("frequency_penalty", UNSET))

        def _parse_presence_penalty(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        presence_penalty = _parse_presence_penalty(d.pop("presence_penalty", UNSET))

        def _parse_stop(data: object) -> list[str] | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                stop_type_1 = cast(list[str], data)

                return stop_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | str | Unset, data)

        stop = _parse_stop(d.pop("stop", UNSET))

        def _parse_method(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        method = _parse_method(d.pop("method", UNSET))

        def _parse_method_params(data: object) -> JSONObject | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                method_params_type_0 = JSONObject.from_dict(data)

                return method_params_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(JSONObject | None | Unset, data)

        method_params = _parse_method_params(d.pop("method_params", UNSET))

        def _parse_llm(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        llm = _parse_llm(d.pop("llm", UNSET))

        def _parse_document_dpi(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        document_dpi = _parse_document_dpi(d.pop("document_dpi", UNSET))

        def _parse_document_pages(data: object) -> list[int | list[int]] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                document_pages_type_0 = []
                _document_pages_type_0 = data
                for document_pages_type_0_item_data in _document_pages_type_0:

                    def _parse_document_pages_type_0_item(data: object) -> int | list[int]:
                        try:
                            if not isinstance(data, list):
                                raise TypeError()
                            document_pages_type_0_item_type_1 = cast(list[int], data)

                            return document_pages_type_0_item_type_1
                        except (TypeError, ValueError, AttributeError, KeyError):
                            pass
                        return cast(int | list[int], data)

                    document_pages_type_0_item = _parse_document_pages_type_0_item(document_pages_type_0_item_data)

                    document_pages_type_0.append(document_pages_type_0_item)

                return document_pages_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[int | list[int]] | None | Unset, data)

        document_pages = _parse_document_pages(d.pop("document_pages", UNSET))

        def _parse_document_max_pages(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        document_max_pages = _parse_document_max_pages(d.pop("document_max_pages", UNSET))

        def _parse_image_resolution(data: object) -> ImageResolution | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                image_resolution_type_0 = ImageResolution(data)

                return image_resolution_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ImageResolution | None | Unset, data)

        image_resolution = _parse_image_resolution(d.pop("image_resolution", UNSET))

        def _parse_video_fps(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        video_fps = _parse_video_fps(d.pop("video_fps", UNSET))

        def _parse_video_max_frames(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        video_max_frames = _parse_video_max_frames(d.pop("video_max_frames", UNSET))

        def _parse_video_resolution(data: object) -> None | Unset | VideoResolution:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                video_resolution_type_0 = VideoResolution(data)

                return video_resolution_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | VideoResolution, data)

        video_resolution = _parse_video_resolution(d.pop("video_resolution", UNSET))

        def _parse_precision(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        precision = _parse_precision(d.pop("precision", UNSET))

        chat_completion_request = cls(
            messages=messages,
            id=id,
            model=model,
            max_tokens=max_tokens,
            n=n,
            temperature=temperature,
            top_p=top_p,
            top_k=top_k,
            logprobs=logprobs,
            stream=stream,
            preview=preview,
            response_format=response_format,
            session_id=session_id,
            metadata=metadata,
            skills=skills,
            toolsets=toolsets,
            models=models,
            frequency_penalty=frequency_penalty,
            presence_penalty=presence_penalty,
            stop=stop,
            method=method,
            method_params=method_params,
            llm=llm,
            document_dpi=document_dpi,
            document_pages=document_pages,
            document_max_pages=document_max_pages,
            image_resolution=image_resolution,
            video_fps=video_fps,
            video_max_frames=video_max_frames,
            video_resolution=video_resolution,
            precision=precision,
        )

        chat_completion_request.additional_properties = d
        return chat_completion_request

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
