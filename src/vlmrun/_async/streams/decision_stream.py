"""Streams of decisions, each of them a request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from vlmrun._async.streams.image_stream import ImageStream
from vlmrun._async.streams.results import StreamResults
from vlmrun._messages import attribute_error
from vlmrun._requests.decision import DecisionSettings, check_state
from vlmrun._requests.stream_items import StreamItem
from vlmrun._runtime.async_batching import NO_MORE, bounded_map
from vlmrun.types.systemone import FrameDecision, SystemOneResponse

# Attributes of streams over a WebSocket.
_OF_SESSIONS = ("limits", "stats")

Decide = Callable[[Any, Any, str], Awaitable[SystemOneResponse]]


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
        >>> async with client.gateway.systemone.stream({"is_open": {"type": "noul"}}) as stream:
        ...     async for decision in stream.map(["a.jpg", "b.jpg"]):
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

    async def __aenter__(self) -> DecisionStream:
        self._is_open = True
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.aclose()

    @property
    def questions(self) -> dict[str, Any]:
        """The questions in the form in which they are sent."""
        return dict(self._settings.questions)

    async def send(self, image: Any, *, state: Any = None) -> SystemOneResponse:
        """Decide about one image.

        Args:
            image: A path, a URL, a data URL, bytes, a PIL image, an array, or a frame of a video.
            state: What the questions are about in this case; by default that of the stream.

        Raises:
            InputError: The stream is not open, or the image cannot be used; nothing was sent.
            APIError: As for `decide`.

        Example:
            >>> async with client.gateway.systemone.stream({"is_open": {"type": "noul"}}) as stream:
            ...     print((await stream.send("a.jpg")).nouls["is_open"].noul)
        """
        self._check_open()
        checked = self._state if state is None else check_state(state)
        return await self._answer(await self._item(image), checked)

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
            ...     async with client.gateway.systemone.stream(questions) as stream:
            ...         async for decision in stream.map(video.frames(fps=2)):
            ...             print(decision.timestamp_s, decision.response.nouls["is_open"].noul)
        """
        take_item = self._taker(images)
        has_failed = False

        async def take() -> Any:
            nonlocal has_failed
            if has_failed:  # decisions after an error would be paid for, and not be seen
                return NO_MORE
            try:
                return await take_item()
            except Exception as error:
                has_failed = True
                return error

        async def read(item: StreamItem | Exception) -> Any:
            nonlocal has_failed
            if isinstance(item, Exception):
                return item
            try:
                response = await self._answer(item, self._state)
            except Exception as error:
                has_failed = True
                return error
            return FrameDecision(item.index, item.timestamp_s, response)

        return self._opened(bounded_map(read, take, self._concurrency, in_order=True))

    async def aclose(self) -> None:
        """End the stream, and the requests in flight; the client stays open."""
        await self._end()

    async def _answer(self, item: StreamItem, state: Any) -> SystemOneResponse:
        self._count += 1
        return await self._decide(state, item.image, item.where)
