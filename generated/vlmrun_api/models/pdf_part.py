# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.inline_file import InlineFile


T = TypeVar("T", bound="PDFPart")


@_attrs_define
class PDFPart:
    """A document to decide about."""

    type_: Literal["file"]
    file: InlineFile
    """ A PDF, of which the first 8 pages are read. """

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        file = self.file.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type": type_,
                "file": file,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.inline_file import InlineFile

        d = dict(src_dict)
        type_ = cast(Literal["file"], d.pop("type"))
        if type_ != "file":
            raise ValueError(f"type must match const 'file', got '{type_}'")

        file = InlineFile.from_dict(d.pop("file"))

        pdf_part = cls(
            type_=type_,
            file=file,
        )

        return pdf_part
