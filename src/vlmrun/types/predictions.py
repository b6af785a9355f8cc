"""Predictions: structured data from an image, document, audio file or video."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, cast

import attrs

from vlmrun._files.page_ranges import describe_pages
from vlmrun.types._base import Hidden, Received
from vlmrun.types._dumping import to_compact_json
from vlmrun.types.jobs import (
    CreditUsage,
    Job,
    JobStatus,
    NewResponseModel,
    NewT,
    ParsedT,
    calls_for,
)
from vlmrun.types.markdown import MarkdownDocument

__all__ = [
    "DocumentPart",
    "JSONObject",
    "ModelInfo",
    "ModelInfoResponse",
    "PredictionResponse",
]


class JSONObject(dict[str, Any]):
    """A plain dict with the two pydantic methods that existing code calls on responses.

    Example:
        >>> JSONObject(total=3).model_dump_json()
        '{"total":3}'
    """

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            # Nobody would expect a dict after an example with autocast.
            raise AttributeError(
                f"the response is a dict and has no attribute {name!r}; use response[{name!r}], "
                "or pass autocast=True or response_model=... for an instance of a class"
            )

    def model_dump(
        self, *, include: Any = None, exclude: Any = None, exclude_none: bool = False, **_: Any
    ) -> dict[str, Any]:
        """Return the content as a plain dict.

        Args:
            include: The keys of the only values to dump.
            exclude: Keys to leave out.
            exclude_none: Leave out what is None, at any depth.
        """
        dumped: dict[str, Any] = {
            key: value
            for key, value in self.items()
            if (include is None or key in include) and key not in (exclude or ())
        }
        return _without_none(dumped) if exclude_none else dumped

    def model_dump_json(self, *, indent: int | None = None, **options: Any) -> str:
        """Return `model_dump` as JSON.

        Args:
            indent: The number of spaces per level; None for a single line.
            **options: `include`, `exclude` and `exclude_none` select the values.
        """
        return to_compact_json(self.model_dump(**options), indent)


class PredictionResponse(Job[ParsedT]):
    """A prediction, or an execution of an agent that was fetched by `client.predictions`.

    Attributes:
        response: The response, once the prediction has completed; a JSON object is a dict. For the
            domain `document.markdown` it is a `MarkdownDocument`, if it can be read as one.
        type: The kind of prediction, if the service sends it.
    """

    _elsewhere: ClassVar[dict[str, str]] = calls_for("client.predictions")

    id: str
    created_at: datetime | None = None
    completed_at: datetime | None = None
    response: Any = None
    status: JobStatus | str = "pending"
    usage: CreditUsage = attrs.field(factory=CreditUsage)
    domain: str | None = None
    type: str | None = None
    message: str | None = None

    _parts: ClassVar[Any] = Hidden(())

    @property
    def parts(self) -> tuple[DocumentPart, ...]:
        """The parts of a document that was split (`split=` of `document.generate`); else none."""
        return cast("tuple[DocumentPart, ...]", self._parts)

    if TYPE_CHECKING:
        # Python has no way to say that the type of `self` takes another argument.
        def with_response_model(
            self, response_model: NewResponseModel[NewT]
        ) -> PredictionResponse[NewT]:
            """Return the same job with `parsed` as an instance of `response_model`.

            Args:
                response_model: A pydantic class, a JSON schema, or (extra `structured`) a
                    dataclass, TypedDict or attrs class.
            """
            raise NotImplementedError

    def model_dump(self, **options: Any) -> dict[str, Any]:
        """Return the fields as a dict.

        `type` and `message`, which the service does not document, are in it only if they were sent.

        Args:
            **options: `mode="json"` for JSON values; `include`, `exclude`, `exclude_none` and
                `exclude_defaults` select the fields.
        """
        dumped = super().model_dump(**options)
        for name in ("type", "message"):
            if dumped.get(name, "") is None and name not in (self._raw or {}):
                del dumped[name]
        return dumped

    @classmethod
    def _normalized(cls, values: dict[str, Any]) -> dict[str, Any]:
        values = super()._normalized(values)
        response = values.get("response")
        if isinstance(response, dict):
            is_document = values.get("domain") == "document.markdown"
            document = _document(response) if is_document else None
            values["response"] = JSONObject(response) if document is None else document
        return values


@attrs.frozen(eq=False)
class DocumentPart:
    """A part of a document, with its prediction or its error: exactly one of them is set.

    Attributes:
        indices: Its pages in the document, from 0.
        prediction: The completed prediction of the part, whose evidence has these pages, too.
        error: Why there is none.
    """

    indices: tuple[int, ...]
    prediction: PredictionResponse[Any] | None = None
    error: Exception | None = None

    @property
    def pages(self) -> str:
        """Its pages as `pages=` takes them, counting from 1, such as "21-40"."""
        return describe_pages(self.indices)


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(each) for key, each in value.items() if each is not None}
    return [_without_none(each) for each in value] if isinstance(value, list) else value


def _document(response: dict[str, Any]) -> MarkdownDocument | None:
    try:
        return MarkdownDocument.model_validate(response)
    except (ValueError, TypeError, RecursionError):
        return None


class ModelInfo(Received):
    """A model, and a domain for which the API key may use it."""

    model: str | None = None
    domain: str | None = None


ModelInfoResponse = ModelInfo  # a page of the service's documentation imports this name
