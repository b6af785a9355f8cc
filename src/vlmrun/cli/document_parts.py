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
        from vlmrun._requests.document_parts import split_document

        for index, item in self._documents:
            try:
                parts = split_document(item, self._size)
            except VLMRunError as error:
                self._unreadable.append((index, BatchItem(index, item, error=error)))
                continue
            document = _Document(index, item, parts)
            for number, part in enumerate(parts):
                self._owners.append((document, number))
                yield part

    def finished(self, part: BatchItem[Any]) -> Iterator[tuple[int, BatchItem[Any]]]:
        """Yield each document that is over with this part, or that has none, and its number."""
        yield from self.unreadable()
        document, number = self._owners[part.index]
        document.done[number] = part
        if len(document.done) == len(document.parts):
            yield document.index, document.item(None)

    def unreadable(self) -> Iterator[tuple[int, BatchItem[Any]]]:
        """Yield the documents that have no parts and were not yielded yet."""
        while self._unreadable:
            yield self._unreadable.pop(0)

    def stopped(self, error: VLMRunError) -> Iterator[tuple[int, BatchItem[Any]]]:
        """Yield the documents that some parts of are paid for, after an error ended the batch."""
        yield from self.unreadable()
        for document in dict.fromkeys(document for document, _ in self._owners):
            results = [part.result for part in document.done.values()]
            if len(results) < len(document.parts) and any(results):
                yield document.index, document.item(error)


class _Document:
    def __init__(self, index: int, file: Any, parts: Sequence[Any]) -> None:
        self.index = index
        self.file = file
        self.parts = parts
        self.done: dict[int, BatchItem[Any]] = {}

    def item(self, stop_error: VLMRunError | None) -> BatchItem[Any]:
        """Return the item of the document: its joined prediction, its plan, or an error."""
        from vlmrun._requests.document_parts import joined, parts_of_document, plan_of_document

        items = [self.done[number] for number in sorted(self.done)]
        error = next((each.error for each in items if each.error is not None), None)
        plans = [each.plan for each in items if each.plan is not None]
        if plans:
            if error is not None:
                return BatchItem(self.index, self.file, error=error)
            plan: Any = plan_of_document(plans)
            return BatchItem(self.index, self.file, plan=plan)
        earlier = all(each.from_journal for each in items)
        try:
            found = joined(parts_of_document(self.parts, self.done, stop_error))
        except VLMRunError as failure:
            return BatchItem(self.index, self.file, error=failure, from_journal=earlier)
        return BatchItem(self.index, self.file, found.id, found, from_journal=earlier)
