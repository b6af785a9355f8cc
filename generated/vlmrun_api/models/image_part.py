# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.inline_image import InlineImage


T = TypeVar("T", bound="ImagePart")


@_attrs_define
class ImagePart:
    """An image to decide about."""

    type_: Literal["image_url"]
    image_url: InlineImage
    """ An image of at most 5 MiB as a data URL. """

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        image_url = self.image_url.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type": type_,
                "image_url": image_url,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.inline_image import InlineImage

        d = dict(src_dict)
        type_ = cast(Literal["image_url"], d.pop("type"))
        if type_ != "image_url":
            raise ValueError(f"type must match const 'image_url', got '{type_}'")

        image_url = InlineImage.from_dict(d.pop("image_url"))

        image_part = cls(
            type_=type_,
            image_url=image_url,
        )

        return image_part
