# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.content_part_type import ContentPartType
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.file_url import FileUrl
    from ..models.image_url import ImageUrl


T = TypeVar("T", bound="MessageContent")


@_attrs_define
class MessageContent:
    """A typed part of an agent's inputs; the property that type names is required. input_file requires file_id or
    file_url.

    """

    type_: ContentPartType
    """ Type of a part of an agent's inputs. """
    text: None | str | Unset = UNSET
    image_url: ImageUrl | None | Unset = UNSET
    video_url: FileUrl | None | Unset = UNSET
    audio_url: FileUrl | None | Unset = UNSET
    file_url: FileUrl | None | Unset = UNSET
    file_id: None | str | Unset = UNSET
    """ Id of an uploaded file. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.file_url import FileUrl
        from ..models.image_url import ImageUrl

        type_ = self.type_.value

        text: None | str | Unset
        if isinstance(self.text, Unset):
            text = UNSET
        else:
            text = self.text

        image_url: dict[str, Any] | None | Unset
        if isinstance(self.image_url, Unset):
            image_url = UNSET
        elif isinstance(self.image_url, ImageUrl):
            image_url = self.image_url.to_dict()
        else:
            image_url = self.image_url

        video_url: dict[str, Any] | None | Unset
        if isinstance(self.video_url, Unset):
            video_url = UNSET
        elif isinstance(self.video_url, FileUrl):
            video_url = self.video_url.to_dict()
        else:
            video_url = self.video_url

        audio_url: dict[str, Any] | None | Unset
        if isinstance(self.audio_url, Unset):
            audio_url = UNSET
        elif isinstance(self.audio_url, FileUrl):
            audio_url = self.audio_url.to_dict()
        else:
            audio_url = self.audio_url

        file_url: dict[str, Any] | None | Unset
        if isinstance(self.file_url, Unset):
            file_url = UNSET
        elif isinstance(self.file_url, FileUrl):
            file_url = self.file_url.to_dict()
        else:
            file_url = self.file_url

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
        if file_id is not UNSET:
            field_dict["file_id"] = file_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.file_url import FileUrl
        from ..models.image_url import ImageUrl

        d = dict(src_dict)
        type_ = ContentPartType(d.pop("type"))

        def _parse_text(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        text = _parse_text(d.pop("text", UNSET))

        def _parse_image_url(data: object) -> ImageUrl | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                image_url_type_0 = ImageUrl.from_dict(data)

                return image_url_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ImageUrl | None | Unset, data)

        image_url = _parse_image_url(d.pop("image_url", UNSET))

        def _parse_video_url(data: object) -> FileUrl | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                video_url_type_0 = FileUrl.from_dict(data)

                return video_url_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(FileUrl | None | Unset, data)

        video_url = _parse_video_url(d.pop("video_url", UNSET))

        def _parse_audio_url(data: object) -> FileUrl | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                audio_url_type_0 = FileUrl.from_dict(data)

                return audio_url_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(FileUrl | None | Unset, data)

        audio_url = _parse_audio_url(d.pop("audio_url", UNSET))

        def _parse_file_url(data: object) -> FileUrl | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                file_url_type_0 = FileUrl.from_dict(data)

                return file_url_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(FileUrl | None | Unset, data)

        file_url = _parse_file_url(d.pop("file_url", UNSET))

        def _parse_file_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        file_id = _parse_file_id(d.pop("file_id", UNSET))

        message_content = cls(
            type_=type_,
            text=text,
            image_url=image_url,
            video_url=video_url,
            audio_url=audio_url,
            file_url=file_url,
            file_id=file_id,
        )

        message_content.additional_properties = d
        return message_content

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
