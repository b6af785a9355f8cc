# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.box_coords import BoxCoords
    from ..models.markdown_table_cell import MarkdownTableCell
    from ..models.markdown_table_header import MarkdownTableHeader
    from ..models.markdown_table_metadata import MarkdownTableMetadata


T = TypeVar("T", bound="MarkdownTable")


@_attrs_define
class MarkdownTable:
    """A table of a page."""

    headers: list[MarkdownTableHeader]
    metadata: MarkdownTableMetadata | None | Unset = UNSET
    content: None | str | Unset = UNSET
    """ The table as text. """
    data: list[Any] | None | Unset = UNSET
    bbox: BoxCoords | None | Unset = UNSET
    cells: list[MarkdownTableCell] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.box_coords import BoxCoords
        from ..models.markdown_table_metadata import MarkdownTableMetadata

        headers = []
        for headers_item_data in self.headers:
            headers_item = headers_item_data.to_dict()
            headers.append(headers_item)

        metadata: dict[str, Any] | None | Unset
        if isinstance(self.metadata, Unset):
            metadata = UNSET
        elif isinstance(self.metadata, MarkdownTableMetadata):
            metadata = self.metadata.to_dict()
        else:
            metadata = self.metadata

        content: None | str | Unset
        if isinstance(self.content, Unset):
            content = UNSET
        else:
            content = self.content

        data: list[Any] | None | Unset
        if isinstance(self.data, Unset):
            data = UNSET
        elif isinstance(self.data, list):
            data = self.data

        else:
            data = self.data

        bbox: dict[str, Any] | None | Unset
        if isinstance(self.bbox, Unset):
            bbox = UNSET
        elif isinstance(self.bbox, BoxCoords):
            bbox = self.bbox.to_dict()
        else:
            bbox = self.bbox

        cells: list[dict[str, Any]] | None | Unset
        if isinstance(self.cells, Unset):
            cells = UNSET
        elif isinstance(self.cells, list):
            cells = []
            for cells_type_0_item_data in self.cells:
                cells_type_0_item = cells_type_0_item_data.to_dict()
                cells.append(cells_type_0_item)

        else:
            cells = self.cells

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "headers": headers,
            }
        )
        if metadata is not UNSET:
            field_dict["metadata"] = metadata
        if content is not UNSET:
            field_dict["content"] = content
        if data is not UNSET:
            field_dict["data"] = data
        if bbox is not UNSET:
            field_dict["bbox"] = bbox
        if cells is not UNSET:
            field_dict["cells"] = cells

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.box_coords import BoxCoords
        from ..models.markdown_table_cell import MarkdownTableCell
        from ..models.markdown_table_header import MarkdownTableHeader
        from ..models.markdown_table_metadata import MarkdownTableMetadata

        d = dict(src_dict)
        headers = []
        _headers = d.pop("headers")
        for headers_item_data in _headers:
            headers_item = MarkdownTableHeader.from_dict(headers_item_data)

            headers.append(headers_item)

        def _parse_metadata(data: object) -> MarkdownTableMetadata | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                metadata_type_0 = MarkdownTableMetadata.from_dict(data)

                return metadata_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MarkdownTableMetadata | None | Unset, data)

        metadata = _parse_metadata(d.pop("metadata", UNSET))

        def _parse_content(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        content = _parse_content(d.pop("content", UNSET))

        def _parse_data(data: object) -> list[Any] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                data_type_0 = cast(list[Any], data)

                return data_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[Any] | None | Unset, data)

        data = _parse_data(d.pop("data", UNSET))

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

        def _parse_cells(data: object) -> list[MarkdownTableCell] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                cells_type_0 = []
                _cells_type_0 = data
                for cells_type_0_item_data in _cells_type_0:
                    cells_type_0_item = MarkdownTableCell.from_dict(cells_type_0_item_data)

                    cells_type_0.append(cells_type_0_item)

                return cells_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[MarkdownTableCell] | None | Unset, data)

        cells = _parse_cells(d.pop("cells", UNSET))

        markdown_table = cls(
            headers=headers,
            metadata=metadata,
            content=content,
            data=data,
            bbox=bbox,
            cells=cells,
        )

        markdown_table.additional_properties = d
        return markdown_table

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
