# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.image_detail import ImageDetail
from ..types import UNSET, Unset

T = TypeVar("T", bound="InlineFile")


@_attrs_define
class InlineFile:
    """A PDF, of which the first 8 pages are read."""

    file_data: str
    """ A data URL or an http URL. """
    filename: None | str | Unset = UNSET
    detail: ImageDetail | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        file_data = self.file_data

        filename: None | str | Unset
        if isinstance(self.filename, Unset):
            filename = UNSET
        else:
            filename = self.filename

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
                "file_data": file_data,
            }
        )
        if filename is not UNSET:
            field_dict["filename"] = filename
        if detail is not UNSET:
            field_dict["detail"] = detail

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        file_data = d.pop("file_data")

        def _parse_filename(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        filename = _parse_filename(d.pop("filename", UNSET))

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

        inline_file = cls(
            file_data=file_data,
            filename=filename,
            detail=detail,
        )

        return inline_file
