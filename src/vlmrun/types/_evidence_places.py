"""The file and page that a region is on, where a job has parts of files, or several of them.

The service counts the pages of what was sent: of the part of a PDF, and of each file by itself. A
number that may be about several files is never taken for that of one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from vlmrun.types._sent_file import SentFile
from vlmrun.types.evidence import Evidence
from vlmrun.types.evidence_boxes import EvidenceBox

# Where a response says which file a region is in, by the id or the name of the file.
_FILE_KEYS = ("file_id", "filename", "file_name", "file")


def placing(sent: Sequence[SentFile]) -> Callable[[Evidence], Evidence] | None:
    """Return a function that places evidence on the pages of files; None if nothing changes.

    Args:
        sent: The files that were sent with a job.
    """
    if are_pages(sent) or not sent or (len(sent) == 1 and sent[0].pages is None):
        return None
    if len(sent) == 1:
        only = sent[0]
        return lambda item: _placed(item, lambda _: (only, ()))
    labels = _labels(sent)

    def file_of(region: Any) -> tuple[SentFile | None, tuple[str, ...]]:
        file = _stated(region, sent)
        return file, labels if file is None else (labels[sent.index(file)],)

    return lambda item: _placed(item, file_of)


def are_pages(sent: Sequence[SentFile]) -> bool:
    """Return whether several files are the pages of one document, in their order."""
    return len(sent) > 1 and all(file.is_page for file in sent)


def _labels(sent: Sequence[SentFile]) -> tuple[str, ...]:
    names = [file.name for file in sent]
    return tuple(
        str(file.path or file.id or file.name) if names.count(file.name) > 1 else file.name
        for file in sent
    )


def _placed(
    item: Evidence, file_of: Callable[[Any], tuple[SentFile | None, tuple[str, ...]]]
) -> Evidence:
    def place(box: EvidenceBox) -> EvidenceBox:
        # What is said of the region itself counts more than what is said of the field.
        file, names = file_of(box.raw)
        if file is None:
            file, names = file_of(item.raw)
        return attrs.evolve(box, page=_page(box.page, file, is_box=True), files=names)

    boxes = tuple(map(place, item.boxes))
    file, _ = file_of(item.raw)
    page = boxes[0].page if boxes else _page(item.page, file, is_box=False)
    return attrs.evolve(item, page=page, boxes=boxes)


def _stated(region: Any, sent: Sequence[SentFile]) -> SentFile | None:
    if not isinstance(region, Mapping):
        return None
    stated = [region[key] for key in _FILE_KEYS if isinstance(region.get(key), str)]
    found = [file for file in sent if stated and all(each in _names(file) for each in stated)]
    return found[0] if len(found) == 1 else None


def _names(file: SentFile) -> tuple[str | None, ...]:
    return file.name, file.id, file.path


def _page(page: int | None, file: SentFile | None, is_box: bool) -> int | None:
    """Return the page of the original; None if that is not known."""
    if file is None:
        return None
    if file.pages is None:
        return page
    # The service leaves the page out where there is only one.
    if page is None and len(file.pages) == 1 and is_box:
        return file.pages[0]
    return file.pages[page] if page is not None and page < len(file.pages) else None
