"""Realtime sessions: a model's result for each frame."""

from __future__ import annotations

from typing import Any

from vlmrun._async.streams.results import StreamResults
from vlmrun._async.streams.session import NO_STATE, Ticket, dropped_error
from vlmrun._async.streams.socket_stream import SocketStream
from vlmrun._requests.stream_items import StreamItem
from vlmrun.types.realtime import FrameDropped, FrameResult, SessionResult


class RealtimeSession(SocketStream):
    """A session with a model of the gateway; `client.gateway.realtime` returns it.

    Use it in a `with` statement.

    Example:
        >>> async with client.gateway.realtime("zai-org/glm-ocr") as session:
        ...     async for result in session.map(["a.jpg", "b.jpg"]):
        ...         print(result.index, result.response and result.response.text)
    """

    async def __aenter__(self) -> RealtimeSession:
        await self._open()
        return self

    async def __aexit__(self, kind: object, *error: object) -> None:
        await self._finish(is_complete=kind is None)

    async def send(self, image: Any) -> SessionResult:
        """Send one image, and return the model's result.

        Args:
            image: A path, a URL, a data URL, bytes, a PIL image, an array, or a frame of a video.

        Raises:
            InputError: The session is not open, or the image cannot be used; nothing was sent.
            FrameDroppedError: The server did not read it.
            StreamError: The server could not read it.
            StreamClosedError: The session ended, or the connection broke off.
            RequestTimeoutError: There was no result in time.

        Example:
            >>> async with client.gateway.realtime("zai-org/glm-ocr") as session:
            ...     print((await session.send("a.jpg")).text)
        """
        result: FrameResult = await self._result(image, NO_STATE)
        if result.response is not None:
            return result.response
        raise dropped_error(result.dropped)

    def map(self, images: Any) -> StreamResults[FrameResult]:
        """Send many images; yield the results in their order.

        A frame that the server drops has no `response`, but `dropped`.

        Args:
            images: An iterable of what `send` takes, which may be endless. Frames of a video keep
                their index and timestamp.

        Raises:
            InputError: The session is not open.

        Example:
            >>> async with client.gateway.realtime("zai-org/glm-ocr") as session:
            ...     async for result in session.map(["a.jpg", "b.jpg"]):
            ...         print(result.index, result.dropped or result.response.text)
        """
        return self._all_results(images, NO_STATE)

    def _result_of(self, item: StreamItem, ticket: Ticket) -> Any:
        outcome = ticket.outcome
        if isinstance(outcome, FrameDropped):
            return FrameResult(item.index, item.timestamp_s, None, outcome)
        if isinstance(outcome, SessionResult):
            return FrameResult(item.index, item.timestamp_s, outcome)
        return outcome
