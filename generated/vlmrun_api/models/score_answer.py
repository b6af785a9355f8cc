# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.probabilities import Probabilities
    from ..models.score_legend import ScoreLegend


T = TypeVar("T", bound="ScoreAnswer")


@_attrs_define
class ScoreAnswer:
    """A score on the scale of the question."""

    type_: Literal["score"]
    score: float
    """ The mean of the levels weighted by their probabilities. """
    confidence: float
    """ From 0 to 1. """
    legend: ScoreLegend
    """ By level its description. """
    probabilities: Probabilities
    """ By label or level its probability from 0 to 1. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        score = self.score

        confidence = self.confidence

        legend = self.legend.to_dict()

        probabilities = self.probabilities.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
                "score": score,
                "confidence": confidence,
                "legend": legend,
                "probabilities": probabilities,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.probabilities import Probabilities
        from ..models.score_legend import ScoreLegend

        d = dict(src_dict)
        type_ = cast(Literal["score"], d.pop("type"))
        if type_ != "score":
            raise ValueError(f"type must match const 'score', got '{type_}'")

        score = d.pop("score")

        confidence = d.pop("confidence")

        legend = ScoreLegend.from_dict(d.pop("legend"))

        probabilities = Probabilities.from_dict(d.pop("probabilities"))

        score_answer = cls(
            type_=type_,
            score=score,
            confidence=confidence,
            legend=legend,
            probabilities=probabilities,
        )

        score_answer.additional_properties = d
        return score_answer

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
