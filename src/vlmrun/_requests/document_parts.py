"""The parts that a long document is sent in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vlmrun._files.page_ranges import describe_pages, select_pages
from vlmrun._messages import short_repr
from vlmrun._requests.pdf_parts import local_pdf, open_pdf
from vlmrun._validation import check_int
from vlmrun.errors import DocumentPartsError, InputError
from vlmrun.types._joining import join_predictions
from vlmrun.types.agent import GenerationConfig
from vlmrun.types.batches import BatchItem, BatchPlan, DocumentPlan
from vlmrun.types.pdf_pages import PdfPages
from vlmrun.types.predictions import DocumentPart, PredictionResponse

# For an error message that is still read.
_MOST_REASONS = 5


def chosen_pages(file: Any, filename: str | None, pages: str | None) -> Any:
    """Return a file as an item of a batch, or the pages of it that the caller chose."""
    if pages is None:
        return file
    if isinstance(file, PdfPages):
        raise InputError("Pass pages=... or PdfPages, not both")
    if file is None:
        raise InputError(
            "pages needs a local PDF as file=...",
            suggestion="For other files, use GenerationConfig(page_indices=...)",
        )
    file = named(file, filename)
    chosen = PdfPages(file, pages)
    local_pdf(file, "file")  # checks that it is a local file
    return chosen


def named(file: Any, filename: str | None) -> Any:
    """Return bytes with their name as an item of a batch; other files are returned unchanged."""
    if filename is None or not isinstance(file, (bytes, bytearray, memoryview)):
        return file
    return filename, bytes(file)


def split_document(file: Any, size: int) -> list[PdfPages]:
    """Return the parts of a document, each of at most so many pages.

    Raises:
        MissingFileError: There is no file at the path.
        InputError: It is not a local PDF that can be read.
        DependencyError: The extra `pdf` is not installed.
    """
    ranges: list[tuple[int, int | None]] = [(0, None)]
    if isinstance(file, PdfPages):
        file, ranges = file.file, file.ranges
    original = local_pdf(file, "file")
    count = open_pdf(original).page_count
    numbers = select_pages(ranges, count, original.label)
    if not numbers:
        raise InputError(f"file: {original.label} has no pages")
    starts = range(0, len(numbers), size)
    return [PdfPages.of_indices(file, numbers[start : start + size]) for start in starts]


def check_combination(
    split: int | None,
    pages: str | None,
    journal: Any,
    config: GenerationConfig | None,
    others: Mapping[str, Any],
) -> None:
    """Raise `InputError` if `split`, or an argument beside `split` or `pages`, is invalid."""
    if (split is not None or pages is not None) and config and config.page_indices is not None:
        raise InputError("Pass pages=... or config.page_indices, not both")
    if split is None:
        if journal is not None:
            raise InputError(
                "journal is for the parts of split=...",
                suggestion="Leave it out, or use generate_many",
            )
        return
    check_int("split", split, 1)
    for name, value in others.items():
        if value is not None and value is not False:
            raise InputError(
                f"{name}={short_repr(value)} cannot be combined with split, which sends several "
                "requests and waits for all of them"
            )


def part_of(item: BatchItem[Any]) -> DocumentPart:
    """Return the part of a document that an item of a batch is about."""
    result: Any = item.result
    return DocumentPart(_indices(item.input), result, item.error)


def _indices(part: PdfPages) -> tuple[int, ...]:
    pages: list[int] = []
    for first, last in part.ranges:
        assert last is not None  # parts name all of their pages
        pages += range(first, last + 1)
    return tuple(pages)


def joined(parts: Sequence[DocumentPart]) -> PredictionResponse:
    """Return the prediction of all parts.

    Raises:
        DocumentPartsError: One of them has failed; it has the others.
    """
    prediction = join_predictions(parts)
    failed = [part for part in parts if part.error is not None]
    if prediction is not None and not failed:
        return prediction
    reasons = "; ".join(f"pages {part.pages}: {part.error}" for part in failed[:_MOST_REASONS])
    more = f"; and {len(failed) - _MOST_REASONS} more" if len(failed) > _MOST_REASONS else ""
    again = describe_pages(sorted(index for part in failed for index in part.indices))
    raise DocumentPartsError(
        f"{len(failed)} of {len(parts)} parts failed. {reasons}{more}. `.prediction` of this error "
        f"has the others; send the rest with pages={again!r}",
        prediction,
        tuple(parts),
    )


def plan_of_document(plans: Sequence[BatchPlan], parts: Sequence[Any]) -> DocumentPlan:
    """Return the plan of a document from those of its parts.

    Args:
        plans: The plan of each part.
        parts: The parts; without `split`, only the document.
    """
    done = [part for plan, part in zip(plans, parts, strict=True) if plan.is_done]
    has_journal = any(plan.is_done is not None for plan in plans)
    pages = [plan.pages for plan in plans]
    credits = [plan.credits for plan in plans]
    return DocumentPlan(
        files=sum(plan.files for plan in plans),
        bytes=sum(plan.bytes for plan in plans),
        pages=None if None in pages else sum(page or 0 for page in pages),
        credits=None if None in credits else sum(credit or 0 for credit in credits),
        is_done=len(done) == len(parts) if has_journal else None,
        done_pages=describe_pages(_indices_of_all(done)) if has_journal else None,
    )


def _indices_of_all(parts: Sequence[PdfPages]) -> list[int]:
    return sorted(index for part in parts for index in _indices(part))
