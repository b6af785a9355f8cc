# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.markdown_figure import MarkdownFigure
    from ..models.markdown_page_metadata import MarkdownPageMetadata
    from ..models.markdown_table import MarkdownTable


T = TypeVar("T", bound="MarkdownPage")


@_attrs_define
class MarkdownPage:
    """A page of a document."""

    content: str
    """ Text with placeholders for tables and figures. """
    markdown_content: None | str | Unset = UNSET
    """ Text including tables and figures. """
    tables: list[MarkdownTable] | None | Unset = UNSET
    figures: list[MarkdownFigure] | None | Unset = UNSET
    metadata: MarkdownPageMetadata | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.markdown_page_metadata import MarkdownPageMetadata

        content = self.content

        markdown_content: None | str | Unset
        if isinstance(self.markdown_content, Unset):
            markdown_content = UNSET
        else:
            markdown_content = self.markdown_content

        tables: list[dict[str, Any]] | None | Unset
        if isinstance(self.tables, Unset):
            tables = UNSET
        elif isinstance(self.tables, list):
            tables = []
            for tables_type_0_item_data in self.tables:
                tables_type_0_item = tables_type_0_item_data.to_dict()
                tables.append(tables_type_0_item)

        else:
            tables = self.tables

        figures: list[dict[str, Any]] | None | Unset
        if isinstance(self.figures, Unset):
            figures = UNSET
        elif isinstance(self.figures, list):
            figures = []
            for figures_type_0_item_data in self.figures:
                figures_type_0_item = figures_type_0_item_data.to_dict()
                figures.append(figures_type_0_item)

        else:
            figures = self.figures

        metadata: dict[str, Any] | None | Unset
        if isinstance(self.metadata, Unset):
            metadata = UNSET
        elif isinstance(self.metadata, MarkdownPageMetadata):
            metadata = self.metadata.to_dict()
        else:
            metadata = self.metadata

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "content": content,
            }
        )
        if markdown_content is not UNSET:
            field_dict["markdown_content"] = markdown_content
        if tables is not UNSET:
            field_dict["tables"] = tables
        if figures is not UNSET:
            field_dict["figures"] = figures
        if metadata is not UNSET:
            field_dict["metadata"] = metadata

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.markdown_figure import MarkdownFigure
        from ..models.markdown_page_metadata import MarkdownPageMetadata
        from ..models.markdown_table import MarkdownTable

        d = dict(src_dict)
        content = d.pop("content")

        def _parse_markdown_content(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        markdown_content = _parse_markdown_content(d.pop("markdown_content", UNSET))

        def _parse_tables(data: object) -> list[MarkdownTable] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                tables_type_0 = []
                _tables_type_0 = data
                for tables_type_0_item_data in _tables_type_0:
                    tables_type_0_item = MarkdownTable.from_dict(tables_type_0_item_data)

                    tables_type_0.append(tables_type_0_item)

                return tables_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[MarkdownTable] | None | Unset, data)

        tables = _parse_tables(d.pop("tables", UNSET))

        def _parse_figures(data: object) -> list[MarkdownFigure] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                figures_type_0 = []
                _figures_type_0 = data
                for figures_type_0_item_data in _figures_type_0:
                    figures_type_0_item = MarkdownFigure.from_dict(figures_type_0_item_data)

                    figures_type_0.append(figures_type_0_item)

                return figures_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[MarkdownFigure] | None | Unset, data)

        figures = _parse_figures(d.pop("figures", UNSET))

        def _parse_metadata(data: object) -> MarkdownPageMetadata | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                metadata_type_0 = MarkdownPageMetadata.from_dict(data)

                return metadata_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MarkdownPageMetadata | None | Unset, data)

        metadata = _parse_metadata(d.pop("metadata", UNSET))

        markdown_page = cls(
            content=content,
            markdown_content=markdown_content,
            tables=tables,
            figures=figures,
            metadata=metadata,
        )

        markdown_page.additional_properties = d
        return markdown_page

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
