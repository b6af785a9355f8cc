# Derived from _async/streams/results.py by `make generate`. Do not edit.
"""The results of a stream, in the order of its images."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, Generic, NamedTuple, TypeVar

from vlmrun._requests.stream_items import StreamItem
from vlmrun._runtime.sync_batching import NO_MORE
from vlmrun._runtime.sync_client_class import OtherForStatement
from vlmrun._sync.streams.session import Session, Ticket
from vlmrun.errors import VLMRunError

R = TypeVar("R")


class StreamResults(OtherForStatement, Generic[R]):
    """The results of `map`, in the order of the images.

    Images are taken only as their results are asked for, at most twice as many as may be in flight.
    Closing it ends it early; so does closing the stream.

    Args:
        results: Yields the results, or errors to raise in their places. Its `end` ends it after an
            error, and returns what is known of the images that were taken.
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
        except VLMRunError as error:
            result = error
        except BaseException:
            self.is_over = True
            raise
        if isinstance(result, Exception):
            self.is_over = True
            rest = self._results.end()
            if isinstance(result, VLMRunError):
                result.missing, result.results = rest
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


class Rest(NamedTuple):
    """The facts about images that were taken, and whose results were not returned.

    Attributes:
        missing: The indexes of those that have no result.
        results: The results of the others.
    """

    missing: tuple[int, ...]
    results: tuple[Any, ...]


def rest_of(outcomes: Iterable[tuple[int, Any]]) -> Rest:
    """Return what is known of images.

    Args:
        outcomes: For each image, its index, and its result, an error, or None.
    """
    missing: list[int] = []
    results: list[Any] = []
    for index, outcome in outcomes:
        if outcome is None or isinstance(outcome, Exception):
            missing.append(index)
        else:
            results.append(outcome)
    return Rest(tuple(missing), tuple(results))


class SessionResults:
    """The results of the frames of a session.

    It sends frames whenever there is room, and otherwise waits for results.

    Args:
        session: The session.
        take: Returns the next image, or `NO_MORE`.
        submit: Sends an image, and returns its ticket.
        send_again: Sends a frame again if it was dropped, and returns whether it has.
        result_of: Returns the result of a frame, or its error.
    """

    def __init__(
        self,
        session: Session,
        take: Callable[[], Any],
        submit: Callable[[StreamItem], Ticket],
        send_again: Callable[[Ticket], bool],
        result_of: Callable[[StreamItem, Ticket], Any],
    ) -> None:
        self._session = session
        self._take = take
        self._submit = submit
        self._send_again = send_again
        self._result_of = result_of
        self._window: deque[tuple[StreamItem, Ticket]] = deque()
        self._is_exhausted = False
        self._failure: Exception | None = None

    def __iter__(self) -> SessionResults:
        return self

    def __next__(self) -> Any:
        while True:
            if self._window and self._window[0][1].outcome is not None:
                item, ticket = self._window[0]
                if not self._send_again(ticket):
                    return self._returned(self._result_of(item, ticket))
            elif self._may_send():
                self._send_next()
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

    def end(self) -> Rest:
        """Forget the frames in flight; return what is known of them."""
        frames, self._window = self._window, deque()
        return rest_of(
            (item.index, None if ticket.outcome is None else self._result_of(item, ticket))
            for item, ticket in frames
        )

    def _send_next(self) -> None:
        try:
            item = self._take()
            if item is NO_MORE:
                self._is_exhausted = True
                return
            ticket = self._sent(item)
            if ticket.has_result:
                self._window.append((item, ticket))
            self._session.poll()
        except Exception as error:
            # Raised in its place: after the results of the images before.
            self._failure, self._is_exhausted = error, True

    def _sent(self, item: StreamItem) -> Ticket:
        """Send an image; one that cannot be sent has its place among the others, too."""
        try:
            return self._submit(item)
        except VLMRunError as error:
            self._is_exhausted = True
            ticket = Ticket(item.index, b"")
            ticket.outcome = error
            return ticket

    def _returned(self, result: Any) -> Any:
        """Return the result of the first frame, which remains among the others if it has none."""
        if not isinstance(result, Exception):
            self._window.popleft()
        return result

    def _may_go_on(self) -> bool:
        return self._window[0][1].outcome is not None or self._may_send()

    def _may_send(self) -> bool:
        if self._is_exhausted or len(self._window) >= 2 * self._session.max_inflight:
            return False
        return self._session.has_room or not self._window
