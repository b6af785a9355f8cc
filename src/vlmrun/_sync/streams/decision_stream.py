# Derived from _async/streams/decision_stream.py by `make generate`. Do not edit.
"""Streams of decisions, each of them a request."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from vlmrun._messages import attribute_error
from vlmrun._requests.decision import DecisionSettings, check_state
from vlmrun._requests.stream_items import StreamItem, stream_item
from vlmrun._runtime.sync_batching import NO_MORE, bounded_map, next_item
from vlmrun._sync.streams.image_stream import ImageStream
from vlmrun._sync.streams.results import Rest, StreamResults, rest_of
from vlmrun.types.systemone import FrameDecision, SystemOneResponse

# Attributes of streams over a WebSocket.
_OF_SESSIONS = ("limits", "stats")

Decide = Callable[[Any, Any, str], SystemOneResponse]


class DecisionStream(ImageStream):
    """Decisions about many images with the same questions; `systemone.stream` returns it.

    Use it in a `with` statement. Each decision is a request of its own.

    Args:
        settings: The questions, and what else the decisions share.
        state: What the questions are about.
        decide: Sends a decision about a state and an image, whose location it gets, too.
        concurrency: The number of requests in flight.
        quality: The quality of the JPEG that pixels become.

    Example:
        >>> with client.gateway.systemone.stream({"is_open": {"type": "noul"}}) as stream:
        ...     for decision in stream.map(["a.jpg", "b.jpg"]):
        ...         print(decision.index, decision.response.nouls["is_open"].noul)
    """

    def __init__(
        self,
        settings: DecisionSettings,
        state: Any,
        decide: Decide,
        *,
        concurrency: int,
        quality: int,
    ) -> None:
        super().__init__(concurrency, quality)
        self._settings = settings
        self._state = check_state(state)
        self._decide = decide

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name in _OF_SESSIONS:
                raise AttributeError(
                    f"A stream over HTTP has no {name}: only sessions have them, which "
                    'transport="ws" opens'
                )
            raise attribute_error("The stream", name, dir(type(self)))

    def __enter__(self) -> DecisionStream:
        self._is_open = True
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    @property
    def questions(self) -> dict[str, Any]:
        """The questions in the form in which they are sent."""
        return dict(self._settings.questions)

    def send(self, image: Any, *, state: Any = None) -> SystemOneResponse:
        """Decide about one image.

        Args:
            image: A path, a URL, a data URL, bytes, a PIL image, an array, or a frame of a video.
            state: What the questions are about in this case; by default that of the stream.

        Raises:
            InputError: The stream is not open, or the image cannot be used; nothing was sent.
            APIError: As for `decide`.

        Example:
            >>> with client.gateway.systemone.stream({"is_open": {"type": "noul"}}) as stream:
            ...     print((stream.send("a.jpg")).nouls["is_open"].noul)
        """
        self._check_open()
        checked = self._state if state is None else check_state(state)
        return self._answer(self._read(stream_item(image, None)), checked)

    def map(self, images: Any) -> StreamResults[FrameDecision]:
        """Decide about many images; yield the decisions in the order of the images.

        Images are taken as decisions are asked for, so there may be endlessly many. To stop early,
        leave the loop; an error of a decision is raised in its place, and ends the iteration.

        Args:
            images: An iterable of what `send` takes. Frames of a video keep their index and
                timestamp.

        Raises:
            InputError: The stream is not open.

        Example:
            >>> from vlmrun.common.video import VideoReader
            >>> questions = {"is_open": {"type": "noul"}}
            >>> with VideoReader("talk.mp4") as video:
            ...     with client.gateway.systemone.stream(questions) as stream:
            ...         for decision in stream.map(video.frames(fps=2)):
            ...             print(decision.timestamp_s, decision.response.nouls["is_open"].noul)
        """
        answer = partial(self._answer, state=self._state)
        requests = _Requests(self._taker(images), self._read, answer)
        return self._opened(RequestResults(requests, self._concurrency))

    def close(self) -> None:
        """End the stream, and the requests in flight; the client stays open."""
        self._end()

    def _answer(self, item: StreamItem, state: Any) -> SystemOneResponse:
        self._count += 1
        return self._decide(state, item.image, item.where)


class _Taken:
    """An image that was taken.

    Attributes:
        index: Its index.
        item: The image, once it is read and until it is sent.
        result: Its decision, or an error; None as long as there is neither.
    """

    __slots__ = ("index", "item", "result")

    def __init__(self, index: int) -> None:
        self.index = index
        self.item: StreamItem | None = None
        self.result: Any = None


class _Requests:
    """The requests for the images that were taken.

    Args:
        take: Returns the next image, or `NO_MORE`.
        read: Reads an image.
        answer: Sends an image, and returns its answers.

    Attributes:
        taken: The images whose results were not returned, in their order.
        failure: An error of the source of the images, which ends them.
    """

    def __init__(
        self,
        take: Callable[[], Any],
        read: Callable[[StreamItem], StreamItem],
        answer: Callable[[StreamItem], SystemOneResponse],
    ) -> None:
        self._take = take
        self._read = read
        self._answer = answer
        self._has_failed = False
        self.taken: deque[_Taken] = deque()
        self.failure: Exception | None = None

    def take(self) -> Any:
        """Take an image; return `NO_MORE` after the last one, and after an error."""
        if self._has_failed:  # decisions after an error would be paid for, and not be seen
            return NO_MORE
        try:
            item = self._take()
        except Exception as error:
            self.failure = error
            return NO_MORE
        if item is NO_MORE:
            return NO_MORE
        taken = _Taken(item.index)
        self.taken.append(taken)
        try:
            taken.item = self._read(item)
        except Exception as error:
            self._fail(taken, error)
        return taken

    def decide(self, taken: _Taken) -> _Taken:
        """Send the request for an image."""
        item, taken.item = taken.item, None
        if item is not None:
            try:
                response = self._answer(item)
            except Exception as error:
                self._fail(taken, error)
            else:
                taken.result = FrameDecision(item.index, item.timestamp_s, response)
        return taken

    def _fail(self, taken: _Taken, error: Exception) -> None:
        self._has_failed = True
        taken.result = error


class RequestResults:
    """The decisions about images, each of them a request.

    Args:
        requests: The requests. They do not refer to this object, which ends them when nothing
            refers to it any more.
        concurrency: The number of requests in flight.
    """

    def __init__(self, requests: _Requests, concurrency: int) -> None:
        self._requests = requests
        self._results = bounded_map(requests.decide, requests.take, concurrency, in_order=True)

    def __iter__(self) -> RequestResults:
        return self

    def __next__(self) -> Any:
        taken = next_item(self._results)
        if taken is NO_MORE and self._requests.failure is not None:
            raise self._requests.failure
        if taken is NO_MORE:
            raise StopIteration
        if not isinstance(taken.result, Exception):
            self._requests.taken.popleft()
        return taken.result

    def close(self) -> None:
        """End the requests in flight."""
        self._results.close()

    def end(self) -> Rest:
        """End the requests in flight; return what is known of them."""
        self.close()
        return rest_of((each.index, each.result) for each in self._requests.taken)
