"""Files that were sent with a job."""

from __future__ import annotations

from typing import NamedTuple


class SentFile(NamedTuple):
    """A file that this client sent with a job: its name, and its path if it has one.

    Attributes:
        name: The name.
        path: The path, if it is on a disk.
        version: What changes with its content, if that was known when it was sent.
        pages: The pages of it that were sent, from 0; None for all.
        indices: Those of the pages that were sent that the service was asked to read, which is
            `page_indices` of the configuration; None for all.
        id: The id of the uploaded file, if it is known.
        is_page: Whether it is a page of one document, as the images of a prediction are.
    """

    name: str
    path: str | None = None
    version: tuple[int, ...] | None = None
    pages: tuple[int, ...] | None = None
    id: str | None = None
    is_page: bool = False
    indices: tuple[int, ...] | None = None

    @property
    def pages_read(self) -> tuple[int, ...] | None:
        """The pages of the file that the service has read, from 0; None for all."""
        if self.indices is None or self.pages is None:
            return self.pages if self.indices is None else self.indices
        return tuple(self.pages[index] for index in self.indices if index < len(self.pages))
