# Derived from _async/streams/image_stream.py by `make generate`. Do not edit.
"""Base of the streams of images."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from vlmrun._messages import type_and_repr
from vlmrun._requests.stream_items import StreamItem, read_item, stream_item
from vlmrun._runtime.sync_batching import NO_MORE, OpenResults, is_iterable, iterate, next_item
from vlmrun._runtime.sync_client_class import OtherStreamStatement
from vlmrun._runtime.sync_runtime import in_thread
from vlmrun._sync.streams.results import StreamResults
from vlmrun._validation import check_int
from vlmrun.errors import InputError, InputTypeError

DEFAULT_CONCURRENCY = 4


class ImageStream(OtherStreamStatement):
    """A stream of images, which is open in a `with` statement.

    Args:
        concurrency: The number of images in flight.
        quality: The quality of the JPEG that pixels become.
    """

    def __init__(self, concurrency: int, quality: int) -> None:
        self._concurrency = check_int("concurrency", concurrency, 1)
        self._quality = check_int("quality", quality, 1, 100)
        self._is_open = False
        self._count = 0
        self._results = OpenResults()

    @property
    def count(self) -> int:
        """The number of images that were sent."""
        return self._count

    @property
    def is_open(self) -> bool:
        """Whether images can be sent now."""
        return self._is_open

    def _check_open(self) -> None:
        if not self._is_open:
            raise InputError(
                "The stream is not open",
                suggestion="Use it in a with statement: with ....stream(...) as stream",
            )

    def _taker(self, images: Any) -> Callable[[], Any]:
        """Return what takes the next image, not read yet; it returns `NO_MORE` after the last."""
        self._check_open()
        if not is_iterable(images) or isinstance(images, (str, bytes, bytearray)):
            raise InputTypeError(
                f"images must be an iterable of images, got {type_and_repr(images)}",
                suggestion="Pass [image], or call send(image)",
            )
        source = iterate(images)
        position = -1

        def take() -> Any:
            nonlocal position
            item = next_item(source)
            if item is NO_MORE:
                return item
            position += 1
            return stream_item(item, position)

        return take

    def _read(self, item: StreamItem) -> StreamItem:
        return in_thread(partial(read_item, item, self._quality))

    def _opened(self, results: Any) -> StreamResults[Any]:
        """Return results that end with the stream."""
        self._results = OpenResults(each for each in self._results if not each.is_over)
        opened: StreamResults[Any] = StreamResults(results, self._check_open)
        self._results.add(opened)
        return opened

    def _end(self) -> None:
        """End what the stream has begun."""
        self._is_open = False
        results, self._results = list(self._results), OpenResults()
        for each in results:
            each.cut_off()
