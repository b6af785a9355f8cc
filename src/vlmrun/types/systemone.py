"""Typed questions to System One, and its answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, NamedTuple, TypeVar

from vlmrun.types._base import Hidden, Model, Received
from vlmrun.types.page import Page

__all__ = [
    "Answer",
    "BoxAnswer",
    "BoxEdges",
    "BoxQuestion",
    "ChoiceAnswer",
    "ChoiceQuestion",
    "FrameDecision",
    "NoulAnswer",
    "NoulQuestion",
    "ReasoningEffort",
    "RequestTimings",
    "ScoreAnswer",
    "ScoreQuestion",
    "SystemOneModel",
    "SystemOneModels",
    "SystemOneResponse",
    "SystemOneUsage",
]

ReasoningEffort = Literal["none", "minimal", "low", "medium", "high"]

A = TypeVar("A", bound="Answer")


class NoulQuestion(Model):
    """A yes or no question.

    Attributes:
        type: "noul".
        instructions: The question: a str, a dict or a list.
        criteria: What counts as yes under "true", and as no under "false".
    """

    type: Literal["noul"] = "noul"
    instructions: Any = None
    criteria: dict[str, Any] | None = None


class ChoiceQuestion(Model):
    """A question that one of several labels answers.

    Attributes:
        type: "choice".
        criteria: For each of 2 to 128 labels, its description or None.
        instructions: The question: a str, a dict or a list.
    """

    type: Literal["choice"] = "choice"
    criteria: dict[str, Any]
    instructions: Any = None


class ScoreQuestion(Model):
    """A question that a level of an ordered scale answers.

    Attributes:
        type: "score".
        criteria: The descriptions of 2 to 10 levels. The first one is level 0.
        instructions: The question: a str, a dict or a list.
    """

    type: Literal["score"] = "score"
    criteria: list[Any]
    instructions: Any = None


class BoxQuestion(Model):
    """A question that a region of the image answers.

    Attributes:
        type: "box".
        instructions: What to find: a str, a dict or a list.
    """

    type: Literal["box"] = "box"
    instructions: Any = None


class Answer(Received):
    """An answer. One whose `type` this version does not know is kept as such.

    Attributes:
        type: The type of the question: "noul", "choice", "score" or "box".
    """

    type: str | None = None

    @classmethod
    def _from_wire(cls, raw: dict[str, Any], where: str) -> Any:
        kind = raw.get("type")
        known = _ANSWERS.get(kind) if cls is Answer and isinstance(kind, str) else None
        if known is not None:
            return known._from_wire(raw, where)
        return super()._from_wire(raw, where)


class NoulAnswer(Answer):
    """The answer to a yes or no question.

    Attributes:
        noul: The probability of yes, from 0 to 1.
    """

    type: Literal["noul"] | str = "noul"
    noul: float


class ChoiceAnswer(Answer):
    """The label that was chosen.

    Attributes:
        choice: The most probable label.
        confidence: The confidence, from 0 (all labels are as probable) to 1 (certain).
        probabilities: The probability of each label.
    """

    type: Literal["choice"] | str = "choice"
    choice: str
    confidence: float | None = None
    probabilities: dict[str, float] | None = None


class ScoreAnswer(Answer):
    """A score on the scale of the question.

    Attributes:
        score: The mean of the levels, weighted by their probabilities. The first level is 0.
        confidence: The confidence, from 0 (all levels are as probable) to 1 (certain).
        legend: The description of each level.
        probabilities: The probability of each level.
    """

    type: Literal["score"] | str = "score"
    score: float
    confidence: float | None = None
    legend: dict[int, Any] | None = None
    probabilities: dict[int, float] | None = None

    @classmethod
    def _normalized(cls, values: dict[str, Any]) -> dict[str, Any]:
        # The keys of JSON objects are always strings.
        return {
            name: _by_level(value) if name in ("legend", "probabilities") else value
            for name, value in super()._normalized(values).items()
        }


class BoxEdges(Received):
    """The edges of a box, as fractions of the height and the width of the image."""

    top: float | None = None
    bottom: float | None = None
    left: float | None = None
    right: float | None = None


class BoxAnswer(Answer):
    """A region of the image.

    Attributes:
        box: Its edges.
        confidence: The confidence, from 0 to 1.
    """

    type: Literal["box"] | str = "box"
    box: BoxEdges
    confidence: float | None = None


_ANSWERS: dict[str, type[Answer]] = {
    "noul": NoulAnswer,
    "choice": ChoiceAnswer,
    "score": ScoreAnswer,
    "box": BoxAnswer,
}


class SystemOneUsage(Received):
    """The cost of a decision.

    Attributes:
        input_tokens: The number of input tokens.
        output_tokens: The number of output tokens; 0 for models that do not generate text.
        input_tokens_details: The number of cached tokens among them.
        reads: The number of times that the content was read.
        cost: The cost in US dollars.
    """

    input_tokens: int | None = None
    output_tokens: int | None = None
    input_tokens_details: dict[str, Any] | None = None
    reads: int | None = None
    cost: float | None = None


class RequestTimings(NamedTuple):
    """The time that a decision took, in milliseconds.

    Attributes:
        prep_ms: The time to read and encode images.
        ttfb_ms: The time until the response began; None if it was not measured.
        api_ms: The time from the request to the end of its response, retries included.
        total_ms: The sum.
    """

    prep_ms: float = 0.0
    ttfb_ms: float | None = None
    api_ms: float | None = None
    total_ms: float = 0.0

    @property
    def transfer_ms(self) -> float | None:
        """The time to read the response; None if it was not measured."""
        if self.api_ms is None or self.ttfb_ms is None:
            return None
        return max(0.0, self.api_ms - self.ttfb_ms)


class SystemOneResponse(Received):
    """The answers to the questions of a request.

    Attributes:
        model: The model that answered.
        answers: The answers by the ids of the questions.
        usage: The cost.
    """

    model: str
    answers: dict[str, Answer]
    usage: SystemOneUsage | None = None

    _timings: ClassVar[Any] = Hidden(None)

    @property
    def nouls(self) -> dict[str, NoulAnswer]:
        """The answers to yes or no questions."""
        return self._of_type(NoulAnswer)

    @property
    def choices(self) -> dict[str, ChoiceAnswer]:
        """The answers to questions with labels."""
        return self._of_type(ChoiceAnswer)

    @property
    def scores(self) -> dict[str, ScoreAnswer]:
        """The answers to questions with a scale."""
        return self._of_type(ScoreAnswer)

    @property
    def boxes(self) -> dict[str, BoxAnswer]:
        """The regions, if the service returned any."""
        return self._of_type(BoxAnswer)

    def _of_type(self, cls: type[A]) -> dict[str, A]:
        answers: Mapping[str, Any] = self.answers or {}
        return {id: each for id, each in answers.items() if isinstance(each, cls)}


class FrameDecision(NamedTuple):
    """The decision about one image of a stream.

    Attributes:
        index: The index of the frame in its video, or else the position of the image, from 0.
        timestamp_s: The position of the frame in its video, in seconds; None for other images.
        response: The answers.
    """

    index: int  # type: ignore[assignment]
    timestamp_s: float | None
    response: SystemOneResponse


class SystemOneModel(Received):
    """A model that answers typed questions.

    Attributes:
        name: The value for `model=`.
        description: What it is good for.
        release_date: The day of its release, such as "2026-09-15".
    """

    name: str
    description: str | None = None
    release_date: str | None = None


class SystemOneModels(Page[SystemOneModel]):
    """The models that answer typed questions: a list, which `models` returns as a tuple."""

    @property
    def models(self) -> tuple[SystemOneModel, ...]:
        """The models, as the documentation of System One reads them."""
        return tuple(self)


def _by_level(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    return {_level(key): item for key, item in value.items()}


def _level(key: Any) -> Any:
    try:
        return int(key)
    except (TypeError, ValueError):
        return key
