"""One prediction from those of the parts of a document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vlmrun.types._base import read
from vlmrun.types._evidence_shapes import METADATA, REGION_KEYS, page_number
from vlmrun.types.predictions import DocumentPart, PredictionResponse

_MARKDOWN = "document.markdown"


def join_predictions(parts: Sequence[DocumentPart]) -> PredictionResponse | None:
    """Return one prediction for all parts that have one; None if there are none.

    Its response is joined as `join_responses` does, its usage is the sum, and its id is not known
    to the service.
    """
    done = [part for part in parts if part.prediction is not None]
    predictions = [part.prediction for part in done if part.prediction is not None]
    if not predictions:
        return None
    first = predictions[0]
    is_document = first.domain == _MARKDOWN
    responses = [
        renumbered(prediction._sent_response(), part.indices, is_document)
        for part, prediction in zip(done, predictions, strict=True)
    ]
    joined = read(
        PredictionResponse,
        {
            "id": first.id if len(parts) == 1 else f"{first.id}+{len(parts) - 1}",
            "status": "completed",
            "created_at": _iso(min, [each.created_at for each in predictions]),
            "completed_at": _iso(max, [each.completed_at for each in predictions]),
            "domain": first.domain,
            "usage": _sum_of([each.usage for each in predictions]),
            "response": join_responses(responses),
        },
    )
    joined = joined._set(_parts=tuple(parts), _sent=_whole(first._sent), _origin=first._origin)
    model = first._response_model
    return joined if model is None else joined.with_response_model(model)


def join_responses(responses: Sequence[Any]) -> Any:
    """Join the responses of parts, in order.

    Lists follow each other, also in objects; texts that are a whole response are paragraphs. Of
    other values, the first one that is not empty is used, with what was sent about it.
    """
    if all(isinstance(response, str) for response in responses):
        return "\n\n".join(responses)
    joined = responses[0]
    for response in responses[1:]:
        joined = _join(joined, response)
    return joined


def renumbered(value: Any, pages: Sequence[int], is_document: bool = False) -> Any:
    """Return a response with the page numbers of its evidence in the original document.

    Args:
        value: The response of a part.
        pages: The number of each page of the part in the original, from 0.
        is_document: Whether it is a Markdown document, whose pages have a number.
    """
    result = _renumber(value, pages, False)
    sent = result.get("pages") if is_document and isinstance(result, dict) else None
    if isinstance(sent, list) and len(sent) == len(pages):
        result["pages"] = [_with_number(*each) for each in zip(sent, pages, strict=True)]
    return result


def _renumber(value: Any, pages: Sequence[int], is_about: bool) -> Any:
    if isinstance(value, Mapping):
        # Only where it is about a region: a field `page` of a user's schema has its own meaning.
        is_region = is_about or not REGION_KEYS.isdisjoint(value)
        return {
            key: _original(item, pages)
            if key == "page" and is_region
            else _renumber(item, pages, is_about or str(key).endswith(METADATA))
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [_renumber(item, pages, is_about) for item in value]
    return value


def _original(value: Any, pages: Sequence[int]) -> int | None:
    page = page_number(value)
    return pages[page] if page is not None and page < len(pages) else None


def _with_number(page: Any, number: int) -> Any:
    if not isinstance(page, dict):
        return page
    metadata = page.get("metadata")
    known = metadata if isinstance(metadata, dict) else {}
    return {**page, "metadata": {**known, "page_number": number}}


def _join(first: Any, second: Any) -> Any:
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        return {
            key: _join_member(str(key), first, second) for key in dict.fromkeys([*first, *second])
        }
    if isinstance(first, list) and isinstance(second, list):
        return first + second
    return second if _is_empty(first) else first


def _join_member(key: str, first: Mapping[Any, Any], second: Mapping[Any, Any]) -> Any:
    field = key.removesuffix(METADATA)
    if field == key or (field not in first and field not in second):
        return _join(first.get(key), second.get(key))
    values = first.get(field), second.get(field)
    if isinstance(values[0], list) and isinstance(values[1], list):
        return _join_metadata((first.get(key), len(values[0])), (second.get(key), len(values[1])))
    # What was sent about the value that was chosen.
    return second.get(key) if _is_empty(values[0]) else first.get(key)


def _join_metadata(first: tuple[Any, int], second: tuple[Any, int]) -> Any:
    """Join what was sent about two lists: about each item, or about the whole list."""
    (one, count), (other, other_count) = first, second
    if isinstance(one, list) or isinstance(other, list):
        return [*_of_items(one, count), *_of_items(other, other_count)]
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        boxes = [*_list(one.get("bboxes")), *_list(other.get("bboxes"))]
        return {**other, **one, **({"bboxes": boxes} if boxes else {})}
    return other if one is None else one


def _of_items(about: Any, count: int) -> list[Any]:
    return about if isinstance(about, list) and len(about) == count else [None] * count


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _iso(choose: Any, times: Sequence[Any]) -> str | None:
    known = [time for time in times if time is not None]
    return choose(known).isoformat() if known else None


def _sum_of(usages: Sequence[Any]) -> dict[str, Any]:
    total: dict[str, Any] = {}
    for name in ("elements_processed", "credits_used", "steps", "duration_seconds"):
        values = [getattr(usage, name) for usage in usages]
        known = [value for value in values if value is not None]
        if known:
            total[name] = sum(known)
    kinds = {usage.element_type for usage in usages}
    return {**total, "element_type": kinds.pop()} if len(kinds) == 1 else total


def _whole(sent: Sequence[Any]) -> tuple[Any, ...]:
    # The pages of the joined response are those of the original already.
    return tuple(file._replace(pages=None, indices=None) for file in sent)
