# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.table_column_type import TableColumnType
from ..types import UNSET, Unset

T = TypeVar("T", bound="MarkdownTableHeader")


@_attrs_define
class MarkdownTableHeader:
    """A column of a table."""

    id: str
    column: int
    """ Zero-based column number. """
    name: str
    dtype: None | str | TableColumnType | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        column = self.column

        name = self.name

        dtype: None | str | Unset
        if isinstance(self.dtype, Unset):
            dtype = UNSET
        elif isinstance(self.dtype, TableColumnType):
            dtype = self.dtype.value
        else:
            dtype = self.dtype

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "column": column,
                "name": name,
            }
        )
        if dtype is not UNSET:
            field_dict["dtype"] = dtype

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        column = d.pop("column")

        name = d.pop("name")

        def _parse_dtype(data: object) -> None | str | TableColumnType | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                dtype_type_0 = TableColumnType(data)

                return dtype_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | str | TableColumnType | Unset, data)

        dtype = _parse_dtype(d.pop("dtype", UNSET))

        markdown_table_header = cls(
            id=id,
            column=column,
            name=name,
            dtype=dtype,
        )

        markdown_table_header.additional_properties = d
        return markdown_table_header

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
