# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="NoulCriteria")


@_attrs_define
class NoulCriteria:
    """What counts as yes and as no."""

    true_: Any | Unset = UNSET
    """ What counts as yes. """
    false_: Any | Unset = UNSET
    """ What counts as no. """

    def to_dict(self) -> dict[str, Any]:
        true_ = self.true_

        false_ = self.false_

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if true_ is not UNSET:
            field_dict["true"] = true_
        if false_ is not UNSET:
            field_dict["false"] = false_

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        true_ = d.pop("true", UNSET)

        false_ = d.pop("false", UNSET)

        noul_criteria = cls(
            true_=true_,
            false_=false_,
        )

        return noul_criteria
