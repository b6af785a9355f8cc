"""Decisions over a WebSocket."""

from __future__ import annotations

from typing import Any

from vlmrun._async.streams.results import StreamResults
from vlmrun._async.streams.session import Ticket
from vlmrun._async.streams.socket_stream import SocketStream
from vlmrun._requests.decision import DecisionSettings, check_state
from vlmrun._requests.decision_media import inline_image
from vlmrun._requests.stream_items import StreamItem
from vlmrun.errors import ResponseDecodeError
from vlmrun.types._base import read
from vlmrun.types.realtime import FrameDropped, SessionDecision
from vlmrun.types.systemone import FrameDecision, RequestTimings, SystemOneResponse

_DEFAULT_DETAIL = "auto"


class WebSocketStream(SocketStream):
    """Decisions about many images with the same questions, over one WebSocket.

    `systemone.stream(..., transport="ws")` returns it. Use it in a `with` statement. A frame that
    the server drops is sent once more, in a message that it does not drop.

    Example:
        >>> questions = {"is_open": {"type": "noul"}}
        >>> async with client.gateway.systemone.stream(questions, transport="ws") as stream:
        ...     async for decision in stream.map(["a.jpg", "b.jpg"]):
        ...         print(decision.index, decision.response.nouls["is_open"].noul)
        >>> stream.stats["cost"]
    """

    _settings: DecisionSettings
    _state: Any

    def _configure(self, settings: DecisionSettings, state: Any) -> WebSocketStream:
        """Set the questions, and what they are about."""
        self._settings, self._state = settings, check_state(state)
        return self

    async def __aenter__(self) -> WebSocketStream:
        await self._open()
        return self

    async def __aexit__(self, kind: object, *error: object) -> None:
        await self._finish(is_complete=kind is None)

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
            StreamError: The server could not read the image.
            StreamClosedError: The session ended, or the connection broke off.
            RequestTimeoutError: There was no decision in time.

        Example:
            >>> response = await stream.send("door.jpg")
        """
        self._check_open()
        checked = self._state if state is None else check_state(state)
        decision: FrameDecision = await self._result(image, checked)
        return decision.response

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
            >>> async for decision in stream.map(video.frames(fps=2)):
            ...     print(decision.timestamp_s, decision.response.answers)
        """
        return self._all_results(images, self._state)

    def _part(self, content: bytes) -> dict[str, Any] | None:
        takes_frames = self._route is not None and self._route.takes_frames
        # A frame has no detail.
        if takes_frames and self._settings.detail in (None, _DEFAULT_DETAIL):
            return None
        return self._inline(content)

    def _inline(self, content: bytes) -> dict[str, Any]:
        image: dict[str, Any] = {"url": inline_image("image", content)}
        if self._settings.detail is not None:
            image["detail"] = self._settings.detail
        return {"type": "image_url", "image_url": image}

    async def _result_of(self, item: StreamItem, ticket: Ticket) -> Any:
        outcome = ticket.outcome
        if isinstance(outcome, FrameDropped) and ticket.part is None:
            if self._current().ended is not None:
                return self._current().closed_error()
            ticket.part = self._inline(ticket.content)
            await self._current().submit(ticket)
            return None
        if not isinstance(outcome, SessionDecision):
            return outcome
        try:
            response = self._response(outcome)
        except ResponseDecodeError as error:
            return error
        return FrameDecision(item.index, item.timestamp_s, response)

    def _response(self, event: SessionDecision) -> SystemOneResponse:
        created = self._current().created
        model = event.model or created.model or self._settings.fields["model"]
        response = read(SystemOneResponse, {**(event.raw or {}), "model": model})
        latency = event.latency_ms
        response._hidden["_timings"] = RequestTimings(api_ms=latency, total_ms=latency or 0.0)
        return response
