# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.image_detail import ImageDetail
from ..types import UNSET, Unset

T = TypeVar("T", bound="InlineImage")


@_attrs_define
class InlineImage:
    """An image of at most 5 MiB as a data URL."""

    url: str
    """ A data URL of a JPEG PNG WebP or GIF image. """
    detail: ImageDetail | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        url = self.url

        detail: None | str | Unset
        if isinstance(self.detail, Unset):
            detail = UNSET
        elif isinstance(self.detail, ImageDetail):
            detail = self.detail.value
        else:
            detail = self.detail

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "url": url,
            }
        )
        if detail is not UNSET:
            field_dict["detail"] = detail

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        url = d.pop("url")

        def _parse_detail(data: object) -> ImageDetail | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                detail_type_0 = ImageDetail(data)

                return detail_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ImageDetail | None | Unset, data)

        detail = _parse_detail(d.pop("detail", UNSET))

        inline_image = cls(
            url=url,
            detail=detail,
        )

        return inline_image
