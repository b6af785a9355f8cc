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
        id: The id of the uploaded file, if it is known.
        is_page: Whether it is a page of one document, as the images of a prediction are.
    """

    name: str
    path: str | None = None
    version: tuple[int, ...] | None = None
    pages: tuple[int, ...] | None = None
    id: str | None = None
    is_page: bool = False
