# Derived from _async/streams/results.py by `make generate`. Do not edit.
"""The results of a stream, in the order of its images."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from vlmrun._requests.stream_items import StreamItem
from vlmrun._runtime.sync_batching import NO_MORE
from vlmrun._runtime.sync_client_class import OtherForStatement
from vlmrun._sync.streams.session import Session, Ticket
from vlmrun.errors import StreamClosedError, VLMRunError

R = TypeVar("R")


class StreamResults(OtherForStatement, Generic[R]):
    """The results of `map`, in the order of the images.

    Images are taken only as their results are asked for, at most twice as many as may be in flight.
    Closing it ends it early; so does closing the stream.

    Args:
        results: Yields the results, or errors to raise in their places.
        check_open: Raises an error if the stream is closed.

    Attributes:
        is_over: Whether there are no more results.
    """

    def __init__(self, results: Any, check_open: Callable[[], None]) -> None:
        self._results = results
        self._check_open = check_open
        self.is_over = False
        self._is_cut_off = False

    def __iter__(self) -> StreamResults[R]:
        return self

    def __next__(self) -> R:
        if self._is_cut_off:
            # Not the end of the images, as which it could be mistaken.
            self._check_open()
        if self.is_over:
            raise StopIteration
        self._check_open()
        try:
            result = self._results.__next__()
        except BaseException:
            self.is_over = True
            raise
        if isinstance(result, Exception):
            self.close()
            raise result
        found: R = result
        return found

    def close(self) -> None:
        """End it; calls that run are ended, too."""
        self.is_over = True
        self._results.close()

    def cut_off(self) -> None:
        """End it because the stream is closed."""
        self._is_cut_off = not self.is_over
        self.close()


class SessionResults:
    """The results of the frames of a session.

    It sends frames whenever there is room, and otherwise waits for results.

    Args:
        session: The session.
        take: Returns the next image, or `NO_MORE`.
        submit: Sends an image, and returns its ticket.
        result_of: Returns the result of a frame; None if it was sent again.
    """

    def __init__(
        self,
        session: Session,
        take: Callable[[], Any],
        submit: Callable[[StreamItem], Ticket],
        result_of: Callable[[StreamItem, Ticket], Any],
    ) -> None:
        self._session = session
        self._take = take
        self._submit = submit
        self._result_of = result_of
        self._window: deque[tuple[StreamItem, Ticket]] = deque()
        self._is_exhausted = False
        self._failure: Exception | None = None

    def __iter__(self) -> SessionResults:
        return self

    def __next__(self) -> Any:
        while True:
            if self._window and self._window[0][1].outcome is not None:
                result = self._first()
                if result is not None:
                    return result
            elif self._may_send():
                try:
                    self._send_next()
                except Exception as error:
                    # Raised in its place: after the results of the images before.
                    self._failure, self._is_exhausted = error, True
            elif self._window:
                first = self._window[0][1]
                self._session.receive_until(self._may_go_on, first.expires)
            elif self._failure is not None:
                raise self._failure
            else:
                raise StopIteration

    def close(self) -> None:
        """Forget the frames in flight."""
        self._window.clear()

    def _send_next(self) -> None:
        item = self._take()
        if item is NO_MORE:
            self._is_exhausted = True
            return
        ticket = self._submit(item)
        if ticket.has_result:
            self._window.append((item, ticket))
        self._session.poll()

    def _may_go_on(self) -> bool:
        return self._window[0][1].outcome is not None or self._may_send()

    def _may_send(self) -> bool:
        if self._is_exhausted or len(self._window) >= 2 * self._session.max_inflight:
            return False
        return self._session.has_room or not self._window

    def _first(self) -> Any:
        """Return the result of the first frame, or the error; None if it was sent again."""
        item, ticket = self._window[0]
        result = self._result_of(item, ticket)
        if isinstance(result, StreamClosedError):
            return self._closed(result)
        if result is not None:
            self._window.popleft()
        return result

    def _closed(self, error: StreamClosedError) -> StreamClosedError:
        """Return the error with what is known of the frames that were sent."""
        lost: list[int] = []
        results: list[Any] = []
        for item, ticket in self._window:
            result = self._result_of(item, ticket)
            if isinstance(result, VLMRunError):
                lost.append(item.index)
            else:
                results.append(result)
        error.missing, error.results = tuple(lost), tuple(results)
        return error
