"""The evidence that a caller passes, and the page that it is drawn on."""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Mapping
from typing import Any

from vlmrun._messages import type_and_repr
from vlmrun._pictures.marks import Mark, in_source, marks_on, unplaced_on
from vlmrun._pictures.sources import Pages
from vlmrun._validation import check_int
from vlmrun.errors import InputError, InputTypeError
from vlmrun.types._dumping import to_plain
from vlmrun.types._evidence_reader import read_evidence
from vlmrun.types.evidence import Evidence, EvidenceMap
from vlmrun.types.jobs import Job

# Bytes of a response whose evidence is kept.
_LARGEST_KEPT = 1_000_000
_recent: dict[str, tuple[bytes, EvidenceMap]] = {}

_FORMS = "prediction.evidence, a part of it, a prediction or execution, or a response as a dict"


def as_evidence(value: Any) -> EvidenceMap:
    """Return what a caller passed as evidence.

    Raises:
        InputTypeError: It is none of the accepted forms.
        JobNotCompletedError: It is a job without a response.
    """
    if value is None:
        return EvidenceMap()
    if isinstance(value, EvidenceMap):
        return value
    if isinstance(value, Evidence):
        return EvidenceMap([value])
    if isinstance(value, Job):
        return value.evidence
    if isinstance(value, Iterable) and not isinstance(value, (str, bytes, Mapping)):
        items = list(value)
        if items and all(isinstance(item, Evidence) for item in items):
            return EvidenceMap(items)
        return read_evidence(items)
    if type(value) is dict:
        return _read_once(value)
    plain = value if isinstance(value, Mapping) else to_plain(value)
    if not isinstance(plain, Mapping):
        dump = getattr(value, "model_dump", None)
        plain = dump() if callable(dump) and not isinstance(value, type) else None
    if not isinstance(plain, Mapping):
        raise InputTypeError(f"evidence must be {_FORMS}, got {type_and_repr(value)}")
    return read_evidence(plain)


def _read_once(response: dict[str, Any]) -> EvidenceMap:
    """Read a response, unless it is equal to the one before.

    Whoever draws one page after the other passes the same response each time, and reading it may
    take longer than drawing a page. It may have been changed meanwhile, so its content is compared.
    """
    try:
        content = marshal.dumps(response)
    except ValueError:  # it has other values than JSON data, or is nested too deeply
        return read_evidence(response)
    if len(content) > _LARGEST_KEPT:
        return read_evidence(response)
    kept = _recent.get("evidence")
    if kept is None or kept[0] != content:
        # Of a copy, which nobody can change.
        kept = content, read_evidence(marshal.loads(content))  # noqa: S302 - written above
        _recent["evidence"] = kept
    return kept[1]


def of_fields(evidence: EvidenceMap, fields: Iterable[str] | None) -> EvidenceMap:
    """Return the evidence of fields and of all that they contain; None for all fields.

    Raises:
        InputError: There is no such field (also a `KeyError`).
    """
    if fields is None:
        return evidence
    if isinstance(fields, str):
        fields = [fields]
    if not isinstance(fields, Iterable):
        raise InputTypeError(f"fields must be a list of paths, got {type_and_repr(fields)}")
    chosen: dict[str, Evidence] = {}
    for field in fields:
        inside = {
            path: item
            for path, item in evidence.items()
            if path == field or not field or path.startswith((f"{field}.", f"{field}["))
        }
        if not inside:
            _ = evidence[field]  # raises the error that names similar fields
        chosen |= inside
    return EvidenceMap(chosen.values())


def of_source(evidence: EvidenceMap, pages: Pages) -> EvidenceMap:
    """Return evidence with the boxes that are in a source, on the pages of that source.

    Raises:
        InputError: The job has several files, and no box is certainly in this one; or the source
            has several pages, and no box has one.
    """
    boxes = [box for item in evidence.values() for box in item.boxes]
    if not any(box.files for box in boxes):
        if boxes and len(pages) > 1 and all(box.page is None for box in boxes):
            raise InputError(
                f"{pages.label} has {len(pages)} pages, and the response does not say which of "
                "them the boxes are on",
                suggestion="If you know it, pass the page: next(vlmrun.viz.pages(source, '2'))",
            )
        return evidence
    found = EvidenceMap(in_source(evidence.values(), pages))
    if any(item.boxes for item in found.values()):
        return found
    raise _no_boxes_error(evidence, pages)


def _no_boxes_error(evidence: EvidenceMap, pages: Pages) -> InputError:
    """Return the error for a source that has none of the boxes, which are in other files."""
    boxes = [box for item in evidence.values() for box in item.boxes]
    known = dict.fromkeys(box.files[0] for box in boxes if len(box.files) == 1)
    if known:
        return InputError(
            f"{pages.label} has no boxes: they are in {', '.join(known)}",
            suggestion=f"If it shows a page of it, pass evidence.in_file({next(iter(known))!r})",
        )
    names = ", ".join(dict.fromkeys(name for item in evidence.values() for name in item.files))
    return InputError(
        f"Several files were sent ({names}), and the response does not say which of them the boxes "
        "are in",
        suggestion="If you know it, pass the response itself: execution.response",
    )


def placed_marks(evidence: EvidenceMap, pages: Pages, page: int) -> list[Mark]:
    """Return the regions on a page.

    Raises:
        InputError: The place of one of them is not known.
    """
    unplaced = unplaced_on(evidence.values(), pages, page)
    if unplaced:
        raise InputError(
            f"{unplaced[0].field or 'The response'} has a box in pixels of page {page}, and the "
            "service has not sent how many the page has, so its place on a PDF is not known",
            suggestion=f"Pass an image of the page as the service read it, with page={page}",
        )
    return marks_on(evidence.values(), pages, page)


def choose_page(pages: Pages, evidence: EvidenceMap, page: int | None) -> int:
    """Return the number of the page that evidence is drawn on.

    Args:
        pages: The source.
        evidence: The evidence.
        page: The page that the caller asked for, from 0; None for the only one.

    Raises:
        InputError: The source has no such page, or there are several to choose from.
    """
    if page is not None:
        check_int("page", page)
        # A single image can be any page of a document; what it shows is known to the caller.
        if page >= len(pages) and not pages.is_one_image:
            raise InputError(f"{pages.label} has no page {page}{_last(pages)}")
        return page
    if len(pages) == 1:
        numbers = evidence.pages
        # A document of one page has only the first one; an image may show any of several.
        if any(numbers) and (pages.is_one_image or 0 not in numbers):
            raise InputError(
                f"{pages.label} has one page, but the evidence is on {_list(numbers)}",
                suggestion=f"Pass page={numbers[0]} if the image shows that page",
            )
        return 0
    if len(evidence.pages) == 1:
        only = evidence.pages[0]
        if only >= len(pages):
            raise InputError(f"{pages.label} has no page {only}, where the evidence is")
        return only
    where = f", and the evidence is on {_list(evidence.pages)}" if evidence.pages else ""
    raise InputError(
        f"{pages.label} has {len(pages)} pages{where}", suggestion="Choose one, such as page=0"
    )


def _last(pages: Pages) -> str:
    return f"; its last page is {len(pages) - 1}" if len(pages) else "; it has no pages"


def _list(numbers: Iterable[int]) -> str:
    shown = list(numbers)
    names = ", ".join(map(str, shown[:5])) + (", …" if len(shown) > 5 else "")
    return f"page {names}" if len(shown) == 1 else f"pages {names}"
