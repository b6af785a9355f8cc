# Derived from _async/resources/_document_parts.py by `make generate`. Do not edit.
"""Documents that are sent in parts, or only planned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vlmrun._requests.document_parts import part_of
from vlmrun._runtime.sync_batching import BatchItems
from vlmrun.errors import VLMRunError
from vlmrun.types.batches import BatchItem, BatchPlan
from vlmrun.types.pdf_pages import PdfPages
from vlmrun.types.predictions import DocumentPart


def plans_of(items: BatchItems[Any]) -> list[BatchPlan]:
    """Return the plans of a dry run.

    Raises:
        InputError: One of its items cannot be sent.
    """
    plans = []
    for item in items:
        if item.error is not None:
            raise item.error
        if item.plan is not None:
            plans.append(item.plan)
    return plans


def parts_of(items: BatchItems[Any], sent: Sequence[PdfPages]) -> list[DocumentPart]:
    """Return the parts of a document after all of them have ended.

    Raises:
        VLMRunError: None of them was submitted, for a reason that all have in common.
    """
    done: dict[int, BatchItem[Any]] = {}
    stop_error: Exception | None = None
    try:
        for item in items:
            done[item.index] = item
    except VLMRunError as error:
        # What has completed is paid for, so it must not be lost.
        if all(item.result is None for item in done.values()):
            raise
        stop_error = error
    return [
        part_of(done.get(index) or BatchItem(index, pages, error=stop_error))
        for index, pages in enumerate(sent)
    ]
