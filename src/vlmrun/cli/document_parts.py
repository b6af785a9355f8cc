"""PDFs in parts: the parts of all of them are the items of one batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from vlmrun.errors import VLMRunError
from vlmrun.types.batches import BatchItem


class DocumentParts:
    """The documents of a batch, and what became of their parts.

    Args:
        documents: The number of each document among the inputs, and the document.
        size: The number of pages of a part at most.
    """

    def __init__(self, documents: Iterable[tuple[int, Any]], size: int) -> None:
        self._documents = documents
        self._size = size
        self._owners: list[tuple[_Document, int]] = []  # of each part that was sent
        self._unreadable: list[tuple[int, BatchItem[Any]]] = []

    def parts(self) -> Iterator[Any]:
        """Yield the parts of all documents; each document is opened when its turn comes."""
        from vlmrun.results import split_pdf

        for index, item in self._documents:
            try:
                parts = split_pdf(item, self._size)
            except VLMRunError as error:
                self._unreadable.append((index, BatchItem(index, item, error=error)))
                continue
            document = _Document(index, item, parts)
            for number, part in enumerate(parts):
                self._owners.append((document, number))
                yield part

    def finished(self, part: BatchItem[Any]) -> Iterator[tuple[int, BatchItem[Any]]]:
        """Yield the documents that this part completes, or without parts, and their numbers."""
        yield from self.unreadable()
        document, number = self._owners[part.index]
        document.done[number] = part
        if document.is_complete:
            yield document.index, document.item(None)

    def unreadable(self) -> Iterator[tuple[int, BatchItem[Any]]]:
        """Yield the documents that have no parts and were not yielded yet."""
        while self._unreadable:
            yield self._unreadable.pop(0)

    def stopped(self, error: VLMRunError) -> Iterator[tuple[int, BatchItem[Any]]]:
        """Yield the incomplete documents of which parts are paid for, after an error."""
        yield from self.unreadable()
        for document in dict.fromkeys(document for document, _ in self._owners):
            if not document.is_complete and any(
                each.result is not None for each in document.done.values()
            ):
                yield document.index, document.item(error)


class _Document:
    def __init__(self, index: int, file: Any, parts: Sequence[Any]) -> None:
        self.index = index
        self.file = file
        self.parts = parts
        self.done: dict[int, BatchItem[Any]] = {}

    @property
    def is_complete(self) -> bool:
        """Whether all parts have ended."""
        return len(self.done) == len(self.parts)

    def item(self, stop_error: VLMRunError | None) -> BatchItem[Any]:
        """Return the item of the document: its joined prediction, or why parts have none."""
        from vlmrun.results import join_parts

        items = [
            self.done.get(number) or BatchItem(number, part, error=stop_error)
            for number, part in enumerate(self.parts)
        ]
        earlier = all(each.from_journal for each in items)
        try:
            found = join_parts(items)
        except VLMRunError as error:
            return BatchItem(self.index, self.file, error=error, from_journal=earlier)
        return BatchItem(self.index, self.file, found.id, found, from_journal=earlier)
