"""The sizes of skills: what is unpacked by default, and hence what is bundled."""

from __future__ import annotations

from collections.abc import Iterable

MAX_BYTES = 1024**3
MAX_FILES = 10_000
# Deflate reaches 1:1032 (https://zlib.net/zlib_tech.html), text seldom more than 1:20. Small
# archives may exceed the ratio, because they do no harm.
MAX_RATIO = 250
_RATIO_FREE_BYTES = 64 * 1024**2

# An inline skill is part of a JSON body, in which it takes a third more, and is in memory several
# times while that is built.
MAX_BUNDLE_BYTES = 100 * 1024**2


def max_unpacked_bytes(archive_size: int, max_bytes: int = MAX_BYTES) -> int:
    """Return the number of bytes that an archive may unpack to."""
    return min(max_bytes, max(_RATIO_FREE_BYTES, MAX_RATIO * archive_size))


def exceeds_folders(paths: Iterable[tuple[str, ...]], limit: int) -> bool:
    """Return whether files at these paths need more than so many folders.

    An archive of 20 MB can name millions of folders, each of which takes space on the disk.
    """
    folders: set[tuple[str, ...]] = set()
    for path in paths:
        for depth in range(len(path) - 1, 0, -1):
            if path[:depth] in folders:
                break
            folders.add(path[:depth])
            if len(folders) > limit:
                return True
    return False
