# Derived from _async/streams/websocket_stream.py by `make generate`. Do not edit.
"""Decisions over a WebSocket."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vlmrun._core.outcomes import without_answers
from vlmrun._core.request_context import RequestContext
from vlmrun._requests.decision import MAX_INFLIGHT, DecisionSettings, check_state
from vlmrun._requests.decision_media import MAX_IMAGES, RemoteImage, inline_image
from vlmrun._requests.decision_sessions import DEFAULT_DETAIL, Sampling, session_fields
from vlmrun._requests.stream_items import StreamItem
from vlmrun._sync.http.websocket_connector import SocketConnector
from vlmrun._sync.streams.opening import Opening, Route
from vlmrun._sync.streams.results import StreamResults
from vlmrun._sync.streams.session import Ticket, dropped_error
from vlmrun._sync.streams.socket_stream import SocketStream
from vlmrun._validation import check_int
from vlmrun.constants import TYPESAFE_BASE_URL_ENV
from vlmrun.errors import ConfigurationError, InputError, ResponseDecodeError, VLMRunError
from vlmrun.types._base import read
from vlmrun.types.realtime import FrameDropped, SessionDecision
from vlmrun.types.systemone import FrameDecision, RequestTimings, SystemOneResponse


class WebSocketStream(SocketStream):
    """Decisions about many images with the same questions, over one WebSocket.

    `systemone.stream(..., transport="ws")` returns it. Use it in a `with` statement. A frame that
    the server drops is sent once more, in a message that it does not drop.

    Args:
        connector: Opens WebSockets.
        fetch: Fetches an image.
        begin: Returns the settings of System One, and the deadline of a call that begins now.
        settings: The questions, and what else the decisions share.
        state: What the questions are about.
        sampling: Which images get a decision.
        concurrency: The number of images in flight.
        quality: The quality of the JPEG that pixels become.
        on_event: Called with the events that are not decisions.

    Example:
        >>> questions = {"is_open": {"type": "noul"}}
        >>> with client.gateway.systemone.stream(questions, transport="ws") as stream:
        ...     for decision in stream.map(["a.jpg", "b.jpg"]):
        ...         print(decision.index, decision.response.nouls["is_open"].noul)
        >>> stream.stats["cost"]
    """

    def __init__(
        self,
        connector: SocketConnector,
        fetch: Callable[[RemoteImage], bytes],
        begin: Callable[[], RequestContext],
        settings: DecisionSettings,
        state: Any,
        sampling: Sampling,
        *,
        concurrency: int,
        quality: int,
        on_event: Callable[[Any], Any] | None,
    ) -> None:
        most = min(check_int("concurrency", concurrency, 1), MAX_INFLIGHT)
        fields = session_fields(settings, sampling, most)
        super().__init__(
            connector,
            fetch,
            lambda: _routes(begin(), sampling.needs_frames),
            Opening(fields, most, on_event, sampling.stride or 1, sampling.window or 1),
            timeout=begin().settings.timeout,
            quality=quality,
        )
        self._settings = settings
        self._state = check_state(state)
        self._sampling = sampling

    def __enter__(self) -> WebSocketStream:
        self._open()
        return self

    def __exit__(self, kind: object, *error: object) -> None:
        self._finish(is_complete=kind is None)

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
            StreamError: The server could not read the image.
            StreamClosedError: The session ended, or the connection broke off.
            RequestTimeoutError: There was no decision in time.

        Example:
            >>> questions = {"is_open": {"type": "noul"}}
            >>> with client.gateway.systemone.stream(questions, transport="ws") as stream:
            ...     print((stream.send("a.jpg")).nouls["is_open"].noul)
        """
        self._check_open()
        stride = self._sampling.stride or 1
        if stride > 1:
            raise InputError(
                f"send needs a decision for each image, and stride is {stride}",
                suggestion="Call map, or leave stride out",
            )
        checked = self._state if state is None else check_state(state)
        decision: FrameDecision = self._result(image, checked)
        return decision.response

    def map(self, images: Any) -> StreamResults[FrameDecision]:
        """Decide about many images; yield the decisions in the order of the images.

        With a `stride`, there is a decision only for every `stride` images, with the index of the
        last of them. Images are taken as decisions are asked for, so there may be endlessly many.
        To stop early, leave the loop; an error of a decision is raised in its place, and ends the
        iteration.

        Args:
            images: An iterable of what `send` takes. Frames of a video keep their index and
                timestamp.

        Raises:
            InputError: The stream is not open.

        Example:
            >>> questions = {"is_open": {"type": "noul"}}
            >>> with client.gateway.systemone.stream(questions, transport="ws") as stream:
            ...     for decision in stream.map(["a.jpg", "b.jpg"]):
            ...         print(decision.index, decision.response.nouls["is_open"].noul)
        """
        return self._all_results(images, self._state)

    def _parts(self, content: bytes) -> list[dict[str, Any]] | None:
        takes_frames = self._route is not None and self._route.takes_frames
        # A frame has no detail.
        if takes_frames and self._settings.detail in (None, DEFAULT_DETAIL):
            return None
        return [self._inline(content)]

    def _inline(self, content: bytes) -> dict[str, Any]:
        image: dict[str, Any] = {"url": inline_image("image", content)}
        if self._settings.detail is not None:
            image["detail"] = self._settings.detail
        return {"type": "image_url", "image_url": image}

    def _send_again(self, ticket: Ticket) -> bool:
        # A message cannot be dropped, and has room for so many images.
        can_be_sent = ticket.parts is None and len(ticket.window) <= MAX_IMAGES
        if not can_be_sent or not isinstance(ticket.outcome, FrameDropped):
            return False
        ticket.parts = [self._inline(content) for content in ticket.window]
        try:
            self._current().submit(ticket)
        except VLMRunError as error:
            ticket.outcome = error
            return False
        return True

    def _result_of(self, item: StreamItem, ticket: Ticket) -> Any:
        outcome = ticket.outcome
        if isinstance(outcome, FrameDropped):
            return dropped_error(outcome)
        if not isinstance(outcome, SessionDecision):
            return outcome
        try:
            response = self._response(outcome)
        except ResponseDecodeError as error:
            return error
        return FrameDecision(item.index, item.timestamp_s, response)

    def _response(self, event: SessionDecision) -> SystemOneResponse:
        granted = self._session and self._session.created.model
        model = event.model or granted or self._settings.fields["model"]
        # As over HTTP, where a response has a model, and no type.
        fields: dict[str, Any] = {"model": None, **(event.raw or {})}
        fields["model"] = model
        del fields["type"]
        response = read(SystemOneResponse, fields)
        problem = without_answers(response)
        if problem is not None:
            raise ResponseDecodeError(f"SystemOneResponse: {problem}", raw=event.raw)
        latency = event.latency_ms
        response._hidden["_timings"] = RequestTimings(api_ms=latency, total_ms=latency or 0.0)
        return response


def _routes(context: RequestContext, needs_frames: bool) -> list[Route]:
    """Return the route of sessions, and its former one, which older servers have.

    Args:
        context: The settings of System One, and the deadline of the call.
        needs_frames: Whether the former route cannot be used, which takes no frames.
    """
    former = Route("/ws", context, takes_frames=False)
    settings = context.settings.of_decision_sessions()
    if settings is None:
        if needs_frames:
            raise ConfigurationError(
                f"{TYPESAFE_BASE_URL_ENV} does not end with /typesafe, so that there is no route "
                "for stride and window",
                suggestion="Leave them out, or set VLMRUN_GATEWAY_URL in its place",
            )
        return [former]
    route = Route("/ws/systemone", context._replace(settings=settings), takes_frames=True)
    return [route] if needs_frames else [route, former]
