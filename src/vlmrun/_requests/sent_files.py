"""The files that are sent with a job, as its results name them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

from vlmrun._files.upload_source import Source
from vlmrun._requests.media import Images, MediaFile
from vlmrun.types._sent_file import SentFile
from vlmrun.types.batches import file_name_of


def files_sent(
    sources: Iterable[Source],
    parts: Iterable[Mapping[str, Any]] = (),
    others: Iterable[SentFile] = (),
) -> tuple[SentFile, ...]:
    """Return the files of a job; contents that are not in a file have a name only.

    Args:
        sources: The files that were uploaded.
        parts: What refers to each of them in the request.
        others: The files that are not local.
    """
    ids = [part.get("file_id") for part in parts]
    sent = [
        file if id is None else file._replace(id=str(id))
        for file, id in zip_longest(map(_sent_source, sources), ids)
    ]
    return (*sent, *others)


def of_indices(sent: Sequence[SentFile], indices: Sequence[int] | None) -> tuple[SentFile, ...]:
    """Return the files of a job whose configuration has these `page_indices`."""
    chosen = None if indices is None else tuple(indices)
    return tuple(file._replace(indices=chosen) for file in sent)


def sent_media(media: MediaFile | Images) -> tuple[SentFile, ...]:
    """Return the media of a prediction, as far as they have names."""
    if isinstance(media, MediaFile):
        if media.source is not None:
            return files_sent([media.source])
        file_id = media.reference.get("file_id")
        return (referred(media.name or file_id or media.reference["url"], file_id),)
    images = [Path(each) if isinstance(each, str) else each for _, each in media.images]
    origins = [*media.urls, *images, media.file_id]
    named = ((file_name_of(origin), origin) for origin in origins)
    return tuple(_sent(name, origin)._replace(is_page=True) for name, origin in named if name)


def referred(name: str, file_id: str | None = None) -> SentFile:
    """Return a file that the service has already, or fetches.

    Args:
        name: Its name, or its id or URL if the name is not known.
        file_id: Its id.
    """
    return SentFile(file_name_of(name) or name, id=file_id)


def _sent_source(source: Source) -> SentFile:
    original = source.original
    if original is None:
        return _sent(source.name, source.origin, source.version)
    return _sent(original.name, original.path, original.version)._replace(pages=original.pages)


def _sent(name: str, origin: Any, version: tuple[int, ...] | None = None) -> SentFile:
    # A str may be a URL or an id as well.
    is_path = isinstance(origin, os.PathLike)
    return SentFile(name, os.path.abspath(Path(origin)) if is_path else None, version)
