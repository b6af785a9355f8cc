# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.image_part import ImagePart
    from ..models.pdf_part import PDFPart
    from ..models.text_part import TextPart


T = TypeVar("T", bound="SessionDecide")


@_attrs_define
class SessionDecide:
    """A message of a client at /v1/ws/systemone. It is answered like a frame and never dropped."""

    type_: Literal["decide"]
    id: str
    content: list[ImagePart | PDFPart | TextPart] | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.image_part import ImagePart
        from ..models.pdf_part import PDFPart

        type_ = self.type_

        id = self.id

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

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type": type_,
                "id": id,
            }
        )
        if content is not UNSET:
            field_dict["content"] = content

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.image_part import ImagePart
        from ..models.pdf_part import PDFPart
        from ..models.text_part import TextPart

        d = dict(src_dict)
        type_ = cast(Literal["decide"], d.pop("type"))
        if type_ != "decide":
            raise ValueError(f"type must match const 'decide', got '{type_}'")

        id = d.pop("id")

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

        session_decide = cls(
            type_=type_,
            id=id,
            content=content,
        )

        return session_decide
