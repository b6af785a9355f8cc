# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.box_coords import BoxCoords


T = TypeVar("T", bound="MarkdownTableCell")


@_attrs_define
class MarkdownTableCell:
    """A cell of a table."""

    content: str
    index: list[int]
    """ Zero-based row and column. """
    span: list[int | None] | None | Unset = UNSET
    """ Rows and columns it spans. """
    bbox: BoxCoords | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.box_coords import BoxCoords

        content = self.content

        index = self.index

        span: list[int | None] | None | Unset
        if isinstance(self.span, Unset):
            span = UNSET
        elif isinstance(self.span, list):
            span = []
            for span_type_0_item_data in self.span:
                span_type_0_item: int | None
                span_type_0_item = span_type_0_item_data
                span.append(span_type_0_item)

        else:
            span = self.span

        bbox: dict[str, Any] | None | Unset
        if isinstance(self.bbox, Unset):
            bbox = UNSET
        elif isinstance(self.bbox, BoxCoords):
            bbox = self.bbox.to_dict()
        else:
            bbox = self.bbox

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "content": content,
                "index": index,
            }
        )
        if span is not UNSET:
            field_dict["span"] = span
        if bbox is not UNSET:
            field_dict["bbox"] = bbox

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.box_coords import BoxCoords

        d = dict(src_dict)
        content = d.pop("content")

        index = cast(list[int], d.pop("index"))

        def _parse_span(data: object) -> list[int | None] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                span_type_0 = []
                _span_type_0 = data
                for span_type_0_item_data in _span_type_0:

                    def _parse_span_type_0_item(data: object) -> int | None:
                        if data is None:
                            return data
                        return cast(int | None, data)

                    span_type_0_item = _parse_span_type_0_item(span_type_0_item_data)

                    span_type_0.append(span_type_0_item)

                return span_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[int | None] | None | Unset, data)

        span = _parse_span(d.pop("span", UNSET))

        def _parse_bbox(data: object) -> BoxCoords | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                bbox_type_0 = BoxCoords.from_dict(data)

                return bbox_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(BoxCoords | None | Unset, data)

        bbox = _parse_bbox(d.pop("bbox", UNSET))

        markdown_table_cell = cls(
            content=content,
            index=index,
            span=span,
            bbox=bbox,
        )

        markdown_table_cell.additional_properties = d
        return markdown_table_cell

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
