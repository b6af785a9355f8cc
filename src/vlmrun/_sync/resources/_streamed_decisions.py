# Derived from _async/resources/_streamed_decisions.py by `make generate`. Do not edit.
"""Streams of decisions, and the requests of decisions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from time import perf_counter
from typing import Any, Literal, overload

from vlmrun_api.api.systemone import decide

from vlmrun._core.job_kinds import DECISION
from vlmrun._core.outcomes import explain, note_interruption, without_answers
from vlmrun._core.request_context import RequestContext
from vlmrun._core.request_options import RequestOptions
from vlmrun._requests.decision import (
    DecisionRequest,
    DecisionSettings,
    build_decision,
    check_settings,
)
from vlmrun._requests.decision_sessions import check_sampling
from vlmrun._runtime.sync_client_class import check_callback
from vlmrun._runtime.sync_runtime import in_thread
from vlmrun._sync.http.remote_images import fetch_image, fetch_images
from vlmrun._sync.http.websocket_connector import SocketConnector
from vlmrun._sync.resources._base import Resource
from vlmrun._sync.streams.decision_stream import DecisionStream
from vlmrun._sync.streams.image_stream import DEFAULT_CONCURRENCY
from vlmrun._sync.streams.websocket_stream import WebSocketStream
from vlmrun._validation import check_choice, without_none
from vlmrun.errors import APIError
from vlmrun.types.content import ImageDetail
from vlmrun.types.systemone import ReasoningEffort, RequestTimings, SystemOneResponse

# The path of each operation begins with it, and the base URL ends with it.
_PREFIX = "/typesafe"


class StreamedDecisions(Resource):
    """`stream`, and the requests that it shares with `decide`."""

    @overload
    def stream(
        self,
        questions: Any,
        *,
        state: Any = "",
        model: str | None = None,
        detail: ImageDetail | str = "auto",
        steps: int | None = None,
        samples: int | None = None,
        reasoning_effort: ReasoningEffort | str | None = None,
        timeout: float | None = None,
        extra_body: Mapping[str, Any] | None = None,
        concurrency: int = DEFAULT_CONCURRENCY,
        quality: int = 85,
        transport: Literal["http"] = "http",
        on_event: Callable[[Any], Any] | None = None,
        options: RequestOptions | None = None,
    ) -> DecisionStream: ...
    @overload
    def stream(
        self,
        questions: Any,
        *,
        state: Any = "",
        model: str | None = None,
        detail: ImageDetail | str = "auto",
        steps: int | None = None,
        samples: int | None = None,
        reasoning_effort: ReasoningEffort | str | None = None,
        timeout: float | None = None,
        extra_body: Mapping[str, Any] | None = None,
        concurrency: int = DEFAULT_CONCURRENCY,
        quality: int = 85,
        transport: Literal["ws"],
        on_event: Callable[[Any], Any] | None = None,
        stride: int | None = None,
        window: int | None = None,
        options: RequestOptions | None = None,
    ) -> WebSocketStream: ...

    def stream(
        self,
        questions: Any,
        *,
        state: Any = "",
        model: str | None = None,
        detail: ImageDetail | str = "auto",
        steps: int | None = None,
        samples: int | None = None,
        reasoning_effort: ReasoningEffort | str | None = None,
        timeout: float | None = None,
        extra_body: Mapping[str, Any] | None = None,
        concurrency: int = DEFAULT_CONCURRENCY,
        quality: int = 85,
        transport: Literal["http", "ws"] = "http",
        on_event: Callable[[Any], Any] | None = None,
        stride: int | None = None,
        window: int | None = None,
        options: RequestOptions | None = None,
    ) -> DecisionStream | WebSocketStream:
        """Return a stream of decisions about many images, for a `with` statement.

        Args:
            questions: A list of dicts with an `id`, or a dict from ids to questions. Each has a
                `type`: "noul" (yes or no), "choice" with `options`, "score" with `levels`, or "box"
                (where something is); and optionally `instructions`.
            state: What the questions are about.
            model: The model.
            detail: The detail in which images are read.
            steps: The number of denoising steps.
            samples: The number of draws.
            reasoning_effort: How much to reason before each answer.
            timeout: Seconds to wait for a decision; by default the client's timeout.
            extra_body: Further fields of the body, or of the first message of a session.
            concurrency: The number of images in flight (default 4); a session has at most 8.
            quality: The quality of the JPEG that pixels become, 1 to 100 (default 85).
            transport: "http" sends a request for each image. "ws" opens one session over a
                WebSocket, which needs the extra `ws`.
            on_event: Called with the events of a session that are not decisions: `FrameDropped`,
                `SessionError`, `SessionStats`, `SessionEnded`. Has no effect with "http".
            stride: The number of images from one decision to the next (default 1); `map` yields a
                decision only for every `stride` images. With "ws" only.
            window: The number of images that a decision is about: the newest ones (default 1). With
                "ws" only.
            options: Options of each call: timeout, deadline, max_retries, headers.

        Raises:
            InputError: An argument is not valid.

        Example:
            >>> with client.gateway.systemone.stream({"is_open": {"type": "noul"}}) as stream:
            ...     for decision in stream.map(["a.jpg", "b.jpg"]):
            ...         print(decision.index, decision.response.nouls["is_open"].noul)
        """
        check_choice("transport", transport, ("http", "ws"))
        check_callback("on_event", on_event)
        settings = check_settings(
            questions,
            model=model,
            detail=detail,
            steps=steps,
            samples=samples,
            reasoning_effort=reasoning_effort,
            extra_body=extra_body,
        )
        begin = partial(self._begin, options, without_none(timeout=timeout))
        begin()  # which checks the options
        sampling = check_sampling(settings, transport, stride, window)
        sizes: dict[str, int] = {"concurrency": concurrency, "quality": quality}
        if transport == "http":
            decide_one = partial(self._decide_image, settings, begin)
            return DecisionStream(settings, state, decide_one, **sizes)
        connector = SocketConnector(self._transport, self._client_context.shared.connection)
        fetch = partial(fetch_image, self._transport, begin=begin)
        return WebSocketStream(
            connector, fetch, begin, settings, state, sampling, on_event=on_event, **sizes
        )

    def _send_decision(
        self, request: DecisionRequest, context: RequestContext, started: float
    ) -> SystemOneResponse:
        """Fetch what is missing, and send the request; `started` is the start of the call."""
        if request.remote:
            fetch_images(self._transport, request.remote, context)
        sent = perf_counter()
        try:
            response = self._send_body(
                SystemOneResponse,
                _decide_kwargs,
                request.body,
                context,
                repeatable=False,
                check=without_answers,
            )
        except APIError as error:
            explain(error, DECISION)
            raise
        except BaseException as error:  # Ctrl-C, or a cancelled task
            note_interruption(error, DECISION)
            raise
        ended = perf_counter()
        response._hidden["_timings"] = RequestTimings(
            prep_ms=(sent - started) * 1000,
            api_ms=(ended - sent) * 1000,
            total_ms=(ended - started) * 1000,
        )
        return response

    def _decide_image(
        self,
        settings: DecisionSettings,
        begin: Callable[[], RequestContext],
        state: Any,
        image: Any,
        where: str,
    ) -> SystemOneResponse:
        """Decide about an image of a stream; `where` is its location in error messages."""
        started = perf_counter()
        context = begin()
        build = partial(build_decision, state, settings, images=[image], where=where)
        return self._send_decision(in_thread(build), context, started)

    def _begin(self, *options: Mapping[str, Any] | None) -> RequestContext:
        context = super()._begin(*options)
        return context._replace(settings=context.settings.of_systemone())


def _decide_kwargs(*, body: Any) -> dict[str, Any]:
    return at_base_url(decide._get_kwargs(body=body))


def at_base_url(kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return a request below the base URL, which has a part of the path."""
    return {**kwargs, "url": kwargs["url"].removeprefix(_PREFIX)}
