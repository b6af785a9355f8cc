"""The file and page that a region is on, where a job has parts of files, or several of them.

The service counts the pages of what was sent: of the part of a PDF, and of each file by itself. A
number that may be about several files is never taken for that of one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any, TypeAlias

import attrs

from vlmrun.types._sent_file import SentFile
from vlmrun.types.evidence import Evidence
from vlmrun.types.evidence_boxes import EvidenceBox

# By the page numbers in a response; None for a box without one.
_Numbers: TypeAlias = Mapping[int | None, int]

# Where a response says which file a region is in, by the id or the name of the file.
_FILE_KEYS = ("file_id", "filename", "file_name", "file")


def placed(
    found: Sequence[Evidence], sent: Sequence[SentFile], stated: Set[int]
) -> Sequence[Evidence]:
    """Return evidence on the pages of files.

    Args:
        found: All evidence of a response.
        sent: The files that were sent with the job.
        stated: All page numbers in the response.
    """
    if are_pages(sent) or not sent or (len(sent) == 1 and sent[0].pages_read is None):
        return found
    numbers = {file: _numbers(file, stated) for file in sent}
    labels = _labels(sent)

    def file_of(region: Any) -> tuple[SentFile | None, tuple[str, ...]]:
        if len(sent) == 1:
            return sent[0], ()
        file = _stated(region, sent)
        return file, labels if file is None else (labels[sent.index(file)],)

    return [_placed(item, file_of, numbers) for item in found]


def _numbers(file: SentFile, stated: Set[int]) -> _Numbers | None:
    """Return the page of a file for each page number in a response; None if they are the same.

    The documentation does not say whether a response to a request with `page_indices` counts the
    pages of the file, or only the chosen ones. The numbers themselves mostly show it; one that
    could be either is left out.
    """
    read = file.pages_read
    if read is None:
        return None
    only: dict[int | None, int] = {None: read[0]} if len(read) == 1 else {}
    counted = dict(enumerate(read))
    if file.indices is None:
        return only | counted
    readings = [dict(zip(file.indices, read, strict=False))]
    if list(file.indices) == sorted(file.indices):  # else the order of the chosen ones is not known
        readings.append(counted)
    possible = [reading for reading in readings if stated <= reading.keys()]
    certain = {
        page: possible[0][page]
        for page in stated
        if possible and len({reading[page] for reading in possible}) == 1
    }
    return only | certain


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
    item: Evidence,
    file_of: Callable[[Any], tuple[SentFile | None, tuple[str, ...]]],
    numbers: Mapping[SentFile, _Numbers | None],
) -> Evidence:
    def page_of(page: int | None, file: SentFile | None) -> int | None:
        """Return the page of the original; None if that is not known."""
        if file is None:
            return None
        known = numbers[file]
        return page if known is None else known.get(page)

    def place(box: EvidenceBox) -> EvidenceBox:
        # What is said of the region itself counts more than what is said of the field.
        file, names = file_of(box.raw)
        if file is None:
            file, names = file_of(item.raw)
        return attrs.evolve(box, page=page_of(box.page, file), files=names)

    boxes = tuple(map(place, item.boxes))
    if boxes:
        page = boxes[0].page
    else:
        # The service leaves the page of a box out where there is only one; a field may have none.
        page = None if item.page is None else page_of(item.page, file_of(item.raw)[0])
    return attrs.evolve(item, page=page, boxes=boxes)


def _stated(region: Any, sent: Sequence[SentFile]) -> SentFile | None:
    if not isinstance(region, Mapping):
        return None
    stated = [region[key] for key in _FILE_KEYS if isinstance(region.get(key), str)]
    found = [file for file in sent if stated and all(each in _names(file) for each in stated)]
    return found[0] if len(found) == 1 else None


def _names(file: SentFile) -> tuple[str | None, ...]:
    return file.name, file.id, file.path
