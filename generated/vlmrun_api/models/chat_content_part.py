# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.chat_content_part_type import ChatContentPartType
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.media_url import MediaUrl


T = TypeVar("T", bound="ChatContentPart")


@_attrs_define
class ChatContentPart:
    """A part of a chat message; the property that type names is required."""

    type_: ChatContentPartType | str
    text: None | str | Unset = UNSET
    image_url: MediaUrl | None | Unset = UNSET
    video_url: MediaUrl | None | Unset = UNSET
    audio_url: MediaUrl | None | Unset = UNSET
    """ Orion chat may not accept audio. """
    file_url: MediaUrl | None | Unset = UNSET
    document_url: MediaUrl | None | Unset = UNSET
    """ Gateway only. """
    file_id: None | str | Unset = UNSET
    """ Id of an uploaded file. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.media_url import MediaUrl

        type_: str
        if isinstance(self.type_, ChatContentPartType):
            type_ = self.type_.value
        else:
            type_ = self.type_

        text: None | str | Unset
        if isinstance(self.text, Unset):
            text = UNSET
        else:
            text = self.text

        image_url: dict[str, Any] | None | Unset
        if isinstance(self.image_url, Unset):
            image_url = UNSET
        elif isinstance(self.image_url, MediaUrl):
            image_url = self.image_url.to_dict()
        else:
            image_url = self.image_url

        video_url: dict[str, Any] | None | Unset
        if isinstance(self.video_url, Unset):
            video_url = UNSET
        elif isinstance(self.video_url, MediaUrl):
            video_url = self.video_url.to_dict()
        else:
            video_url = self.video_url

        audio_url: dict[str, Any] | None | Unset
        if isinstance(self.audio_url, Unset):
            audio_url = UNSET
        elif isinstance(self.audio_url, MediaUrl):
            audio_url = self.audio_url.to_dict()
        else:
            audio_url = self.audio_url

        file_url: dict[str, Any] | None | Unset
        if isinstance(self.file_url, Unset):
            file_url = UNSET
        elif isinstance(self.file_url, MediaUrl):
            file_url = self.file_url.to_dict()
        else:
            file_url = self.file_url

        document_url: dict[str, Any] | None | Unset
        if isinstance(self.document_url, Unset):
            document_url = UNSET
        elif isinstance(self.document_url, MediaUrl):
            document_url = self.document_url.to_dict()
        else:
            document_url = self.document_url

        file_id: None | str | Unset
        if isinstance(self.file_id, Unset):
            file_id = UNSET
        else:
            file_id = self.file_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
            }
        )
        if text is not UNSET:
            field_dict["text"] = text
        if image_url is not UNSET:
            field_dict["image_url"] = image_url
        if video_url is not UNSET:
            field_dict["video_url"] = video_url
        if audio_url is not UNSET:
            field_dict["audio_url"] = audio_url
        if file_url is not UNSET:
            field_dict["file_url"] = file_url
        if document_url is not UNSET:
            field_dict["document_url"] = document_url
        if file_id is not UNSET:
            field_dict["file_id"] = file_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.media_url import MediaUrl

        d = dict(src_dict)

        def _parse_type_(data: object) -> ChatContentPartType | str:
            try:
                if not isinstance(data, str):
                    raise TypeError()
                type_type_0 = ChatContentPartType(data)

                return type_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ChatContentPartType | str, data)

        type_ = _parse_type_(d.pop("type"))

        def _parse_text(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        text = _parse_text(d.pop("text", UNSET))

        def _parse_image_url(data: object) -> MediaUrl | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                image_url_type_0 = MediaUrl.from_dict(data)

                return image_url_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MediaUrl | None | Unset, data)

        image_url = _parse_image_url(d.pop("image_url", UNSET))

        def _parse_video_url(data: object) -> MediaUrl | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                video_url_type_0 = MediaUrl.from_dict(data)

                return video_url_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MediaUrl | None | Unset, data)

        video_url = _parse_video_url(d.pop("video_url", UNSET))

        def _parse_audio_url(data: object) -> MediaUrl | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                audio_url_type_0 = MediaUrl.from_dict(data)

                return audio_url_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MediaUrl | None | Unset, data)

        audio_url = _parse_audio_url(d.pop("audio_url", UNSET))

        def _parse_file_url(data: object) -> MediaUrl | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                file_url_type_0 = MediaUrl.from_dict(data)

                return file_url_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MediaUrl | None | Unset, data)

        file_url = _parse_file_url(d.pop("file_url", UNSET))

        def _parse_document_url(data: object) -> MediaUrl | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                document_url_type_0 = MediaUrl.from_dict(data)

                return document_url_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MediaUrl | None | Unset, data)

        document_url = _parse_document_url(d.pop("document_url", UNSET))

        def _parse_file_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        file_id = _parse_file_id(d.pop("file_id", UNSET))

        chat_content_part = cls(
            type_=type_,
            text=text,
            image_url=image_url,
            video_url=video_url,
            audio_url=audio_url,
            file_url=file_url,
            document_url=document_url,
            file_id=file_id,
        )

        chat_content_part.additional_properties = d
        return chat_content_part

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
